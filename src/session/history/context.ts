import { CONTEXT_PAGE, MAX_BEHIND } from '../../shared/chat-history-commands.ts';
import type { ChatMessage, ConversationKind } from '../../shared/chat-model.ts';
import { AppError } from '../../shared/errors.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { StoredMessage } from '../../store/index.ts';
import type { Archive, ArchivePage } from '../../xmpp/index.ts';
import type { Conversations } from './conversations.ts';
import type { OlderMessages } from './older.ts';

/** Messages a page of the archive. */
const PAGE_SIZE = 40;
/** Pages without anything to be shown that one look goes through. */
const MAX_EMPTY_PAGES = 5;

/** Messages before one that is opened, so that it can be understood. */
const ENOUGH = 10;

/** What this computer keeps of conversations. */
export interface KeptContext {
  /** `each` before and behind a message; empty where it is not kept. */
  around(conversation: BareJid, id: string, each: number): Promise<readonly StoredMessage[]>;
  /** Those before message `before`, oldest first. */
  older(conversation: BareJid, limit: number, before: string): Promise<readonly StoredMessage[]>;
}

export interface ContextOptions {
  readonly conversations: Conversations;
  readonly kept: KeptContext;
  readonly archive: Pick<Archive, 'page'>;
  isRoom(jid: BareJid): boolean;
}

/** Messages of one conversation, oldest first. */
export interface NewerMessages {
  readonly messages: readonly ChatMessage[];
  /** There are none behind these. */
  readonly complete: boolean;
}

/**
 * What was said around one message, far from what the window has: from memory, this computer's history, or the archive, in
 * that order. Windows show it apart from the rest of the conversation, with a gap between; it can be read on in both directions.
 */
export class Context {
  readonly #options: ContextOptions;

  constructor(options: ContextOptions) {
    this.#options = options;
  }

  /**
   * Messages around message `id`, it among them; `complete`: there are none before them. Rejects with HISTORY_NOT_HERE where
   * nobody has it any more, or with the errors of `Archive.page`.
   */
  async around(conversation: BareJid, id: string): Promise<OlderMessages> {
    const { conversations, kept } = this.#options;
    const inMemory = conversations.model.log(conversation).around(id, CONTEXT_PAGE, MAX_BEHIND);
    if (inMemory.length > 0) return { messages: inMemory, complete: false };
    const stored = await kept.around(conversation, id, CONTEXT_PAGE);
    if (stored.length > 0) return { messages: this.#takeStored(conversation, stored), complete: false };
    const archiveId = conversations.archiveIdOf(conversation, id);
    if (archiveId === undefined) throw new AppError('HISTORY_NOT_HERE');
    const before = await this.#page(conversation, { before: archiveId });
    // From the one before it on: the page begins with the message itself.
    const behind = await this.#page(
      conversation,
      before.last === undefined ? {} : { after: before.last },
      PAGE_SIZE + 1,
    );
    const [earlier, complete] = await this.#atLeast(conversation, before);
    const messages = this.#takeArchived(conversation, [...earlier, ...behind.messages]);
    if (!messages.some((message) => message.id === id)) throw new AppError('HISTORY_NOT_HERE');
    return { messages, complete };
  }

  /** A page may be receipts, most of it: with those before it, until there is something to read, and whether they are the first. */
  async #atLeast(
    conversation: BareJid,
    page: ArchivePage,
  ): Promise<readonly [messages: ArchivePage['messages'], complete: boolean]> {
    let { messages, first, complete } = page;
    for (let pages = 1; pages < MAX_EMPTY_PAGES && messages.length < ENOUGH; pages += 1) {
      if (complete || first === undefined) break;
      const earlier = await this.#page(conversation, { before: first });
      messages = [...earlier.messages, ...messages];
      ({ first, complete } = earlier);
    }
    return [messages, complete];
  }

  /** Messages before one that stands apart. */
  async older(conversation: BareJid, limit: number, before: string): Promise<OlderMessages> {
    const stored = await this.#options.kept.older(conversation, limit, before);
    if (stored.length > 0) return { messages: this.#takeStored(conversation, stored), complete: false };
    let from = this.#placeOf(conversation, before);
    for (let pages = 0; pages < MAX_EMPTY_PAGES; pages += 1) {
      const page = await this.#page(conversation, { before: from });
      const messages = this.#takeArchived(conversation, page.messages);
      const complete = page.complete || page.first === undefined;
      if (messages.length > 0 || complete) return { messages, complete };
      from = page.first ?? '';
    }
    throw new AppError('HISTORY_EMPTY', { count: MAX_EMPTY_PAGES * PAGE_SIZE });
  }

  /** Messages behind message `after`. */
  async newer(conversation: BareJid, limit: number, after: string): Promise<NewerMessages> {
    const { conversations, kept } = this.#options;
    const log = conversations.model.log(conversation);
    if (log.get(after) !== undefined) {
      const messages = log.around(after, 0, limit).slice(1);
      return { messages, complete: messages.length < limit };
    }
    const stored = await kept.around(conversation, after, limit);
    if (stored.length > 0) {
      const behind = stored.slice(stored.findIndex(({ message }) => message.id === after) + 1);
      return { messages: this.#takeStored(conversation, behind), complete: behind.length < limit };
    }
    let from = this.#placeOf(conversation, after);
    for (let pages = 0; pages < MAX_EMPTY_PAGES; pages += 1) {
      const page = await this.#page(conversation, { after: from });
      const messages = this.#takeArchived(conversation, page.messages);
      const complete = page.complete || page.last === undefined;
      if (messages.length > 0 || complete) return { messages, complete };
      from = page.last ?? '';
    }
    throw new AppError('HISTORY_EMPTY', { count: MAX_EMPTY_PAGES * PAGE_SIZE });
  }

  #kindOf(conversation: BareJid): ConversationKind {
    return this.#options.isRoom(conversation) ? 'room' : 'contact';
  }

  #placeOf(conversation: BareJid, id: string): string {
    const archiveId = this.#options.conversations.archiveIdOf(conversation, id);
    if (archiveId === undefined) throw new AppError('HISTORY_REFUSED', { condition: 'position unknown' });
    return archiveId;
  }

  #page(
    conversation: BareJid,
    page: { readonly before: string } | { readonly after?: string },
    max = PAGE_SIZE,
  ): Promise<ArchivePage> {
    const of = this.#options.isRoom(conversation) ? { room: conversation } : { with: conversation };
    return this.#options.archive.page({ ...of, max, page });
  }

  #takeArchived(conversation: BareJid, messages: ArchivePage['messages']): readonly ChatMessage[] {
    return this.#options.conversations.apart(conversation, this.#kindOf(conversation), messages);
  }

  #takeStored(conversation: BareJid, stored: readonly StoredMessage[]): readonly ChatMessage[] {
    const { conversations } = this.#options;
    for (const { message, keys } of stored)
      for (const one of keys) conversations.add(conversation, message.id, one, message.at);
    const messages = stored.map(({ message }) => message);
    return conversations.model.setApart(conversation, this.#kindOf(conversation), messages);
  }
}
