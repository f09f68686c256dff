import { MAX_ACKNOWLEDGED_AT_ONCE, ownAcknowledgement } from '../../shared/acknowledgements.ts';
import type { ChatMessage } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import { SELF } from '../../shared/message-actions.ts';
import type { DeliveryChange, XmppClient } from '../../xmpp/index.ts';
import type { ChatModel } from '../chat-model.ts';
import type { StoredChanges } from '../store/stored-changes.ts';
import { acknowledged } from './apply.ts';
import { settled, undone, withPending } from './pending-own.ts';

export interface OwnAcknowledgementsOptions {
  readonly model: ChatModel;
  readonly xmpp: Pick<XmppClient, 'sendAction'>;
  readonly stored: Pick<StoredChanges, 'change'>;
  /** This user's nickname in a room as it is shown. */
  nickIn(room: BareJid): string;
}

/** What was sent, until its fate is known. */
interface Sent {
  readonly room: BareJid;
  readonly targets: ReadonlySet<string>;
}

/** Whose fate is followed at a time. */
const MAX_FOLLOWED = 2_000;

/**
 * What this user tells rooms of alerts that they acknowledged (docs/acknowledgements.md): up to 32 messages at once, sent like
 * messages, shown at once as what waits, taken back where it is refused, and sent again by the next session.
 */
export class OwnAcknowledgements {
  readonly #options: OwnAcknowledgementsOptions;
  /** By the id of what was sent. */
  readonly #followed = new Map<string, Sent>();

  constructor(options: OwnAcknowledgementsOptions) {
    this.#options = options;
  }

  /**
   * Tells the room; what it was told before is not told again. Returns how many of these messages it cannot be told of: they
   * are not here, or the room's archive gave them no id. Throws MESSAGE_REFUSED, NOT_CONNECTED or GUARD_REFUSED.
   */
  tell(room: BareJid, ids: readonly string[]): number {
    const { model } = this.#options;
    let missing = 0;
    const byLabel = new Map<string, ChatMessage[]>();
    for (const id of new Set(ids)) {
      const message = model.message(room, id);
      if (message?.reference?.archive === undefined) missing += 1;
      else if (ownAcknowledgement(message.acknowledgements) === undefined) {
        const label = message.label?.id ?? '';
        byLabel.set(label, [...(byLabel.get(label) ?? []), message]);
      }
    }
    for (const messages of byLabel.values()) {
      for (let from = 0; from < messages.length; from += MAX_ACKNOWLEDGED_AT_ONCE)
        this.#send(room, messages.slice(from, from + MAX_ACKNOWLEDGED_AT_ONCE));
    }
    return missing;
  }

  /** Whether what was sent under that id about that message is under way in this session. */
  isUnderWay(id: string, message: string): boolean {
    return this.#followed.get(id)?.targets.has(message) === true;
  }

  /** Sends what a former session left. Throws as {@link tell}. */
  resume(room: BareJid, message: ChatMessage, id: string): void {
    if (ownAcknowledgement(message.acknowledgements)?.waits !== true) {
      // The room's archive has shown it.
      this.#options.stored.change(room, message.id, (kept) => settled(kept, id));
      return;
    }
    const reference = message.reference?.archive;
    if (reference === undefined) return;
    const action = { type: 'acknowledge', ids: [reference] } as const;
    // Several messages can have been told of at once: each goes by itself now, and one under the id of all.
    const free = this.#followed.has(id) ? undefined : id;
    const sent = this.#options.xmpp.sendAction(room, 'room', action, message.label?.id, free);
    this.#follow(sent, room, [message]);
    if (sent === id) return;
    this.#options.stored.change(room, message.id, (kept) =>
      withPending(settled(kept, id) ?? kept, { type: 'acknowledge', id: sent }),
    );
  }

  /** Takes what is told of something sent; false: it was no acknowledgement. */
  onDelivery({ id, state }: DeliveryChange): boolean {
    const sent = this.#followed.get(id);
    if (sent === undefined) return false;
    if (state === 'queued' || state === 'sent') return true;
    for (const target of sent.targets) {
      this.#options.stored.change(sent.room, target, (message) =>
        state === 'failed' ? undone(message, { type: 'acknowledge', id }) : settled(message, id),
      );
    }
    return true;
  }

  #send(room: BareJid, messages: readonly ChatMessage[]): void {
    const { model, xmpp, nickIn } = this.#options;
    const ids = messages.flatMap(({ reference }) => reference?.archive ?? []);
    const id = xmpp.sendAction(room, 'room', { type: 'acknowledge', ids }, messages[0]?.label?.id);
    this.#follow(id, room, messages);
    const own = { author: SELF, name: nickIn(room), at: Date.now(), waits: true } as const;
    for (const message of messages)
      model.updateMessage(
        room,
        withPending(acknowledged(message, own) ?? message, { type: 'acknowledge', id }),
      );
  }

  #follow(id: string, room: BareJid, messages: readonly ChatMessage[]): void {
    this.#followed.set(id, { room, targets: new Set(messages.map((message) => message.id)) });
    const [oldest] = this.#followed.keys();
    if (this.#followed.size > MAX_FOLLOWED && oldest !== undefined) this.#followed.delete(oldest);
  }
}
