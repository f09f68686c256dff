/**
 * The PIN window's end of the port to the token process. The PIN passes here as bytes, is posted once and overwritten;
 * it never passes the main process. It knows nothing of Electron, so that it is tested alone.
 */
import type { PinPortReply, PinPortRequest } from '../shared/app-state.ts';
import type { ErrorCode } from '../shared/errors.ts';

/** The part of a MessagePort that is used. */
export interface PinPort {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: PinPortRequest): void;
  close(): void;
  start(): void;
  addEventListener(type: 'close', listener: () => void): void;
}

function refusal(code: ErrorCode): PinPortReply {
  return { kind: 'refused', error: { code }, finalTry: false, locked: false };
}

export class PinLink {
  #port: PinPort | undefined;
  #answer: ((reply: PinPortReply) => void) | undefined;

  /** Takes a fresh port (the token process was started anew); what waited on the old one is answered. */
  attach(port: PinPort): void {
    this.#drop();
    this.#port = port;
    port.onmessage = (event) => {
      if (this.#port === port) this.#settle(event.data as PinPortReply);
    };
    port.addEventListener('close', () => {
      if (this.#port === port) this.#drop();
    });
    port.start();
  }

  /** Sends one PIN. `digits` is all zeros when this returns, whatever happened. */
  submit(digits: Uint8Array): Promise<PinPortReply> {
    try {
      return this.#send({ kind: 'login', pin: digits });
    } finally {
      digits.fill(0);
    }
  }

  /** Starts a login on the reader's PIN pad. */
  submitOnPinPad(): Promise<PinPortReply> {
    return this.#send({ kind: 'login-pin-pad' });
  }

  /** Replies carry no id, so one request is under way at a time; a second one does not cost a try. */
  #send(request: PinPortRequest): Promise<PinPortReply> {
    const port = this.#port;
    if (port === undefined) return Promise.resolve(refusal('MODULE_CRASHED'));
    if (this.#answer !== undefined) return Promise.resolve(refusal('IPC_REFUSED'));
    return new Promise((resolve) => {
      port.postMessage(request);
      this.#answer = resolve;
    });
  }

  #settle(reply: PinPortReply): void {
    const answer = this.#answer;
    this.#answer = undefined;
    answer?.(reply);
  }

  #drop(): void {
    const port = this.#port;
    this.#port = undefined;
    port?.close();
    this.#settle(refusal('MODULE_CRASHED'));
  }
}
