/**
 * The password window's end of the port to the session process. Passwords pass here as bytes, are posted once and
 * overwritten; they never pass the main process. It knows nothing of Electron, so that it is tested alone.
 */
import type { ErrorCode } from '../shared/errors.ts';
import type { PasswordPortReply, PasswordPortRequest } from '../shared/password-contract.ts';

/** The part of a MessagePort that is used. */
export interface PasswordPort {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: PasswordPortRequest): void;
  close(): void;
  start(): void;
  addEventListener(type: 'close', listener: () => void): void;
}

function refusal(code: ErrorCode): PasswordPortReply {
  return { kind: 'refused', error: { code } };
}

export class PasswordLink {
  #port: PasswordPort | undefined;
  #answer: ((reply: PasswordPortReply) => void) | undefined;

  /** Takes the port; what waited on an older one is answered. */
  attach(port: PasswordPort): void {
    this.#drop();
    this.#port = port;
    port.onmessage = (event) => {
      if (this.#port === port) this.#settle(event.data as PasswordPortReply);
    };
    port.addEventListener('close', () => {
      if (this.#port === port) this.#drop();
    });
    port.start();
  }

  /** Sends one request. Its `secrets` are all zeros when this returns, whatever happened. */
  send(request: PasswordPortRequest, secrets: readonly Uint8Array[]): Promise<PasswordPortReply> {
    try {
      return this.#post(request);
    } finally {
      for (const secret of secrets) secret.fill(0);
    }
  }

  /** Replies carry no id, so one request is under way at a time. */
  #post(request: PasswordPortRequest): Promise<PasswordPortReply> {
    const port = this.#port;
    if (port === undefined) return Promise.resolve(refusal('SESSION_CRASHED'));
    if (this.#answer !== undefined) return Promise.resolve(refusal('IPC_REFUSED'));
    return new Promise((resolve) => {
      port.postMessage(request);
      this.#answer = resolve;
    });
  }

  #settle(reply: PasswordPortReply): void {
    const answer = this.#answer;
    this.#answer = undefined;
    answer?.(reply);
  }

  #drop(): void {
    const port = this.#port;
    this.#port = undefined;
    port?.close();
    this.#settle(refusal('SESSION_CRASHED'));
  }
}
