/** What an archive may cost to look into: entries, bytes, depth, time. One budget for a file and everything packed in it. */
import type { ArchiveLimits } from '../config.ts';

/** Why an archive does not pass. */
export type ArchiveReason =
  | 'archive-malformed'
  | 'archive-encrypted'
  | 'archive-too-deep'
  | 'archive-too-many-entries'
  | 'archive-too-large'
  | 'archive-too-slow'
  | 'archive-entry-name'
  | 'archive-entry-type'
  | 'archive-part-missing'
  | 'archive-macros';

export class ArchiveRefusal extends Error {
  override readonly name = 'ArchiveRefusal';
  readonly reason: ArchiveReason;

  constructor(reason: ArchiveReason, cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }
}

/** Small files may expand more than the ratio says: a text of blanks is no bomb. */
const FREE_BYTES = 16 * 1024 * 1024;

export class Budget {
  readonly #limits: ArchiveLimits;
  readonly #bytes: number;
  readonly #deadline: number;
  #entries = 0;
  #expanded = 0;

  /** @param packed bytes of the whole file */
  constructor(limits: ArchiveLimits, packed: number) {
    this.#limits = limits;
    this.#bytes = Math.min(limits.expandedBytes, Math.max(FREE_BYTES, packed * limits.ratio));
    this.#deadline = Date.now() + limits.timeoutSeconds * 1000;
  }

  /** @param depth 1 for the file itself */
  enter(depth: number): void {
    if (depth > this.#limits.depth) throw new ArchiveRefusal('archive-too-deep');
  }

  addEntry(): void {
    this.#entries += 1;
    if (this.#entries > this.#limits.entries) throw new ArchiveRefusal('archive-too-many-entries');
  }

  addBytes(count: number): void {
    this.#expanded += count;
    if (this.#expanded > this.#bytes) throw new ArchiveRefusal('archive-too-large');
    if (Date.now() > this.#deadline) throw new ArchiveRefusal('archive-too-slow');
  }
}
