/** The PIN window's end of the port to the token process. */
import type { PinPortReply, PinPortRequest } from '../shared/app-state.ts';
import type { ErrorCode } from '../shared/errors.ts';
import { SecretLink, type SecretPort } from './secret-link.ts';

export type PinPort = SecretPort<PinPortRequest>;

function refusal(code: ErrorCode): PinPortReply {
  return { kind: 'refused', error: { code }, finalTry: false, locked: false };
}

export class PinLink {
  readonly #link = new SecretLink<PinPortRequest, PinPortReply>({
    gone: refusal('MODULE_CRASHED'),
    busy: refusal('IPC_REFUSED'),
  });

  /** Takes a fresh port (the token process was started anew); what waited on the old one is answered. */
  attach(port: PinPort): void {
    this.#link.attach(port);
  }

  /** Sends one PIN. `digits` is all zeros when this returns, whatever happened. */
  submit(digits: Uint8Array): Promise<PinPortReply> {
    return this.#link.send({ kind: 'login', pin: digits }, [digits]);
  }

  /** Starts a login on the reader's PIN pad. */
  submitOnPinPad(): Promise<PinPortReply> {
    return this.#link.send({ kind: 'login-pin-pad' });
  }
}
