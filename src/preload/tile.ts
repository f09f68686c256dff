/** A torn-off window's preload: exposes exactly {@link TileBridge} and holds the window's own port to the session process. */
import { contextBridge } from 'electron';
import type { TileBridge } from '../shared/ipc-contract.ts';
import { call, onPush } from './calls.ts';
import { openChatLink } from './chat-port.ts';
import { lookOfThisPage } from './look.ts';

const link = openChatLink();

const bridge: TileBridge = {
  look: lookOfThisPage(),
  getState: () => call('app:get-state'),
  onState: (listener) => onPush('app:state', listener),
  openLink: (href) => call('app:open-link', href),
  getPreferences: () => call('app:get-preferences'),
  connectChat: (listener) => link.connect(listener),
  command: (command) => link.command(command),
  getTiles: () => call('tile:get-tiles'),
};

contextBridge.exposeInMainWorld('sallyportTile', bridge);
