import { createRoot } from 'react-dom/client';
import type { ChatBridge } from '../../shared/ipc-contract.ts';
import { readLook } from '../../shared/preferences.ts';
import { ServicesContext } from '../hooks/services.ts';
import { startLook } from '../look/look.ts';
import { createActions } from '../state/actions.ts';
import { connect } from '../state/connect.ts';
import { loadPreferences } from '../state/preference-actions.ts';
import { createStore, INITIAL_STATE } from '../state/store.ts';
import '../styles/tokens.css';
import '../styles/ground.css';
import '../styles/base.css';
import '../styles/frame.css';
import '../styles/buttons.css';
import '../styles/controls.css';
import '../styles/parts.css';
import '../styles/card.css';
import '../styles/screens.css';
import '../styles/sidebar.css';
import '../styles/status.css';
import '../styles/conversation.css';
import '../styles/messages.css';
import '../styles/message-actions.css';
import '../styles/labels.css';
import '../styles/composer.css';
import '../styles/files.css';
import '../styles/dialogs.css';
import '../styles/forms.css';
import '../styles/people.css';
import '../styles/feeds.css';
import '../styles/rooms.css';
import '../styles/adhoc.css';
import '../styles/search.css';
import '../styles/policy.css';
import '../styles/templates.css';
import '../styles/settings.css';
import '../styles/watch.css';
import '../styles/watch-floor.css';
import '../styles/whiteboard.css';
import '../styles/whiteboard-ink.css';
import { App } from './App.tsx';

declare global {
  interface Window {
    readonly sallyport: ChatBridge;
  }
}

const look = startLook(readLook(window.sallyport.look));
const store = createStore(INITIAL_STATE);
const connection = connect(window.sallyport, store, {
  requestFrame: (callback) => window.requestAnimationFrame(callback),
  cancelFrame: (handle) => window.cancelAnimationFrame(handle),
  setTimer: (callback, milliseconds) => window.setTimeout(callback, milliseconds),
  clearTimer: (handle) => window.clearTimeout(handle),
});
const actions = createActions(window.sallyport, store, connection.flush);
loadPreferences(window.sallyport, store);
let { preferences } = store.get();
store.subscribe(() => {
  const next = store.get().preferences;
  if (next === preferences) return;
  preferences = next;
  look.show(next);
});
const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <ServicesContext value={{ bridge: window.sallyport, store, actions }}>
      <App />
    </ServicesContext>,
  );
}
