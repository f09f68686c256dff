import { createRoot } from 'react-dom/client';
import type { AppState } from '../../shared/app-state.ts';
import type { ChatBridge, TileBridge } from '../../shared/ipc-contract.ts';
import { readLook } from '../../shared/preferences.ts';
import { ServicesContext } from '../hooks/services.ts';
import { startLook } from '../look/look.ts';
import { createActions } from '../state/actions.ts';
import { connect } from '../state/connect.ts';
import { loadPreferences } from '../state/preference-actions.ts';
import { createStore, INITIAL_STATE } from '../state/store.ts';
import '../styles/every-window.ts';
import '../styles/conversations.ts';
import '../styles/templates.css';
import '../styles/watch.css';
import '../styles/watch-floor.css';
import '../styles/whiteboard.css';
import { TileApp } from './TileApp.tsx';

declare global {
  interface Window {
    readonly sallyportTile: TileBridge;
  }
}

/** Files belong to the chat window: this one offers none. */
function withoutFiles(app: AppState): AppState {
  if (app.kind !== 'running' || app.policy.files === undefined) return app;
  const { files: _chatWindow, exports: _chatWindowToo, ...policy } = app.policy;
  return { ...app, policy };
}

const refused = (): Promise<never> => Promise.reject(new Error('IPC_REFUSED'));

/** What the chat's parts stand on; what is the chat window's alone is refused here, as the main process refuses it. */
const bridge: ChatBridge = {
  ...window.sallyportTile,
  getState: async () => withoutFiles(await window.sallyportTile.getState()),
  onState: (listener) => window.sallyportTile.onState((app) => listener(withoutFiles(app))),
  acceptConsent: refused,
  chooseCertificate: refused,
  signIn: refused,
  choosePassword: refused,
  changePassword: refused,
  signOut: refused,
  quit: refused,
  setPreferences: refused,
  getPolicyPage: refused,
  exportPolicy: refused,
  exportMessages: refused,
  tearOff: refused,
};

const look = startLook(readLook(window.sallyportTile.look));
const store = createStore(INITIAL_STATE);
const connection = connect(bridge, store, {
  requestFrame: (callback) => window.requestAnimationFrame(callback),
  cancelFrame: (handle) => window.cancelAnimationFrame(handle),
  setTimer: (callback, milliseconds) => window.setTimeout(callback, milliseconds),
  clearTimer: (handle) => window.clearTimeout(handle),
});
const actions = createActions(bridge, store, connection.flush);
loadPreferences(bridge, store);
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
    <ServicesContext value={{ bridge, store, actions }}>
      <TileApp getTiles={() => window.sallyportTile.getTiles()} />
    </ServicesContext>,
  );
}
