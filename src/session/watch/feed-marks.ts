/**
 * How far each feed was read, and how far it was looked through for watchwords, from session to session. The order is the service's:
 * when a notice was written is what its author says, and a wrong date would hide it from who was away. Pure.
 */
import { FEED_LIMITS } from '../../shared/feed-contract.ts';
import type { FeedMark } from '../../shared/watch-contract.ts';

interface Mark {
  readonly read?: string | undefined;
  readonly matched?: string | undefined;
  /** How far was looked through before the first notice that nobody has acknowledged. */
  readonly before?: string | undefined;
}

/** Nothing was looked through: the first notice of the feed is one of those. */
const NOTHING = '';

export class FeedMarks {
  readonly #marks: Map<string, Mark>;

  constructor(kept: readonly FeedMark[] = []) {
    this.#marks = new Map(kept.map(({ id, ...mark }) => [id, mark]));
  }

  /** The item up to which a feed was read. */
  read(feed: string): string | undefined {
    return this.#marks.get(feed)?.read;
  }

  /** The feeds of which that is known. */
  get feeds(): readonly string[] {
    return [...this.#marks].flatMap(([id, { read }]) => (read === undefined ? [] : [id]));
  }

  forget(feed: string): void {
    this.#marks.delete(feed);
  }

  setRead(feed: string, item: string): void {
    this.#set(feed, { read: item });
  }

  /** The item up to which it was looked through; empty: nothing of it; absent: it was never seen. */
  matched(feed: string): string | undefined {
    return this.#marks.get(feed)?.matched;
  }

  setMatched(feed: string, item: string): void {
    this.#set(feed, { matched: item });
  }

  /** The item behind `before`, absent: the first of the feed, has raised an alert. */
  raised(feed: string, before: string | undefined): void {
    if (this.#marks.get(feed)?.before === undefined) this.#set(feed, { before: before ?? NOTHING });
  }

  /** What is to be kept. Of a feed whose alerts wait, so that they are raised again after the next sign-in. */
  kept(waits: (feed: string) => boolean): readonly FeedMark[] {
    const marks: FeedMark[] = [];
    for (const [id, mark] of this.#marks) {
      const waiting = mark.before !== undefined && waits(id);
      if (!waiting && mark.before !== undefined) this.#marks.set(id, { ...mark, before: undefined });
      const matched = waiting ? mark.before : mark.matched;
      marks.push({
        id,
        ...(mark.read === undefined ? {} : { read: mark.read }),
        ...(matched === undefined ? {} : { matched }),
      });
    }
    return marks;
  }

  /** Of more feeds than are read at a time the oldest are forgotten. */
  #set(feed: string, change: Mark): void {
    const mark = { ...this.#marks.get(feed), ...change };
    this.#marks.delete(feed);
    this.#marks.set(feed, mark);
    if (this.#marks.size <= FEED_LIMITS.feeds) return;
    // Whom this user reads is known by these alone: a service's go first.
    const ids = [...this.#marks.keys()];
    const oldest = ids.find((id) => !id.slice(0, id.indexOf('/')).includes('@')) ?? ids[0];
    if (oldest !== undefined) this.#marks.delete(oldest);
  }
}
