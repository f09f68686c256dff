/** Keeps the sign-in record and says after signing in what stood in it before. */
import { writeFileAtomically } from '../../platform/atomic-file.ts';
import { readPrivateFile } from '../../policy-files/index.ts';
import type { LastSignIn } from '../../shared/app-state.ts';
import type { CryptoPort } from '../../shared/crypto.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { AuditRecord } from '../../shared/session-contract.ts';
import {
  MAX_RECORD_BYTES,
  readEntries,
  type SignInEntries,
  withFailure,
  withSuccess,
  writeEntries,
} from './sign-in-record.ts';

/** Ends of a sign-in that mean that who tried was not let in, as opposed to a connection that could not be made. */
const REFUSED: ReadonlySet<string> = new Set<ErrorCode>([
  'PASSWORD_WRONG',
  'PASSWORD_SIGN_IN_REFUSED',
  'SASL_REFUSED',
  'SCRAM_REFUSED',
  'ACCOUNT_DISABLED',
]);

export interface LastSignInOptions {
  readonly file: string;
  /** The key that authenticates the file. */
  readonly key: () => Promise<Uint8Array>;
  readonly crypto: CryptoPort;
  /** This machine's id. */
  readonly machine: () => string;
  readonly now: () => number;
  /** There is something to show, or nothing any more. */
  readonly onChange: () => void;
  /** The record could not be read or written. */
  readonly onFailure: (what: 'read' | 'write') => void;
}

interface Opened {
  readonly entries: SignInEntries;
  /** What was there could not be believed. */
  readonly damaged: boolean;
}

export class LastSignInKeeper {
  readonly #options: LastSignInOptions;
  /** Reads and writes go one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  /** Whose PIN or password was entered last. */
  #trying = '';
  #shown: { readonly upn: string; readonly notice: LastSignIn | undefined } | undefined;

  constructor(options: LastSignInOptions) {
    this.#options = options;
  }

  /** What to show to the user who is signed in; absent before it is known. */
  get notice(): LastSignIn | undefined {
    return this.#shown?.notice;
  }

  /** Follows what the sign-in writes into the audit log. */
  note({ event, detail }: AuditRecord): void {
    const upn = typeof detail.upn === 'string' ? detail.upn : '';
    if (event === 'pin.accepted' || event === 'password.entered') this.#trying = upn;
    else if (event === 'signin.online') this.#succeeded(upn);
    else if (event === 'signin.stopped' && REFUSED.has(String(detail.code))) this.failed(this.#trying);
  }

  /** A PIN, password or account was refused. */
  failed(upn: string): void {
    if (upn === '') return;
    this.#change((entries) => withFailure(entries, upn));
  }

  /** The session is over: the next one is another sign-in. */
  ended(): void {
    this.#shown = undefined;
  }

  /** Settles when everything is on the disk. */
  async settled(): Promise<void> {
    await this.#last;
  }

  /** A connection that comes back in the same session is not another sign-in. */
  #succeeded(upn: string): void {
    if (upn === '' || this.#shown?.upn === upn) return;
    const mine = { upn, notice: undefined };
    this.#shown = mine;
    const { now, machine, onChange } = this.#options;
    const at = now();
    this.#change((entries, damaged) => {
      const before = entries.find((entry) => entry.upn === upn);
      if (this.#shown === mine) {
        const previous = before === undefined || before.at === 0 ? undefined : before;
        this.#shown = {
          upn,
          notice: {
            failed: before?.failed ?? 0,
            damaged,
            ...(previous === undefined
              ? {}
              : { previous: { at: new Date(previous.at).toISOString(), machine: previous.machine } }),
          },
        };
        onChange();
      }
      return withSuccess(entries, upn, at, machine());
    });
  }

  #change(change: (entries: SignInEntries, damaged: boolean) => SignInEntries): void {
    this.#last = this.#last.then(() => this.#changeNow(change));
  }

  async #changeNow(change: (entries: SignInEntries, damaged: boolean) => SignInEntries): Promise<void> {
    const { file, key: getKey, crypto, onFailure } = this.#options;
    try {
      const key = await getKey();
      const { entries, damaged } = await this.#open(key);
      if (damaged) onFailure('read');
      await writeFileAtomically(file, writeEntries(change(entries, damaged), key, crypto));
    } catch {
      onFailure('write');
    }
  }

  async #open(key: Uint8Array): Promise<Opened> {
    const bytes = await readPrivateFile(this.#options.file, MAX_RECORD_BYTES);
    if (bytes === undefined) return { entries: [], damaged: false };
    const text = bytes === null ? '' : Buffer.from(bytes).toString('utf8');
    const entries = readEntries(text, key, this.#options.crypto);
    return entries === undefined ? { entries: [], damaged: true } : { entries, damaged: false };
  }
}
