/** What every window starts from; a later sheet may say otherwise. */
import './tokens.css';
import './ground.css';
import './base.css';
import './frame.css';
import './buttons.css';
import './controls.css';
import './parts.css';
