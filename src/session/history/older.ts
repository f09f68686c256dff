import type { ChatMessage, ConversationKind } from '../../shared/chat-model.ts';
import { AppError } from '../../shared/errors.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { Archive } from '../../xmpp/index.ts';
import type { Conversations } from './conversations.ts';

/** Messages a page of the archive: some 20 kB, a minute at 2.4 kbit/s. */
const PAGE_SIZE = 40;
/** Pages without anything to be shown that one look goes through. */
const MAX_EMPTY_PAGES = 5;

/** What this computer keeps of conversations. */
export interface KeptMessages {
  /** As `OlderMessages`, without the archive's word on whether there are more; empty where nothing is kept. */
  older(conversation: BareJid, limit: number, before: string | undefined): Promise<readonly ChatMessage[]>;
  /** Messages that memory has no room for. */
  record(
    conversation: BareJid,
    kind: ConversationKind,
    messages: readonly ChatMessage[],
    before: string,
  ): void;
}

export interface OlderOptions {
  readonly conversations: Conversations;
  readonly kept: KeptMessages;
  readonly archive: Pick<Archive, 'page'>;
  isRoom(jid: BareJid): boolean;
}

export interface OlderMessages {
  /** Oldest first. */
  readonly messages: readonly ChatMessage[];
  /** There are none before these. */
  readonly complete: boolean;
}

/** Where a look that found nothing to show went on to. */
interface Place {
  readonly before: string | undefined;
  readonly archiveId: string;
}

/** The past of conversations, a page at a time, fetched when somebody looks at it. */
export class Older {
  readonly #options: OlderOptions;
  readonly #places = new Map<BareJid, Place>();
  readonly #loading = new Map<
    BareJid,
    { readonly before: string | undefined; readonly page: Promise<OlderMessages> }
  >();

  constructor(options: OlderOptions) {
    this.#options = options;
  }

  /**
   * Messages before message `before` (the newest without it), at most `limit`: those in memory, else those on this computer,
   * else a page of the archive. Rejects with the errors of `Archive.page`, or HISTORY_EMPTY.
   */
  async load(conversation: BareJid, limit: number, before: string | undefined): Promise<OlderMessages> {
    const kept = this.#options.conversations.model.page(conversation, limit, before);
    // Of a former session memory has few, until somebody looks.
    const isShort = before === undefined && kept.length > 0 && kept.length < limit;
    if (kept.length > 0 && !isShort) return { messages: kept, complete: false };
    const loading = this.#loading.get(conversation);
    if (loading?.before === before && loading !== undefined) return loading.page;
    if (loading !== undefined) {
      // Another window looks at another place: its page is not this one's.
      await loading.page.catch(() => undefined);
      return this.load(conversation, limit, before);
    }
    const page = isShort
      ? this.#lengthen(conversation, limit, kept)
      : this.#further(conversation, limit, before);
    this.#loading.set(conversation, { before, page });
    try {
      return await page;
    } finally {
      this.#loading.delete(conversation);
    }
  }

  async #lengthen(
    conversation: BareJid,
    limit: number,
    kept: readonly ChatMessage[],
  ): Promise<OlderMessages> {
    await this.#options.kept.older(conversation, limit - kept.length, kept[0]?.id);
    return { messages: this.#options.conversations.model.page(conversation, limit), complete: false };
  }

  async #further(conversation: BareJid, limit: number, before: string | undefined): Promise<OlderMessages> {
    const stored = await this.#options.kept.older(conversation, limit, before);
    return stored.length > 0 ? { messages: stored, complete: false } : this.#fetch(conversation, before);
  }

  async #fetch(conversation: BareJid, before: string | undefined): Promise<OlderMessages> {
    const { archive, conversations, isRoom } = this.#options;
    const kind = isRoom(conversation) ? 'room' : 'contact';
    const of = kind === 'room' ? { room: conversation } : { with: conversation };
    const visited = new Set<string>();
    let from = this.#startOf(conversation, before);
    for (let pages = 0; pages < MAX_EMPTY_PAGES; pages += 1) {
      const page = await archive.page({ ...of, max: PAGE_SIZE, page: { before: from } });
      const { older } = conversations.merge(conversation, kind, page.messages, undefined, false);
      const complete = page.complete || page.first === undefined;
      if (older.length > 0 || complete) {
        this.#places.delete(conversation);
        if (!this.#keep(conversation, kind, older, before)) conversations.forget(conversation, older);
        // What waited for them has changed them by now.
        const { model } = conversations;
        return { messages: older.map((one) => model.message(conversation, one.id) ?? one), complete };
      }
      from = page.first ?? '';
      if (visited.has(from)) throw new AppError('HISTORY_MALFORMED', { reason: 'repeats itself' });
      visited.add(from);
      this.#places.set(conversation, { before, archiveId: from });
    }
    throw new AppError('HISTORY_EMPTY', { count: MAX_EMPTY_PAGES * PAGE_SIZE });
  }

  /** False: memory is full, or what is between these and the kept ones was let go; the window has them all the same. */
  #keep(
    conversation: BareJid,
    kind: ConversationKind,
    older: readonly ChatMessage[],
    before: string | undefined,
  ): boolean {
    const { model } = this.#options.conversations;
    const isKept = before === undefined || model.log(conversation).get(before) !== undefined;
    if (isKept && (older.length === 0 || model.prependMessages(conversation, kind, older))) return true;
    if (before !== undefined) this.#options.kept.record(conversation, kind, older, before);
    return false;
  }

  /** The archive id before which to look; empty for the end of the archive. */
  #startOf(conversation: BareJid, before: string | undefined): string {
    const { conversations } = this.#options;
    const place = this.#places.get(conversation);
    if (place !== undefined && place.before === before) return place.archiveId;
    const isKept = before === undefined || conversations.model.log(conversation).get(before) !== undefined;
    if (isKept) return conversations.oldestArchiveId(conversation) ?? '';
    const archiveId = conversations.archiveIdOf(conversation, before);
    if (archiveId === undefined) throw new AppError('HISTORY_REFUSED', { condition: 'position unknown' });
    return archiveId;
  }
}
