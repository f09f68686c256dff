/** What this user sends, to people and to rooms: into the outbox, and out where there is a connection. */
import type { ChatMessage, ConversationKind } from '../../shared/chat-model.ts';
import { AppError } from '../../shared/errors.ts';
import type { SharedFile } from '../../shared/file-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import { requireBare, type SessionCore } from '../session-core.ts';
import type { Room } from '../xep-0045-muc/room.ts';
import { buildRoomMessage } from '../xep-0045-muc/stanzas.ts';
import { enqueue, enqueueAction, shownOutgoing } from './compose.ts';
import { buildDirectMessage } from './direct-messages.ts';
import type { OutgoingAction, OutgoingExtras } from './outbox.ts';

/** What a message is besides its text. */
export interface Sent {
  /** That of a message that failed, to send it again. */
  readonly id?: string | undefined;
  readonly file?: SharedFile | undefined;
  /** The id of one of the policy's labels. */
  readonly label?: string | undefined;
  readonly extras?: OutgoingExtras | undefined;
}

export class MessageSender {
  readonly #core: SessionCore;
  readonly #online: () => boolean;

  constructor(core: SessionCore, online: () => boolean) {
    this.#core = core;
    this.#online = online;
  }

  /** See `XmppClient.sendMessage`. */
  toPerson(to: BareJid, body: string, { id, file, label, extras }: Sent): ChatMessage {
    const conversation = requireBare(to);
    const draft = { conversation, kind: 'contact', body, file, label, extras } as const;
    const message = enqueue(draft, id, buildDirectMessage, this.#core);
    if (this.#online()) this.#core.transmit(message);
    this.#core.extensions.chatStates.onSent(conversation);
    return shownOutgoing(message, this.#core);
  }

  /** See `XmppClient.sendRoomMessage`. */
  toRoom(to: BareJid, body: string, { id, file, label, extras }: Sent): ChatMessage {
    const room = this.#wanted(to);
    const draft = { conversation: room.jid, kind: 'room', body, file, label, extras } as const;
    const message = enqueue(draft, id, buildRoomMessage, this.#core);
    if (this.#online()) room.flush();
    return shownOutgoing(message, this.#core);
  }

  /** See `XmppClient.sendAction`. */
  action(
    to: BareJid,
    kind: ConversationKind,
    action: OutgoingAction,
    { label, id }: Pick<Sent, 'label' | 'id'>,
  ): string {
    if (kind === 'room') {
      const room = this.#wanted(to);
      const done = { conversation: room.jid, kind, action, label };
      const message = enqueueAction(done, id, buildRoomMessage, this.#core);
      if (this.#online()) room.flush();
      return message.id;
    }
    const done = { conversation: requireBare(to), kind, action, label };
    const message = enqueueAction(done, id, buildDirectMessage, this.#core);
    if (this.#online()) this.#core.transmit(message);
    return message.id;
  }

  #wanted(to: BareJid): Room {
    const room = this.#core.rooms.get(requireBare(to));
    if (room?.wanted !== true) throw new AppError('NOT_CONNECTED');
    return room;
  }
}
