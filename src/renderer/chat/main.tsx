import { createRoot } from 'react-dom/client';
import type { ChatBridge } from '../../shared/ipc-contract.ts';
import { readLook } from '../../shared/preferences.ts';
import { ServicesContext } from '../hooks/services.ts';
import { startLook } from '../look/look.ts';
import { createActions } from '../state/actions.ts';
import { connect } from '../state/connect.ts';
import { loadPreferences } from '../state/preference-actions.ts';
import { createStore, INITIAL_STATE } from '../state/store.ts';
import '../styles/every-window.ts';
import '../styles/card.css';
import '../styles/conversations.ts';
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
