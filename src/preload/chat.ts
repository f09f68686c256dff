/** The chat window's preload: exposes exactly {@link ChatBridge} and holds the port to the session process. */
import { contextBridge } from 'electron';
import type { ChatBridge } from '../shared/ipc-contract.ts';
import { call, onPush } from './calls.ts';
import { openChatLink } from './chat-port.ts';
import { lookOfThisPage } from './look.ts';

const link = openChatLink();

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
  exportMessages: (scope, format) => call('history:export', scope, format),
  connectChat: (listener) => link.connect(listener),
  command: (command) => link.command(command),
  tearOff: (tiles) => call('app:tear-off', tiles),
};

contextBridge.exposeInMainWorld('sallyport', bridge);
