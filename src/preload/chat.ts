/** The chat window's preload: exposes exactly {@link ChatBridge} and holds the port to the session process. */
import { contextBridge } from 'electron';
import type { ChatBridge } from '../shared/ipc-contract.ts';
import { call, onPort, onPush } from './calls.ts';
import { ChatLink, type ChatPort } from './chat-link.ts';
import { lookOfThisPage } from './look.ts';

/** A hidden window paints no frames; it acknowledges after this long instead, so that the flow never stops. */
const HIDDEN_FRAME_MS = 250;

function afterFrame(callback: () => void): void {
  let done = false;
  const once = (): void => {
    if (done) return;
    done = true;
    callback();
  };
  requestAnimationFrame(once);
  setTimeout(once, HIDDEN_FRAME_MS);
}

const link = new ChatLink({
  afterFrame,
  requestPort: () => {
    call('app:connect-chat').catch(() => undefined);
  },
});
onPort('chat:port', (port) => link.attach(port as ChatPort));

const bridge: ChatBridge = {
  look: lookOfThisPage(),
  getState: () => call('app:get-state'),
  onState: (listener) => onPush('app:state', listener),
  acceptConsent: () => call('app:accept-consent'),
  chooseCertificate: (id) => call('app:choose-certificate', id),
  signIn: () => call('app:sign-in'),
  choosePassword: () => call('app:use-password'),
  changePassword: () => call('app:change-password'),
  signOut: () => call('app:sign-out'),
  quit: () => call('app:quit'),
  openLink: (href) => call('app:open-link', href),
  getPreferences: () => call('app:get-preferences'),
  setPreferences: (preferences) => call('app:set-preferences', preferences),
  getPolicyPage: () => call('policy:get-page'),
  exportPolicy: () => call('policy:export'),
  connectChat: (listener) => link.connect(listener),
  command: (command) => link.command(command),
};

contextBridge.exposeInMainWorld('sallyport', bridge);
