import type { MessageCommand } from '../../shared/chat-message-commands.ts';
import type { ChatEvent, ChatMessage, ConversationKind } from '../../shared/chat-model.ts';
import type { NameWarning } from '../../shared/display-name.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { ConversationMessage, XmppClient } from '../../xmpp/index.ts';
import type { ChatModel } from '../chat-model.ts';
import type { Handlers } from '../commands/handlers.ts';
import type { StoredChanges } from '../store/stored-changes.ts';
import { MessageActions } from './message-actions.ts';
import { messageHandlers } from './message-handlers.ts';
import { type MessageClient, OwnActions, type OwnActionsOptions } from './own-actions.ts';
import { PastActions, type PastActionsOptions } from './past-actions.ts';
import { Typing } from './typing.ts';

export interface MessageDeskOptions
  extends Omit<OwnActionsOptions, 'xmpp' | 'stored' | 'nickIn'>,
    Pick<PastActionsOptions, 'oldestAlerted' | 'isLookedAt'> {
  /** Messages that are kept, in memory or not. */
  readonly stored: StoredChanges;
  readonly xmpp: MessageClient & Pick<XmppClient, 'on' | 'archive'>;
  nameOf(conversation: BareJid, kind: ConversationKind, name: string): string;
  /** As with {@link MessageActions}. */
  warningOf(room: BareJid, nick: string): NameWarning | undefined;
  emit(event: ChatEvent): void;
}

/** Messages looked at for the one that the other side is told was displayed. */
const MARKER_LOOK_BACK = 50;

/** What is done with messages after they were sent, both ways, and who writes at present. */
export class MessageDesk {
  readonly own: OwnActions;
  readonly actions: MessageActions;
  readonly past: PastActions;
  readonly handlers: Handlers<MessageCommand>;
  readonly #model: ChatModel;
  readonly #xmpp: MessageDeskOptions['xmpp'];
  readonly #typing: Typing;
  readonly #subscriptions: readonly (() => void)[];

  constructor(options: MessageDeskOptions) {
    const { model, xmpp, labels } = options;
    this.#model = model;
    this.#xmpp = xmpp;
    const { stored, nameOf } = options;
    const { warningOf } = options;
    this.actions = new MessageActions({ model, catalogue: labels.catalogue, stored, nameOf, warningOf });
    const nickIn = (room: BareJid) => nameOf(room, 'room', model.room(room)?.nick ?? '');
    this.own = new OwnActions({ ...options, nickIn });
    this.past = new PastActions({
      archive: xmpp.archive,
      isLookedAt: options.isLookedAt,
      oldestAlerted: options.oldestAlerted,
      take: (action) => this.actions.onAction(action),
    });
    this.#typing = new Typing(options.emit);
    this.handlers = messageHandlers({
      actions: this.own,
      typing: (conversation, typing) => {
        if (options.kindOf(conversation) === 'contact')
          xmpp.extensions.chatStates.typing(conversation, typing);
      },
    });
    this.#subscriptions = [
      xmpp.on('message-action', (action) => {
        this.actions.onAction(action);
        if (action.repeated === true) this.past.onToldAction(action.conversation);
      }),
      xmpp.on('message', ({ conversation, keys, message }) =>
        this.past.onTold(conversation, keys?.archiveId, message.delayed),
      ),
      xmpp.on('repeated', (room, archiveId) => this.past.onTold(room, archiveId, true)),
      xmpp.on('room', ({ jid, state }) => this.past.onRoom(jid, state === 'joined')),
      xmpp.on('room-left', (room) => this.past.onRoom(room, false)),
      xmpp.on('typing', (from, typing) => this.#typing.on(from, typing)),
      xmpp.on('closed', () => this.#typing.clear()),
      xmpp.on('reflected', ({ conversation, id, keys }) =>
        this.#onReflected(conversation, id, keys.archiveId),
      ),
    ];
  }

  /** What brings an empty window up to date. */
  get event(): ChatEvent {
    return this.#typing.event;
  }

  /** A message came; what it corrects is changed in its place. */
  onMessage(conversationMessage: ConversationMessage, shown: ChatMessage): void {
    const { conversation, kind, replaces } = conversationMessage;
    if (replaces === undefined) this.#model.addMessage(conversation, kind, shown);
    else if (!this.actions.correct(conversationMessage))
      this.#model.addMessage(conversation, kind, { ...shown, strayCorrection: true });
  }

  /** The user has read a conversation: people are told, rooms are not. */
  onRead(conversation: BareJid, kind: ConversationKind): void {
    if (kind === 'room') return;
    const last = this.#model
      .page(conversation, MARKER_LOOK_BACK)
      .findLast(({ direction, reference }) => direction === 'in' && reference?.id !== undefined);
    const { markable, stanza, id } = last?.reference ?? {};
    if (markable === true && id !== undefined)
      this.#xmpp.extensions.markers.displayed(conversation, stanza ?? id);
  }

  close(): void {
    for (const end of this.#subscriptions) end();
    this.past.close();
    this.#typing.clear();
  }

  /** The room's archive has an own message now: others can speak of it. */
  #onReflected(conversation: BareJid, id: string, archive: string | undefined): void {
    const message = this.#model.message(conversation, id);
    if (message === undefined || archive === undefined) return;
    const changed = { ...message, reference: { ...message.reference, archive } };
    this.#model.updateMessage(conversation, changed);
    this.actions.onAdded(conversation, 'room', [changed]);
  }
}
