import { AppError, isErrorCode } from '../shared/errors.ts';
import type { SignPortRequest } from '../shared/session-contract.ts';
import { MAX_SIGN_BYTES, type Sign, type SignRequest } from '../shared/signing.ts';
import type { Port } from './ports.ts';

interface Waiting {
  readonly resolve: (signature: Uint8Array) => void;
  readonly reject: (error: AppError) => void;
}

/**
 * Signs with the card by asking the token process over its port. The port is replaced when the token process was
 * restarted; what waited on the old one fails at once instead of hanging.
 */
export class RemoteSigner {
  #port: Port | undefined;
  #nextId = 1;
  readonly #waiting = new Map<number, Waiting>();

  attach(port: Port): void {
    this.#port?.close();
    this.#failAll();
    this.#port = port;
    port.onMessage((data) => this.#settle(data));
    port.onClose(() => {
      if (this.#port !== port) return;
      this.#port = undefined;
      this.#failAll();
    });
  }

  readonly sign: Sign = (request: SignRequest) =>
    new Promise((resolve, reject) => {
      if (this.#port === undefined) {
        reject(new AppError('LOGIN_REQUIRED'));
        return;
      }
      const id = this.#nextId++;
      this.#waiting.set(id, { resolve, reject });
      const message: SignPortRequest = { id, mechanism: request.mechanism, data: request.data };
      this.#port.postMessage(message);
    });

  /** The token process may be a vendor's crashing module: its answers are checked like anyone's. */
  #settle(data: unknown): void {
    if (typeof data !== 'object' || data === null) return;
    const reply = data as Readonly<Record<string, unknown>>;
    if (typeof reply.id !== 'number') return;
    const waiting = this.#waiting.get(reply.id);
    if (waiting === undefined) return;
    this.#waiting.delete(reply.id);
    const { signature, error } = reply;
    if (
      reply.ok === true &&
      signature instanceof Uint8Array &&
      signature.length > 0 &&
      signature.length <= MAX_SIGN_BYTES
    ) {
      waiting.resolve(signature);
      return;
    }
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    waiting.reject(new AppError(isErrorCode(code) ? code : 'SIGN_FAILED'));
  }

  #failAll(): void {
    for (const { reject } of this.#waiting.values()) reject(new AppError('SIGN_FAILED'));
    this.#waiting.clear();
  }
}
