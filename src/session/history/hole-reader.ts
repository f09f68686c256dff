/** Asks an archive for what is missing of it, one page after the other. */
import { AppError } from '../../shared/errors.ts';
import type { ArchivePage, ArchiveRequest } from '../../xmpp/index.ts';
import type { Hole } from './known-ranges.ts';

/** Messages a page: what a slow link takes a minute for, and more once a page took less than a second. */
const [PAGE_SIZE, LARGE_PAGE_SIZE, QUICK_MS] = [40, 100, 1_000];
/**
 * So much the times of an archive and of this computer may differ; and a dead connection is noticed after a minute or so, crossing
 * messages take the rest. Milliseconds.
 */
export const MARGIN_MS = 120_000;

export interface HolePage extends ArchivePage {
  /** The hole ends with it. */
  readonly filled: boolean;
}

export class HoleReader {
  readonly #hole: Hole;
  readonly #ask: (request: Omit<ArchiveRequest, 'room'>) => Promise<ArchivePage>;
  readonly #visited = new Set<string>();
  #first: number | undefined;
  #took = 0;
  /** The archive's clock is not this computer's: the end of the hole is not where its time says. */
  #timeless = false;

  /** @param first messages of the first page, where that is to be another number */
  constructor(
    hole: Hole,
    ask: (request: Omit<ArchiveRequest, 'room'>) => Promise<ArchivePage>,
    first?: number,
  ) {
    this.#hole = hole;
    this.#ask = ask;
    this.#first = first;
  }

  /** Milliseconds that the last page took. */
  get took(): number {
    return this.#took;
  }

  /**
   * The next page; the hole is as it was until its owner has put the page where it belongs. Rejects with the errors of
   * `Archive.page`, and with HISTORY_MALFORMED for an archive that goes round in circles.
   */
  async next(): Promise<HolePage> {
    const hole = this.#hole;
    const max = this.#first ?? (this.#took > 0 && this.#took < QUICK_MS ? LARGE_PAGE_SIZE : PAGE_SIZE);
    this.#first = undefined;
    const { until } = hole;
    // What is known behind it need not come again.
    const end = until === undefined || this.#timeless ? undefined : until.at + MARGIN_MS;
    const asked = performance.now();
    const page = await this.#from(max, end);
    this.#took = performance.now() - asked;
    const { messages, last } = page;
    // What is shown no more, as a moderated message, is there all the same.
    const ids = page.ids ?? messages.map(({ archiveId }) => archiveId);
    const at = until === undefined ? -1 : ids.indexOf(until.id);
    const met = at !== -1 || (until !== undefined && last === until.id);
    // What stands behind it is known, or missing in another hole.
    if (met) {
      const before = new Set(at === -1 ? ids : ids.slice(0, at));
      const missed = messages.filter(({ archiveId }) => before.has(archiveId));
      // Joined with the next hole meanwhile, it goes on.
      return { ...page, messages: missed, filled: hole.until?.id === until?.id };
    }
    const through = page.complete || last === undefined;
    if (through && end === undefined) return { ...page, filled: true };
    if (through) this.#timeless = true;
    if (last !== undefined && this.#visited.has(last))
      throw new AppError('HISTORY_MALFORMED', { reason: 'repeats itself' });
    if (last !== undefined) this.#visited.add(last);
    return { ...page, filled: false };
  }

  async #from(max: number, end: number | undefined): Promise<ArchivePage> {
    const { after, start } = this.#hole;
    const filter = end === undefined ? {} : { end };
    try {
      return await this.#ask({ start, ...filter, max, page: { after: after?.id } });
    } catch (error) {
      // The archive has let go of the last known message (XEP-0313 4.3.1).
      const gone = error instanceof AppError && error.detail?.condition === 'item-not-found';
      if (!gone || after === undefined) throw error;
      const since = after.at - MARGIN_MS;
      this.#hole.after = undefined;
      this.#hole.start = since;
      return this.#ask({ start: since, ...filter, max, page: {} });
    }
  }
}
