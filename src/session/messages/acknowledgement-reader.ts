import type { BareJid } from '../../shared/jid.ts';
import type { Archive, ConversationAction } from '../../xmpp/index.ts';

/** From when a room is entered, or an alert of its past is raised, until its archive is asked, milliseconds. */
const WAIT_MS = 1_000;
/** Messages a page, and pages a look goes through. */
const PAGE_SIZE = 50;
const MAX_PAGES = 5;

export interface AcknowledgementReaderOptions {
  readonly archive: Pick<Archive, 'peek'>;
  /** The room's archive's id of the oldest message whose alert others have as well; absent: there is none. */
  oldestAlerted(room: BareJid): string | undefined;
  take(action: ConversationAction): void;
}

/**
 * What a room does not tell who enters it: some tell of their past only what has a text (ejabberd), so who acknowledged the
 * alerts of what was said before is in their archives alone. Read from the newest message back to the oldest such alert.
 */
export class AcknowledgementReader {
  readonly #options: AcknowledgementReaderOptions;
  readonly #waiting = new Map<BareJid, NodeJS.Timeout>();
  readonly #joined = new Set<BareJid>();
  /** One archive after the other: a session may begin with 200 rooms. */
  #turn: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: AcknowledgementReaderOptions) {
    this.#options = options;
  }

  /**
   * A room tells of itself with each occupant who comes, goes or is away: only who has just entered may have missed something.
   */
  onRoom(room: BareJid, isJoined: boolean): void {
    if (this.#joined.has(room) === isJoined) return;
    if (isJoined) {
      this.#joined.add(room);
      this.wake(room);
    } else this.#joined.delete(room);
  }

  /** Something of the room's past may be missing. */
  wake(room: BareJid): void {
    if (this.#waiting.has(room) || this.#closed) return;
    const timer = setTimeout(() => {
      // Until it is its turn it waits, and is not put in the queue once more.
      this.#turn = this.#turn
        .then(() => {
          this.#waiting.delete(room);
          return this.#read(room);
        })
        .catch(() => undefined);
    }, WAIT_MS);
    this.#waiting.set(room, timer);
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
  }

  async #read(room: BareJid): Promise<void> {
    const oldest = this.#options.oldestAlerted(room);
    let before = '';
    for (let pages = 0; pages < MAX_PAGES && oldest !== undefined && !this.#closed; pages += 1) {
      // What is not to be had is not shown; what is said from now on comes by itself.
      const page = await this.#options.archive
        .peek({ room, max: PAGE_SIZE, page: { before } })
        .catch(() => undefined);
      if (page === undefined) return;
      for (const item of page.items)
        if ('action' in item && item.action.type === 'acknowledge') this.#options.take(item);
      const reached = page.items.some((item) => 'message' in item && item.keys?.archiveId === oldest);
      if (page.complete || page.first === undefined || reached) return;
      before = page.first;
    }
  }
}
