import type { ChatMessage } from '../../shared/chat-model.ts';
import { type BareJid, toBareJid } from '../../shared/jid.ts';
import { originKey, type XmppClient } from '../../xmpp/index.ts';
import type { ChatModel } from '../chat-model.ts';
import { CatchUp } from './catch-up.ts';
import { Conversations, type ConversationsOptions } from './conversations.ts';
import { Older, type OlderMessages } from './older.ts';

/** The part of the XMPP client that history needs. */
export type HistoryClient = Pick<XmppClient, 'jid' | 'on' | 'archive' | 'isRoom'>;

export interface HistoryOptions extends ConversationsOptions {
  readonly model: ChatModel;
  readonly xmpp: HistoryClient;
  /** Messages that were missed are in the model now. */
  onMissed(): void;
}

/**
 * The server's archives behind the conversations: their past when somebody looks at it, and what was missed. Nothing of it is
 * kept anywhere but in memory.
 */
export class History {
  readonly #options: HistoryOptions;
  readonly #conversations: Conversations;
  readonly #older: Older;
  readonly #catchUp: CatchUp;
  readonly #subscriptions: readonly (() => void)[];

  constructor(options: HistoryOptions) {
    this.#options = options;
    const { xmpp } = options;
    this.#conversations = new Conversations(options);
    const archives = {
      conversations: this.#conversations,
      archive: { page: xmpp.archive.page.bind(xmpp.archive) },
      isRoom: (jid: BareJid) => xmpp.isRoom(jid),
    };
    this.#older = new Older(archives);
    this.#catchUp = new CatchUp({ ...archives, onMissed: () => options.onMissed() });
    this.#subscriptions = this.#observe();
  }

  /** As `Older.load`. */
  older(conversation: BareJid, limit: number, before: string | undefined): Promise<OlderMessages> {
    return this.#older.load(conversation, limit, before);
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

  #observe(): readonly (() => void)[] {
    const { xmpp } = this.#options;
    return [
      xmpp.on('message', ({ conversation, message: { id, at }, keys, replaces }) => {
        if (keys === undefined) return;
        // A correction that changed what it corrects is no message of its own.
        const isShown = replaces === undefined || this.#options.model.message(conversation, id) !== undefined;
        if (isShown) this.#conversations.add(conversation, id, keys, at);
        if (keys.archiveId !== undefined) this.#catchUp.onArchived(conversation, keys.archiveId, at);
      }),
      xmpp.on('reflected', ({ conversation, id, keys }) => {
        this.#conversations.add(conversation, id, keys, Date.now());
        if (keys.archiveId !== undefined) this.#catchUp.onArchived(conversation, keys.archiveId, Date.now());
      }),
      xmpp.on('room', ({ jid, state }) => this.#catchUp.onRoom(jid, state === 'joined')),
      xmpp.on('room-left', (room) => this.#catchUp.onRoomLeft(room)),
      xmpp.on('closed', () => this.#catchUp.onLost()),
    ];
  }
}
