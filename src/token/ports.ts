/**
 * The ports over which the PIN window and the session process speak to the token process. A port is Electron's
 * MessagePortMain or Node's MessagePort; neither is imported here.
 */
import type { PinPortReply } from '../shared/app-state.ts';
import { toErrorReport } from '../shared/errors.ts';
import type { SignPortReply } from '../shared/session-contract.ts';
import { isPinPortRequest, isSignPortRequest, requestId } from './protocol.ts';
import type { TokenService } from './token-service.ts';

/** Signatures that one port may have under way; a session needs one a connection. */
const MAX_PENDING_SIGNATURES = 8;

export interface Port {
  postMessage(message: unknown): void;
  /** Begins to receive. */
  listen(listener: (message: unknown) => void): void;
}

interface RawPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  start(): void;
}

function isRawPort(value: unknown): value is RawPort {
  if (typeof value !== 'object' || value === null) return false;
  return ['postMessage', 'on', 'start'].every((name) => typeof Reflect.get(value, name) === 'function');
}

/** Undefined when `raw` is no port. */
export function wrapPort(raw: unknown): Port | undefined {
  if (!isRawPort(raw)) return undefined;
  // Node's port is an EventTarget and hands over the message itself; Electron's hands over an event that holds it.
  const isNodePort = typeof Reflect.get(raw, 'addEventListener') === 'function';
  return {
    postMessage: (message) => raw.postMessage(message),
    listen: (listener) => {
      raw.on('message', (event) => {
        if (isNodePort) listener(event);
        else if (typeof event === 'object' && event !== null) listener(Reflect.get(event, 'data'));
      });
      raw.start();
    },
  };
}

/** Erases a PIN in a message that is refused. */
function erase(message: unknown): void {
  if (typeof message !== 'object' || message === null) return;
  const pin: unknown = Reflect.get(message, 'pin');
  if (pin instanceof Uint8Array) pin.fill(0);
}

/** Serves the PIN window: one login at a time. */
export function servePinPort(port: Port, service: Pick<TokenService, 'login'>): void {
  let busy = false;
  const refuse = () => {
    const reply: PinPortReply = {
      kind: 'refused',
      error: { code: 'IPC_REFUSED' },
      finalTry: false,
      locked: false,
    };
    port.postMessage(reply);
  };
  port.listen((message) => {
    if (busy || !isPinPortRequest(message)) {
      erase(message);
      refuse();
      return;
    }
    busy = true;
    void service.login(message.kind === 'login' ? message.pin : null).then((reply) => {
      busy = false;
      port.postMessage(reply);
    });
  });
}

/** Serves the session process. A request without a usable `id` cannot be answered and is dropped. */
export function serveSignPort(port: Port, service: Pick<TokenService, 'sign'>): void {
  let pending = 0;
  const answer = (reply: SignPortReply) => port.postMessage(reply);
  port.listen((message) => {
    const id = requestId(message);
    if (id === undefined) return;
    if (!isSignPortRequest(message) || pending >= MAX_PENDING_SIGNATURES) {
      answer({ id, ok: false, error: { code: 'IPC_REFUSED' } });
      return;
    }
    pending++;
    const { mechanism, data } = message;
    void service
      .sign({ mechanism, data: Uint8Array.from(data) })
      .then(
        (signature) => answer({ id, ok: true, signature }),
        (error: unknown) => answer({ id, ok: false, error: toErrorReport(error) }),
      )
      .finally(() => {
        pending--;
      });
  });
}
