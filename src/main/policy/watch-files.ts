/**
 * Tells when files of a directory have changed. The operating system's notifications make it quick; a slow look at the
 * files makes it certain, because notifications are lost on network drives, with full queues and for directories that
 * were replaced.
 */
import { type FSWatcher, watch } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../shared/system-code.ts';

/** Somebody may be in the middle of writing: a change counts when nothing moved for this long. Milliseconds. */
const SETTLE_MS = 400;
/** … but not for ever: after so many looks at files that keep moving, they are read as they are. */
const MAX_LOOKS = 10;
const POLL_MS = 30_000;

export interface FileWatchOptions {
  readonly directory: string;
  /** File names in it. */
  readonly names: readonly string[];
  /** Called once for a change, when it has settled. */
  readonly onChange: () => void;
  readonly settleMs?: number;
  readonly pollMs?: number;
}

/** What tells a file's state from another without reading it; also that there is none. */
async function fingerprint(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs, mode, uid } = await lstat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs, mode, uid].join(' ');
  } catch (error) {
    return systemCode(error) ?? 'error';
  }
}

export class FileWatch {
  readonly #options: FileWatchOptions;
  readonly #poll: NodeJS.Timeout;
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** What was last reported, and what was last seen. */
  #known: string | undefined;
  #seen: string | undefined;
  #looks = 0;
  #closed = false;

  /** Calls once soon after the start: what changed between the caller's own look and the watch is not missed. */
  constructor(options: FileWatchOptions) {
    this.#options = options;
    this.#watch();
    this.#arm();
    this.#poll = setInterval(() => {
      this.#watch();
      this.#arm();
    }, options.pollMs ?? POLL_MS);
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#poll);
    clearTimeout(this.#timer);
    this.#unwatch();
  }

  async #fingerprints(): Promise<string> {
    const { directory, names } = this.#options;
    const paths = ['', ...names].map((name) => join(directory, name));
    // Of the directory only that it is there and whose it is: what else is put into it is no change.
    const [place = '', ...files] = await Promise.all(paths.map(fingerprint));
    const [dev = '', ino = '', , , , mode = '', uid = ''] = place.split(' ');
    return [dev, ino, mode, uid, ...files].join('\n');
  }

  /** Watches the directory, also one that came back after it was gone. */
  #watch(): void {
    if (this.#watcher !== undefined) return;
    try {
      const watcher = watch(this.#options.directory, { persistent: false }, () => this.#arm());
      watcher.on('error', () => {
        if (this.#watcher === watcher) this.#unwatch();
      });
      this.#watcher = watcher;
    } catch {
      this.#watcher = undefined;
    }
  }

  #unwatch(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  /** However many notifications come, one look is under way. */
  #arm(): void {
    if (this.#closed || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => void this.#look(), this.#options.settleMs ?? SETTLE_MS);
  }

  async #look(): Promise<void> {
    const now = await this.#fingerprints();
    this.#timer = undefined;
    if (this.#closed) return;
    if (now === this.#known) {
      this.#looks = 0;
      return;
    }
    if (now !== this.#seen && this.#looks < MAX_LOOKS) {
      this.#seen = now;
      this.#looks += 1;
      this.#arm();
      return;
    }
    this.#looks = 0;
    this.#known = now;
    // The directory may be another one of the same name.
    this.#unwatch();
    this.#watch();
    this.#options.onChange();
  }
}
