/** Connections that were refused, in the log: so many a minute that nobody without a card can fill the disk with them. */
import type { Journal, JournalFields } from './journal.ts';

const PER_MINUTE = 120;
const MINUTE_MS = 60_000;

export class LimitedLog {
  readonly #journal: Journal;
  #since = 0;
  #count = 0;
  /** Lines that were left out since the last one. */
  #leftOut = 0;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  write(fields: JournalFields): void {
    const now = Date.now();
    if (now - this.#since >= MINUTE_MS) {
      this.#since = now;
      this.#count = 0;
    }
    this.#count += 1;
    if (this.#count > PER_MINUTE) {
      this.#leftOut += 1;
      return;
    }
    const leftOut = this.#leftOut === 0 ? undefined : this.#leftOut;
    this.#leftOut = 0;
    this.#journal.write('connection-refused', { ...fields, leftOut }).catch(() => undefined);
  }
}
