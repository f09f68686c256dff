/** The password window's preload: exposes exactly {@link PasswordBridge} and holds the port to the session process. */
import { contextBridge } from 'electron';
import type { PasswordBridge } from '../shared/ipc-contract.ts';
import { call, onPort, onPush } from './calls.ts';
import { lookOfThisPage } from './look.ts';
import { PasswordLink, type PasswordPort } from './password-link.ts';

const link = new PasswordLink();
onPort('password:port', (port) => link.attach(port as PasswordPort));

// The bridge copied the bytes into this world: the page overwrites its own, PasswordLink overwrites these.
function isSecret(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array;
}

const bridge: PasswordBridge = {
  look: lookOfThisPage(),
  getPrompt: () => call('password:get-prompt'),
  onPrompt: (listener) => onPush('password:prompt', listener),
  signIn: (username, password) => {
    if (typeof username !== 'string' || !isSecret(password)) {
      return Promise.reject(new TypeError('text and bytes expected'));
    }
    return link.send({ kind: 'sign-in', username, password }, [password]);
  },
  change: (current, next) => {
    if (!isSecret(current) || !isSecret(next)) return Promise.reject(new TypeError('bytes expected'));
    return link.send({ kind: 'change', current, next }, [current, next]);
  },
  cancel: () => call('password:cancel'),
};

contextBridge.exposeInMainWorld('sallyportPassword', bridge);
