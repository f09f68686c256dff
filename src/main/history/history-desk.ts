/** Local histories of this user: where they are, how they are opened, and when they are destroyed. */
import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, type ErrorCode, type ErrorReport, toErrorReport } from '../../shared/errors.ts';
import type { AuditRecord, HistoryAccess } from '../../shared/session-contract.ts';
import { systemCode } from '../../shared/system-code.ts';
import type { Keychain } from '../keychain/keychain.ts';
import { formatKeptKey, type HistoryCard, lockWithCard, parseKeptKey, unlock } from './history-key.ts';

/** The policy's /history group. */
export interface HistoryRules {
  readonly mode: 'off' | 'memory' | 'encrypted';
  readonly days: number;
  readonly wrap: 'keychain' | 'card';
  readonly wipe: 'never' | 'revoked' | 'sign-out';
}

/** Whose history it is. */
export interface HistoryOwner {
  readonly domain: string;
  /** The principal name or account address. */
  readonly account: string;
  /** Absent: signed in with a password. */
  readonly card?: HistoryCard;
}

export interface HistoryDeskOptions {
  readonly keychain: Keychain;
  /** Where the files are; made if it is not there. */
  readonly directory: string;
  readonly rules: () => HistoryRules;
  readonly random: (length: number) => Uint8Array;
  readonly audit: (record: AuditRecord) => void;
}

const KEY_BYTES = 32;
const DAY_MS = 24 * 60 * 60_000;

/**
 * What tells that this analyst or this computer is not to go on. Each comes from the approved server inside of verified
 * TLS; a TLS alert does not, and whoever sits on the line could send one to have a history destroyed.
 */
const REVOKED: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['LOCK_REFUSED', 'ACCOUNT_DISABLED']);

/** Errors that say what the user can do; any other is that of a keychain or card that does not work. */
const SAID: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'HISTORY_NEEDS_CARD',
  'HISTORY_CARD_UNFIT',
  'HISTORY_OTHER_CARD',
]);

interface Place {
  /** What names the history in the keychain and on the disk. */
  readonly name: string;
  readonly about: string;
  readonly entry: string;
  readonly file: string;
}

export class HistoryDesk {
  readonly #options: HistoryDeskOptions;
  #current: Place | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(options: HistoryDeskOptions) {
    this.#options = options;
  }

  /** Settles when nothing is being opened or destroyed. */
  get settled(): Promise<void> {
    return this.#turn;
  }

  /**
   * What the session gets to open the history with, or the reason why there is none. What the policy does not keep any more
   * is destroyed. `fresh`: the session begins, it does not go on. Never rejects.
   */
  async access(owner: HistoryOwner, fresh: boolean): Promise<HistoryAccess> {
    const { mode, days, wipe } = this.#options.rules();
    const place = this.#placeOf(owner);
    if (mode !== 'encrypted' || (wipe === 'sign-out' && fresh)) await this.#destroy(place, 'policy');
    if (mode !== 'encrypted') return { mode, days };
    const opening = this.#turn.then(() => this.#open(owner, place));
    this.#turn = opening.then(
      () => undefined,
      () => undefined,
    );
    // Also a history that cannot be opened now is destroyed when its time has come.
    this.#current = place;
    try {
      const key = await opening;
      return { mode, days, store: { file: place.file, key } };
    } catch (error) {
      const problem = problemOf(error);
      this.#options.audit({
        event: 'history.unavailable',
        outcome: 'failure',
        detail: { code: problem.code },
      });
      return { mode, days, problem };
    }
  }

  /** The session is over; `gone` settles when nothing holds the file any more. */
  ended(gone: () => Promise<void>): void {
    const place = this.#current;
    this.#current = undefined;
    if (place === undefined || this.#options.rules().wipe !== 'sign-out') return;
    this.#turn = this.#turn.then(gone).then(() => this.#remove(place, 'sign-out'));
  }

  /** The session gave up for that reason. */
  stopped({ code }: ErrorReport): void {
    const place = this.#current;
    if (place === undefined || !REVOKED.has(code) || this.#options.rules().wipe === 'never') return;
    this.#turn = this.#turn.then(() => this.#remove(place, 'revoked'));
  }

  #placeOf({ domain, account }: HistoryOwner): Place {
    const about = `${domain}\n${account}`;
    const name = createHash('sha256').update(about).digest('hex').slice(0, 32);
    return {
      name,
      about,
      entry: `history/${domain}/${name}`,
      file: join(this.#options.directory, `${name}.db`),
    };
  }

  async #open({ card }: HistoryOwner, { name, about, entry, file }: Place): Promise<Uint8Array> {
    const { keychain, directory, rules, random } = this.#options;
    const { wrap, days } = rules();
    if (wrap === 'card' && card === undefined) throw new AppError('HISTORY_NEEDS_CARD');
    await mkdir(directory, { recursive: true, mode: 0o700 });
    if (process.platform !== 'win32') await chmod(directory, 0o700);
    const text = await keychain.read(entry);
    const kept = text === undefined ? undefined : parseKeptKey(text);
    if (text !== undefined && kept === undefined) throw new AppError('KEYCHAIN_UNAVAILABLE');
    if (kept !== undefined && (await isYoung(file, days))) {
      const key = Uint8Array.from(await unlock(kept, card, about));
      if (kept.wrap !== wrap) await this.#keep(entry, key, about, wrap === 'card' ? card : undefined);
      return key;
    }
    // What nobody may see any more goes; a file whose key is gone is put aside by the store, which says so.
    if (kept !== undefined) await removeFiles(directory, name);
    const key = random(KEY_BYTES);
    await this.#keep(entry, key, about, wrap === 'card' ? card : undefined);
    return key;
  }

  async #keep(entry: string, key: Uint8Array, about: string, card: HistoryCard | undefined): Promise<void> {
    const { keychain, random } = this.#options;
    const kept =
      card === undefined
        ? ({ wrap: 'keychain', key } as const)
        : await lockWithCard(key, card, about, random);
    await keychain.write(entry, formatKeptKey(kept));
  }

  #destroy(place: Place, reason: string): Promise<void> {
    this.#turn = this.#turn.then(() => this.#remove(place, reason));
    return this.#turn;
  }

  /** The key first: without it the file is nothing. Says what happened; never rejects. */
  async #remove({ name, entry }: Place, reason: string): Promise<void> {
    const { keychain, directory, audit } = this.#options;
    try {
      const files = await filesOf(directory, name);
      const isKnown = files.length > 0 || (await keychain.read(entry)) !== undefined;
      if (!isKnown) return;
      await keychain.remove(entry);
      await removeFiles(directory, name);
      audit({ event: 'history.wiped', outcome: 'success', detail: { reason } });
    } catch {
      audit({ event: 'history.wiped', outcome: 'failure', detail: { reason } });
    }
  }
}

async function filesOf(directory: string, name: string): Promise<readonly string[]> {
  return (await readdir(directory).catch(() => [])).filter((file) => file.startsWith(`${name}.`));
}

/** The database and what stands beside it, also what was put aside. */
async function removeFiles(directory: string, name: string): Promise<void> {
  for (const file of await filesOf(directory, name)) await unlink(join(directory, file));
}

/**
 * Whether a file is there that may hold something that is still to be kept. A disk that does not say so is not taken for an empty
 * one: the key would be replaced.
 */
async function isYoung(file: string, days: number): Promise<boolean> {
  for (const path of [file, `${file}-wal`]) {
    const found = await stat(path).catch((error: unknown) => {
      if (saidBySystem(error) === 'ENOENT') return undefined;
      throw error;
    });
    if (found !== undefined && Date.now() - found.mtimeMs <= days * DAY_MS) return true;
  }
  return false;
}

/** What the system said, if it did. */
function saidBySystem(error: unknown): string | undefined {
  return error instanceof Error && 'syscall' in error ? systemCode(error) : undefined;
}

function problemOf(error: unknown): ErrorReport {
  const code = saidBySystem(error);
  if (code !== undefined)
    return { code: code === 'ENOSPC' ? 'HISTORY_STORE_NO_ROOM' : 'HISTORY_STORE_FAILED' };
  const report = toErrorReport(error);
  return SAID.has(report.code) ? report : { code: 'HISTORY_NO_KEYCHAIN' };
}
