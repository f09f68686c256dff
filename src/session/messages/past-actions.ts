import { type BareJid, domainOf } from '../../shared/jid.ts';
import type { Archive, ConversationAction } from '../../xmpp/index.ts';

/** From when there is something to be looked for until a room's archive is asked, milliseconds: more of the kind may come. */
const WAIT_MS = 1_000;
/** Messages a page, and pages a look goes through. */
const PAGE_SIZE = 50;
const MAX_PAGES = 5;

export interface PastActionsOptions {
  readonly archive: Pick<Archive, 'peek'>;
  /** Whether the user looks at the room. */
  isLookedAt(room: BareJid): boolean;
  /** The room's archive's id of the oldest message whose alert others have as well; absent: there is none. */
  oldestAlerted(room: BareJid): string | undefined;
  take(action: ConversationAction): void;
}

/** One time in a room. */
interface Stay {
  /** The first message that the room told, by its archive's id. */
  first: string | undefined;
  /** The first that was said while the user was in it: what was done since has come by itself. */
  live: string | undefined;
  /** What was done to the messages that the room told has been read. */
  read: boolean;
}

/**
 * What a room does not tell who enters it: some tell of their past only what has a text (ejabberd), so what was done to the
 * messages that are shown then – reactions, who acknowledged an alert – is in their archives alone. It is read there from where the user came
 * in back to the first message that the room told, once, when somebody looks at the room; and, looked at or not, back to the oldest message of an
 * alert that others have as well. A service that has told of such things by itself is not asked for what it told.
 */
export class PastActions {
  readonly #options: PastActionsOptions;
  readonly #waiting = new Map<BareJid, NodeJS.Timeout>();
  readonly #stays = new Map<BareJid, Stay>();
  /** Room services that tell of everything. */
  readonly #telling = new Set<string>();
  /** One archive after the other: a session may begin with 200 rooms. */
  #turn: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: PastActionsOptions) {
    this.#options = options;
  }

  /**
   * A room tells of itself with each occupant who comes, goes or is away: only who has just entered may have missed something.
   */
  onRoom(room: BareJid, isJoined: boolean): void {
    if (this.#stays.has(room) === isJoined) return;
    if (isJoined) {
      this.#stays.set(room, { first: undefined, live: undefined, read: false });
      this.wake(room);
    } else this.#stays.delete(room);
  }

  /** A room told a message with that place in its archive. `past`: it was said before the user came in. */
  onTold(room: BareJid, archiveId: string | undefined, past: boolean): void {
    const stay = this.#stays.get(room);
    if (stay === undefined || archiveId === undefined) return;
    if (!past) stay.live ??= archiveId;
    else if (stay.first === undefined) {
      stay.first = archiveId;
      this.wake(room);
    }
  }

  /** A room told what was done to a message before the user came in, and there was no text in it. */
  onToldAction(room: BareJid): void {
    this.#telling.add(domainOf(room));
  }

  /** The user looks at these conversations now. */
  onLookedAt(conversations: readonly BareJid[]): void {
    for (const room of conversations) if (this.#firstTold(room) !== undefined) this.wake(room);
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

  /** The first message that the room told, where what was done to it and to those behind it has not been read. */
  #firstTold(room: BareJid): string | undefined {
    const stay = this.#stays.get(room);
    if (stay === undefined || stay.read || this.#telling.has(domainOf(room))) return undefined;
    return this.#options.isLookedAt(room) ? stay.first : undefined;
  }

  async #read(room: BareJid): Promise<void> {
    const stay = this.#stays.get(room);
    const told = this.#firstTold(room);
    const wanted = new Set([told, this.#options.oldestAlerted(room)].filter((id) => id !== undefined));
    let before = stay?.live ?? '';
    for (let pages = 0; pages < MAX_PAGES && wanted.size > 0 && !this.#closed; pages += 1) {
      // What is not to be had is not shown; what is said from now on comes by itself.
      const page = await this.#options.archive
        .peek({ room, max: PAGE_SIZE, page: { before } })
        .catch(() => undefined);
      if (page === undefined) return;
      for (const item of page.items) {
        if ('action' in item) this.#options.take(item);
        else if (item.keys?.archiveId !== undefined) wanted.delete(item.keys.archiveId);
      }
      if (page.first !== undefined) wanted.delete(page.first);
      if (page.complete || page.first === undefined) break;
      before = page.first;
    }
    if (told !== undefined && stay !== undefined) stay.read = true;
  }
}
