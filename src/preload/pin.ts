/** The PIN window's preload: exposes exactly {@link PinBridge} and holds the port to the token process. */
import { contextBridge } from 'electron';
import type { PinBridge } from '../shared/ipc-contract.ts';
import { call, onPort, onPush } from './calls.ts';
import { lookOfThisPage } from './look.ts';
import { PinLink, type PinPort } from './pin-link.ts';

const link = new PinLink();
onPort('pin:port', (port) => link.attach(port as PinPort));

const bridge: PinBridge = {
  look: lookOfThisPage(),
  getPrompt: () => call('pin:get-prompt'),
  onPrompt: (listener) => onPush('pin:prompt', listener),
  submit: (digits) => {
    // The bridge copied the bytes into this world: the page overwrites its own, PinLink overwrites these.
    if (!(digits instanceof Uint8Array)) return Promise.reject(new TypeError('bytes expected'));
    return link.submit(digits);
  },
  submitOnPinPad: () => link.submitOnPinPad(),
  cancel: () => call('pin:cancel'),
};

contextBridge.exposeInMainWorld('sallyportPin', bridge);
