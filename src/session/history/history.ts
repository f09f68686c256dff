import type { SearchHit, SearchReply } from '../../shared/chat-history-commands.ts';
import type { ChatMessage, ConversationKind } from '../../shared/chat-model.ts';
import { type BareJid, toBareJid } from '../../shared/jid.ts';
import type { StoredArchive, StoredMessage, StoredTail } from '../../store/index.ts';
import { type ConversationMessage, type MessageKeys, originKey, type XmppClient } from '../../xmpp/index.ts';
import type { ChatModel } from '../chat-model.ts';
import type { LocalHistory } from '../store/local-history.ts';
import { CatchUp } from './catch-up.ts';
import { Context, type NewerMessages } from './context.ts';
import { Conversations, type ConversationsOptions } from './conversations.ts';
import { Older, type OlderMessages } from './older.ts';
import { ServerSearch } from './server-search.ts';

/** The part of the XMPP client that history needs. */
export type HistoryClient = Pick<XmppClient, 'jid' | 'on' | 'isRoom'> & {
  readonly archive: Pick<XmppClient['archive'], 'page' | 'find' | 'textField'>;
};

/** Kept messages that memory reads back for one hole, and at once. */
const [MAX_REACH, REACH_AT_ONCE] = [5_000, 500];

export interface HistoryOptions extends Omit<ConversationsOptions, 'onKeys'> {
  readonly model: ChatModel;
  readonly xmpp: HistoryClient;
  /** What this computer keeps. */
  readonly local: LocalHistory;
  /** Messages that were missed are in the model now. */
  onMissed(): void;
}

/**
 * What stands behind the conversations: this computer's history and the server's archives. Their past when somebody looks at
 * it, and what was missed; each message once.
 */
export class History {
  readonly #options: HistoryOptions;
  readonly #conversations: Conversations;
  readonly #older: Older;
  readonly #context: Context;
  readonly #server: ServerSearch;
  readonly #catchUp: CatchUp;
  readonly #subscriptions: readonly (() => void)[];

  constructor(options: HistoryOptions) {
    this.#options = options;
    const { xmpp } = options;
    this.#conversations = new Conversations({
      ...options,
      onKeys: (conversation, id) => {
        const message = options.model.message(conversation, id);
        if (message !== undefined) options.local.changed(conversation, message);
      },
    });
    const archives = {
      conversations: this.#conversations,
      archive: { page: xmpp.archive.page.bind(xmpp.archive) },
      isRoom: (jid: BareJid) => xmpp.isRoom(jid),
    };
    this.#older = new Older({
      ...archives,
      kept: {
        older: (conversation, limit, before) => this.#stored(conversation, limit, before),
        record: (conversation, kind, messages, before) =>
          options.local.placed(conversation, kind, messages, { at: 'before', id: before }),
      },
    });
    this.#server = new ServerSearch({ conversations: this.#conversations, archive: xmpp.archive });
    this.#context = new Context({ ...archives, kept: options.local });
    this.#catchUp = new CatchUp({
      ...archives,
      onMissed: () => options.onMissed(),
      reach: (conversation, id) => this.#reach(conversation, id),
      record: ({ name, ranges }) => options.local.archive(name, ranges),
    });
    this.#subscriptions = this.#observe();
  }

  /** As `Older.load`, and before messages that stand apart as `Context.older`. */
  older(conversation: BareJid, limit: number, before: string | undefined): Promise<OlderMessages> {
    if (before !== undefined && this.#options.model.isApart(conversation, before))
      return this.#context.older(conversation, limit, before);
    return this.#older.load(conversation, limit, before);
  }

  /** As `Context.around`. */
  around(conversation: BareJid, id: string): Promise<OlderMessages> {
    return this.#context.around(conversation, id);
  }

  /** As `ServerSearch.search`. */
  searchServer(text: string, from: number | undefined): Promise<SearchReply> {
    return this.#server.search(text, from);
  }

  /** As `ServerSearch.found`. */
  foundOnServer(text: string): readonly SearchHit[] | undefined {
    return this.#server.found(text);
  }

  /** As `Context.newer`. */
  newer(conversation: BareJid, limit: number, after: string): Promise<NewerMessages> {
    return this.#context.newer(conversation, limit, after);
  }

  /** The user asks again for what is missing in a conversation. */
  fillGap(conversation: BareJid): void {
    this.#catchUp.fill(conversation);
  }

  /** A message of this client is in the model. */
  onSent(conversation: BareJid, { id, at }: ChatMessage, nick: string | undefined): void {
    const { xmpp } = this.#options;
    const account = xmpp.jid === undefined ? undefined : toBareJid(xmpp.jid);
    const sender = xmpp.isRoom(conversation)
      ? `${conversation}/${nick ?? ''}`
      : `${account ?? ''}\n${conversation}`;
    this.#conversations.add(conversation, id, { strong: [originKey(sender, id)] }, at);
  }

  /** Whether a message that came is a copy of one that is kept: a room repeats what a former session had already. */
  isCopy({ conversation, message: { at, delayed }, keys }: ConversationMessage): boolean {
    if (keys === undefined) return false;
    const copy = this.#conversations.copyOf(conversation, keys, at, delayed);
    if (copy === undefined) return false;
    this.#conversations.add(conversation, copy, keys, at);
    if (keys.archiveId !== undefined) this.#catchUp.onArchived(conversation, keys.archiveId, at, delayed);
    return true;
  }

  /** A message that came was shown, or has changed another one. */
  onMessage({ conversation, message: { id, at, delayed }, keys, replaces }: ConversationMessage): void {
    if (keys === undefined) return;
    // A correction that changed what it corrects is no message of its own.
    const isShown = replaces === undefined || this.#options.model.message(conversation, id) !== undefined;
    if (isShown) this.#conversations.add(conversation, id, keys, at);
    if (keys.archiveId !== undefined) this.#catchUp.onArchived(conversation, keys.archiveId, at, delayed);
  }

  /** Puts back what a former session left; before the first connection. */
  restore(tails: readonly StoredTail[], archives: readonly StoredArchive[] = []): void {
    for (const { conversation, kind, messages } of tails) this.#takeStored(conversation, kind, messages);
    this.#catchUp.onRestored(archives);
  }

  /** Whether an archive has shown a message. */
  isArchived(conversation: BareJid, id: string): boolean {
    return this.#conversations.archiveIdOf(conversation, id) !== undefined;
  }

  /** Up to when it is known what was said in a room, milliseconds since 1970; `undefined`: nothing is. */
  knownUntil(room: BareJid): number | undefined {
    return this.#catchUp.knownUntil(room);
  }

  /** Everything that a message is known by. */
  keysOf(conversation: BareJid, id: string): readonly MessageKeys[] {
    return this.#conversations.keysOf(conversation, id);
  }

  /** As `CatchUp.accountCaughtUp`. */
  get accountCaughtUp(): Promise<void> {
    return this.#catchUp.accountCaughtUp;
  }

  /** A connection has a session now. */
  onConnected(resumed: boolean): void {
    this.#catchUp.onConnected(resumed);
  }

  /** Messages are no longer kept. */
  onDropped(conversation: BareJid, messages: readonly ChatMessage[]): void {
    this.#conversations.forget(conversation, messages);
  }

  close(): void {
    for (const end of this.#subscriptions) end();
    this.#catchUp.close();
  }

  /** Reads kept messages back into memory until it reaches to message `id`, or is full. */
  async #reach(conversation: BareJid, id: string): Promise<void> {
    const { model } = this.#options;
    for (let read = 0; read < MAX_REACH; read += REACH_AT_ONCE) {
      const first = model.log(conversation).first?.id;
      await this.#stored(conversation, REACH_AT_ONCE, first);
      const isFurther = model.log(conversation).first?.id !== first;
      if (!isFurther || model.log(conversation).get(id) !== undefined) return;
    }
  }

  async #stored(
    conversation: BareJid,
    limit: number,
    before: string | undefined,
  ): Promise<readonly ChatMessage[]> {
    const { local, model, xmpp } = this.#options;
    const stored = await local.older(conversation, limit, before);
    const isKept = before === undefined || model.log(conversation).get(before) !== undefined;
    const kind = xmpp.isRoom(conversation) ? 'room' : 'contact';
    if (isKept) return this.#takeStored(conversation, kind, stored);
    for (const { message, keys } of stored)
      for (const one of keys) this.#conversations.add(conversation, message.id, one, message.at);
    return stored.map(({ message }) => message);
  }

  /** Messages that go before all others, with what they are known by. */
  #takeStored(
    conversation: BareJid,
    kind: ConversationKind,
    stored: readonly StoredMessage[],
  ): readonly ChatMessage[] {
    for (const { message, keys } of stored)
      for (const one of keys) this.#conversations.add(conversation, message.id, one, message.at);
    // Somebody else may have read them meanwhile.
    const log = this.#options.model.log(conversation);
    const messages = stored.map(({ message }) => message).filter(({ id }) => log.get(id) === undefined);
    if (messages.length > 0) this.#options.model.prependMessages(conversation, kind, messages, true);
    return messages;
  }

  #observe(): readonly (() => void)[] {
    const { xmpp } = this.#options;
    return [
      xmpp.on('reflected', ({ conversation, id, keys }) => {
        this.#conversations.add(conversation, id, keys, Date.now());
        if (keys.archiveId !== undefined) this.#catchUp.onArchived(conversation, keys.archiveId, Date.now());
      }),
      xmpp.on('repeated', (room, archiveId) => this.#catchUp.onRepeated(room, archiveId)),
      xmpp.on('room', ({ jid, state }) => this.#catchUp.onRoom(jid, state === 'joined')),
      xmpp.on('room-left', (room) => this.#catchUp.onRoomLeft(room)),
      xmpp.on('closed', () => this.#catchUp.onLost()),
    ];
  }
}
