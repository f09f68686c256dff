/** The session's end of the password window's port: what is typed there comes here, and to no other process. */
import type { CryptoPort } from '../../shared/crypto.ts';
import { AppError, toErrorReport } from '../../shared/errors.ts';
import {
  accountName,
  isPasswordBytes,
  judgePassword,
  type PasswordPolicy,
  type PasswordPortReply,
} from '../../shared/password-contract.ts';
import type { AuditRecord } from '../../shared/session-contract.ts';
import type { Port } from '../ports.ts';
import { PasswordKeys } from './password-keys.ts';

/** Wrong passwords in a row that cost nothing but the try. */
const FREE_TRIES = 3;
const FIRST_WAIT_MS = 5_000;
const MAX_WAIT_MS = 300_000;

export interface PasswordDeskOptions {
  readonly crypto: CryptoPort;
  /** Someone typed a password for this account (a prepared localpart). */
  readonly onEntered: (username: string) => void;
  /** The policy of the session that stands; `undefined` while none does, or none by password. */
  readonly policy: () => PasswordPolicy | undefined;
  /** Changes it on the server; rejects with an AppError. */
  readonly change: (next: Uint8Array) => Promise<void>;
  readonly audit: (record: AuditRecord) => void;
  /** Milliseconds; never goes back. */
  readonly now?: () => number;
}

export class PasswordDesk {
  readonly keys: PasswordKeys;
  readonly #options: PasswordDeskOptions;
  #port: Port | undefined;
  #failures = 0;
  #waitUntil = Number.NEGATIVE_INFINITY;

  constructor(options: PasswordDeskOptions) {
    this.#options = options;
    this.keys = new PasswordKeys(options.crypto);
  }

  /** Takes the window's port; `domain` is the policy's, in which accounts are. */
  attach(port: Port, domain: string): void {
    this.#port?.close();
    this.#port = port;
    port.onMessage((message) => {
      if (this.#port !== port) return;
      this.#handle(message, domain).then(
        (reply) => port.postMessage(reply),
        (error: unknown) => port.postMessage(refused(error)),
      );
    });
  }

  /** The server took the password. */
  accepted(): void {
    this.#failures = 0;
    this.#waitUntil = Number.NEGATIVE_INFINITY;
  }

  /** The password was wrong: after a few of them the next one has to wait, longer each time. */
  failed(): void {
    this.#failures += 1;
    const over = this.#failures - FREE_TRIES;
    if (over >= 0) this.#waitUntil = this.#now() + Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** over);
  }

  async #handle(message: unknown, domain: string): Promise<PasswordPortReply> {
    const request = (typeof message === 'object' ? message : null) as Readonly<
      Record<string, unknown>
    > | null;
    try {
      this.#checkWait();
      if (request?.kind === 'sign-in') return this.#signIn(request, domain);
      if (request?.kind === 'change') return await this.#change(request);
      throw new AppError('IPC_REFUSED');
    } finally {
      if (request?.kind !== 'sign-in') eraseAll(request);
    }
  }

  #signIn({ username, password }: Readonly<Record<string, unknown>>, domain: string): PasswordPortReply {
    const account = accountName(username, domain);
    if (account === undefined || !isPasswordBytes(password)) {
      if (password instanceof Uint8Array) password.fill(0);
      throw new AppError('PASSWORD_FORMAT');
    }
    this.keys.take(account, password);
    this.#options.onEntered(account);
    return { kind: 'taken' };
  }

  async #change({ current, next }: Readonly<Record<string, unknown>>): Promise<PasswordPortReply> {
    const policy = this.#options.policy();
    if (policy?.change !== true) throw new AppError('PASSWORD_CHANGE_OFF');
    if (!isPasswordBytes(current) || !isPasswordBytes(next)) throw new AppError('PASSWORD_FORMAT');
    if (!judgePassword(next, policy.rules).good) throw new AppError('PASSWORD_TOO_WEAK');
    if (!(await this.keys.isHeld(current))) {
      this.failed();
      this.#audit('failure', 'PASSWORD_WRONG');
      throw new AppError('PASSWORD_WRONG');
    }
    try {
      await this.#options.change(next);
    } catch (error) {
      this.#audit('failure', toErrorReport(error).code);
      throw error;
    }
    // The old keys sign nobody in any more; the new ones need a salt that only the next sign-in brings.
    this.keys.forget();
    this.accepted();
    this.#audit('success', '');
    return { kind: 'changed' };
  }

  #checkWait(): void {
    const seconds = Math.ceil((this.#waitUntil - this.#now()) / 1_000);
    if (seconds > 0) throw new AppError('PASSWORD_WAIT', { seconds });
  }

  #audit(outcome: AuditRecord['outcome'], code: string): void {
    this.#options.audit({ event: 'password-change', outcome, detail: code === '' ? {} : { code } });
  }

  #now(): number {
    return (this.#options.now ?? performance.now.bind(performance))();
  }
}

function eraseAll(request: Readonly<Record<string, unknown>> | null): void {
  for (const value of Object.values(request ?? {})) if (value instanceof Uint8Array) value.fill(0);
}

function refused(error: unknown): PasswordPortReply {
  return { kind: 'refused', error: toErrorReport(error) };
}
