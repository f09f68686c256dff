/**
 * Own messages of a former session, and what was done to messages, of which nobody knows that it arrived. Each is sent once, in
 * order, under its old id: to people after the archive has shown which messages are in it, to a room when the user is in it, where
 * the room's history shows the same. What was done to messages comes after them, and does no harm twice.
 */
import type { ChatMessage, ConversationKind, DeliveryState } from '../../shared/chat-model.ts';
import { toErrorReport } from '../../shared/errors.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { DeliveryChange } from '../../xmpp/index.ts';

/** An own message, or one to which this user did something (`pending`), or both. */
export interface UnsentMessage {
  readonly conversation: BareJid;
  readonly kind: ConversationKind;
  readonly message: ChatMessage;
}

export interface UnsentOptions {
  /** Whether the archive has shown a copy of it. */
  hasArrived(conversation: BareJid, id: string): boolean;
  /** Sends it under its id, as `ChatDesk` sends any message. Throws what sending throws. */
  send(unsent: UnsentMessage): void;
  /** Sends what was done to it. Throws what sending throws. */
  act(unsent: UnsentMessage): void;
  /** What was done to it cannot be sent. */
  giveUp(unsent: UnsentMessage): void;
  onDelivery(change: DeliveryChange): void;
}

export class Unsent {
  readonly #options: UnsentOptions;
  #waiting: readonly UnsentMessage[] = [];

  constructor(options: UnsentOptions) {
    this.#options = options;
  }

  add(messages: readonly UnsentMessage[]): void {
    this.#waiting = [...this.#waiting, ...messages];
  }

  /** There is a connection, and the account's archive was asked for what is in it. */
  sendToContacts(): void {
    this.#send(({ kind }) => kind === 'contact');
  }

  /** The user is in the room or about to be. */
  sendToRoom(room: BareJid): void {
    this.#send(({ kind, conversation }) => kind === 'room' && conversation === room);
  }

  #send(isMeant: (unsent: UnsentMessage) => boolean): void {
    const meant = this.#waiting.filter(isMeant);
    if (meant.length === 0) return;
    this.#waiting = this.#waiting.filter((unsent) => !isMeant(unsent));
    for (const unsent of meant) if (isOwn(unsent)) this.#sendMessage(unsent);
    for (const unsent of meant) if (unsent.message.pending !== undefined) this.#sendActions(unsent);
  }

  #sendMessage(unsent: UnsentMessage): void {
    const { conversation, message } = unsent;
    // Of a corrected message the correction waits: that the first text has arrived says nothing of it.
    const isCorrected = message.versions !== undefined;
    if (!isCorrected && this.#options.hasArrived(conversation, message.id)) {
      this.#options.onDelivery(changeOf(unsent, 'stored'));
      return;
    }
    try {
      this.#options.send(unsent);
    } catch (error) {
      const report = toErrorReport(error);
      // The archive has shown that correction.
      if (isCorrected && report.detail?.condition === 'id-in-use')
        this.#options.onDelivery(changeOf(unsent, 'stored'));
      else if (report.code === 'NOT_CONNECTED') this.#waiting = [...this.#waiting, unsent];
      else this.#options.onDelivery({ ...changeOf(unsent, 'failed'), error: report });
    }
  }

  #sendActions(unsent: UnsentMessage): void {
    try {
      this.#options.act(unsent);
    } catch (error) {
      if (toErrorReport(error).code !== 'NOT_CONNECTED') this.#options.giveUp(unsent);
      else if (!this.#waiting.includes(unsent)) this.#waiting = [...this.#waiting, unsent];
    }
  }
}

/** Whether the message itself is still to be sent. */
export function isOwn({ message: { direction, delivery } }: UnsentMessage): boolean {
  return direction === 'out' && (delivery === 'queued' || delivery === 'sent');
}

function changeOf({ conversation, kind, message }: UnsentMessage, state: DeliveryState): DeliveryChange {
  return { conversation, kind, id: message.id, state };
}
