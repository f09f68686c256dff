/** What a window with conversations has, behind every-window.ts: the whole chat, or what was torn off it. */
import './screens.css';
import './sidebar.css';
import './status.css';
import './conversation.css';
import './messages.css';
import './message-actions.css';
import './labels.css';
import './composer.css';
import './files.css';
import './dialogs.css';
import './forms.css';
