/**
 * What users chose about watching (levels, watchwords, layouts), a file for each account in this user's own directory. It is
 * not encrypted: the words that somebody watches for stand in it.
 */
import { createHash } from 'node:crypto';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../platform/atomic-file.ts';
import { readPrivateFile } from '../../policy-files/index.ts';
import { NO_PREFS, parseWatchPrefs, type WatchPrefs } from '../../shared/watch-contract.ts';

/** Two thousand levels, five hundred words and twenty layouts of the longest kind are under 3 MiB. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;
const FORMAT = 1;

export interface PrefsStoreOptions {
  /** Where the files are; made when it is missing. */
  readonly directory: string;
  /** Told when something could not be written, or what was there could not be read and was put aside. */
  readonly onFailure: (what: 'read' | 'write') => void;
}

/** The file of an account: its name says nothing about whose it is. */
export function prefsFileName(domain: string, upn: string): string {
  return `${createHash('sha256').update(`${domain}\n${upn}`).digest('hex').slice(0, 40)}.json`;
}

export class PrefsStore {
  readonly #options: PrefsStoreOptions;
  /** The accounts that were read, by principal name; only they are written. */
  readonly #paths = new Map<string, string>();
  readonly #waiting = new Map<string, WatchPrefs>();
  #writing: Promise<void> = Promise.resolve();

  constructor(options: PrefsStoreOptions) {
    this.#options = options;
  }

  /** What this account's user chose; nothing chosen where there is nothing or nothing that can be read. */
  async load(domain: string, upn: string): Promise<WatchPrefs> {
    const path = join(this.#options.directory, prefsFileName(domain, upn));
    this.#paths.set(upn, path);
    const waiting = this.#waiting.get(upn);
    if (waiting !== undefined) return waiting;
    await this.#writing;
    const bytes = await readPrivateFile(path, MAX_FILE_BYTES);
    if (bytes === undefined) return NO_PREFS;
    const prefs = bytes === null ? undefined : parseFile(bytes);
    if (prefs !== undefined) return prefs;
    this.#options.onFailure('read');
    // Put aside and not overwritten: somebody may want to see what was in it.
    await rename(path, `${path}.unreadable`).catch(() => undefined);
    return NO_PREFS;
  }

  /** Keeps what the session process says, where it is about somebody who signed in here and is what it should be. */
  save(upn: string, value: unknown): void {
    const prefs = parseWatchPrefs(value);
    const path = this.#paths.get(upn);
    if (prefs === undefined || path === undefined) return;
    const first = !this.#waiting.has(upn);
    this.#waiting.set(upn, prefs);
    // The newest goes to the disk; one write at a time.
    if (first) this.#writing = this.#writing.then(() => this.#write(upn, path));
  }

  /** Settles when everything is on the disk. */
  settled(): Promise<void> {
    return this.#writing;
  }

  async #write(upn: string, path: string): Promise<void> {
    const prefs = this.#waiting.get(upn);
    this.#waiting.delete(upn);
    if (prefs === undefined) return;
    try {
      await mkdir(this.#options.directory, { recursive: true, mode: 0o700 });
      await writeFileAtomically(path, JSON.stringify({ format: FORMAT, ...prefs }), 0o600);
    } catch {
      this.#options.onFailure('write');
    }
  }
}

function parseFile(bytes: Uint8Array): WatchPrefs | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof value !== 'object' || value === null || !('format' in value) || value.format !== FORMAT) {
      return undefined;
    }
    return parseWatchPrefs(value);
  } catch {
    return undefined;
  }
}
