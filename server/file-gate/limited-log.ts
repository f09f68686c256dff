/** What was refused, in the log: so many lines a minute that nobody can fill the disk with them. */
import type { Journal, JournalEvent, JournalFields } from './journal.ts';
import { PerMinute } from './per-minute.ts';

export class LimitedLog {
  readonly #journal: Journal;
  readonly #lines: PerMinute;
  /** Lines that were left out since the last one, by whose they were. */
  readonly #leftOut = new Map<string, number>();

  /** @param perMinute lines of one cause */
  constructor(journal: Journal, perMinute: number) {
    this.#journal = journal;
    this.#lines = new PerMinute(perMinute);
  }

  /** True when a line that `who` causes would be left out. */
  isFull(who: string): boolean {
    return this.#lines.isOver(who);
  }

  /** Writes the line, or counts it; the next one of `who` says how many were left out. */
  async write(who: string, event: JournalEvent, fields: JournalFields): Promise<void> {
    const before = this.#leftOut.get(who);
    if (!this.#lines.take(who)) {
      this.#leftOut.set(who, (before ?? 0) + 1);
      return;
    }
    this.#leftOut.delete(who);
    await this.#journal.write(event, { ...fields, leftOut: before });
  }
}
