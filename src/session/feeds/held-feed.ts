/** One feed as the session holds it: its items in the order in which they were published, and which of them nobody has seen. Pure. */
import { FEED_LIMITS, type FeedItem } from '../../shared/feed-contract.ts';

export class HeldFeed {
  readonly #items = new Map<string, FeedItem>();
  readonly #unread = new Set<string>();
  /** What was unread when the feed was opened, or came since: shown as new until it is left. */
  readonly #marked = new Set<string>();
  #synced = false;

  /** Oldest first. */
  get items(): readonly FeedItem[] {
    return [...this.#items.values()];
  }

  get unread(): number {
    return this.#unread.size;
  }

  /** The newest item, up to which everything is read once nothing is unread. */
  get newest(): string | undefined {
    return [...this.#items.keys()].at(-1);
  }

  isMarked(id: string): boolean {
    return this.#marked.has(id);
  }

  /** It was published just now; again, where it was there before. */
  add(item: FeedItem): void {
    this.#items.delete(item.id);
    this.#items.set(item.id, item);
    this.#unread.add(item.id);
    this.#marked.add(item.id);
    this.#trim();
  }

  /** It was taken back; false where it is not here. */
  remove(id: string): boolean {
    this.#unread.delete(id);
    this.#marked.delete(id);
    return this.#items.delete(id);
  }

  clear(): void {
    for (const ids of [this.#items, this.#unread, this.#marked]) ids.clear();
  }

  /**
   * The newest items as the service has them. What is new to this session is unread; at first, what comes after `read`, the item that
   * was read last before, or everything where that is not among them. Returns what became unread.
   * @param asked how many were asked for at most
   */
  take(fetched: readonly FeedItem[], asked: number, read: string | undefined): readonly FeedItem[] {
    const fresh: FeedItem[] = [];
    const before = new Map(this.#items);
    const at = fetched.findIndex(({ id }) => id === read);
    const ids = new Set(fetched.map(({ id }) => id));
    // With fewer than were asked for there are no older ones: what is not among them is gone.
    const older = fetched.length < asked ? [] : [...before.values()].filter(({ id }) => !ids.has(id));
    this.#items.clear();
    for (const item of older) this.#items.set(item.id, item);
    for (const [index, item] of fetched.entries()) {
      const known = before.get(item.id);
      // When it came is known of what came while this session looked.
      const kept = known !== undefined && !item.dated ? { ...item, at: known.at, dated: known.dated } : item;
      this.#items.set(item.id, kept);
      if (known !== undefined || (!this.#synced && index <= at)) continue;
      this.#unread.add(item.id);
      fresh.push(kept);
    }
    this.#synced = true;
    this.#trim();
    return fresh;
  }

  /** Somebody looks at it: what is unread is shown as new. */
  open(): void {
    this.#marked.clear();
    for (const id of this.#unread) this.#marked.add(id);
  }

  /** What is there was seen; false where nothing was unread. */
  read(): boolean {
    if (this.#unread.size === 0) return false;
    this.#unread.clear();
    return true;
  }

  leave(): void {
    this.#marked.clear();
  }

  #trim(): void {
    for (const id of this.#items.keys()) {
      if (this.#items.size <= FEED_LIMITS.items) break;
      this.#items.delete(id);
    }
    for (const ids of [this.#unread, this.#marked]) {
      for (const id of ids) if (!this.#items.has(id)) ids.delete(id);
    }
  }
}
