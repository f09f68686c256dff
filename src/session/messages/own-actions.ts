import type { ChatMessage, ConversationKind } from '../../shared/chat-model.ts';
import { AppError } from '../../shared/errors.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { LabelPolicy, MessageLabel } from '../../shared/labels.ts';
import { asEmoji, excerptOf, MAX_EMOJIS, type PendingAction, SELF } from '../../shared/message-actions.ts';
import type { DeliveryChange, OutgoingExtras, XmppClient } from '../../xmpp/index.ts';
import type { ChatModel } from '../chat-model.ts';
import type { StoredChanges } from '../store/stored-changes.ts';
import { corrected, isAuthor, isCorrectable, rankOf, reacted, retracted } from './apply.ts';
import { OwnAcknowledgements, type OwnAcknowledgementsOptions } from './own-acknowledgements.ts';
import { settled, toSend, undone, withPending } from './pending-own.ts';

/** What a message is sent with. */
export interface OwnMessage {
  readonly body: string;
  readonly label?: string;
  readonly extras?: OutgoingExtras;
}

/** The part of the XMPP client that messages need after they were sent. */
export type MessageClient = Pick<XmppClient, 'sendAction' | 'extensions'>;

export interface OwnActionsOptions extends Pick<OwnAcknowledgementsOptions, 'nickIn'> {
  readonly model: ChatModel;
  readonly xmpp: MessageClient;
  /** Messages that are kept, in memory or not. */
  readonly stored: Pick<StoredChanges, 'change'>;
  readonly labels: LabelPolicy;
  /** This user's name, as it is quoted. */
  readonly displayName: string;
  kindOf(conversation: BareJid): ConversationKind;
  /** Sends a message, once labels are checked; under `id` again where it failed. */
  send(conversation: BareJid, kind: ConversationKind, message: OwnMessage, id?: string): ChatMessage;
}

/** What was sent about a message, until its fate is known. */
interface Sent {
  readonly conversation: BareJid;
  readonly target: string;
  /** Absent: a correction. */
  readonly action?: PendingAction;
}

/** Whose fate is followed at a time. */
const MAX_FOLLOWED = 2_000;

/**
 * What this user does to messages: sent like messages, shown at once as what waits, taken back where it is refused. What waits is
 * kept with its message, and sent again by the next session.
 */
export class OwnActions {
  readonly acknowledgements: OwnAcknowledgements;
  readonly #options: OwnActionsOptions;
  readonly #model: ChatModel;
  /** By the id of what was sent. */
  readonly #followed = new Map<string, Sent>();

  constructor(options: OwnActionsOptions) {
    this.#options = options;
    this.#model = options.model;
    this.acknowledgements = new OwnAcknowledgements(options);
  }

  /**
   * What a message has to carry to answer message `id`. Throws MESSAGE_UNREACHABLE, or LABEL_LOWERED where it quotes what is
   * labelled higher.
   */
  replyTo(
    conversation: BareJid,
    id: string,
    label: string | undefined,
  ): NonNullable<OutgoingExtras['reply']> {
    const target = this.#message(conversation, id);
    const kind = this.#options.kindOf(conversation);
    const reference = referenceIn(kind, target);
    if (reference === undefined || target.retraction !== undefined) throw new AppError('MESSAGE_UNREACHABLE');
    this.requireNotLowered(target.label, label);
    const isOwn = target.direction === 'out';
    const to = kind === 'contact' ? target.sender : isOwn ? undefined : `${conversation}/${target.sender}`;
    return {
      reference,
      ...(to === undefined ? {} : { to }),
      sender: isOwn ? this.#options.displayName : (target.shownAs ?? target.sender),
      excerpt: excerptOf(target.body),
    };
  }

  /** XEP-0308. Throws MESSAGE_UNREACHABLE, CORRECTION_TOO_LATE, LABEL_LOWERED, and what sending a message throws. */
  correct(conversation: BareJid, id: string, body: string, label: string | undefined): void {
    const target = this.#message(conversation, id);
    const replaced = target.reference?.stanza ?? target.reference?.id;
    if (!isAuthor(target, SELF) || replaced === undefined) throw new AppError('MESSAGE_UNREACHABLE');
    if (!isCorrectable(target, Date.now())) throw new AppError('CORRECTION_TOO_LATE');
    this.requireNotLowered(target.label, label);
    this.#sendCorrection(conversation, target, { body, replaced, label });
  }

  /** Sends the newest correction once more, also one of a former session; false: the newest text is none. */
  retry(conversation: BareJid, message: ChatMessage): boolean {
    const id = message.versions?.at(-1)?.id;
    const replaced = message.reference?.stanza ?? message.reference?.id;
    if (id === undefined || replaced === undefined || !isAuthor(message, SELF)) return false;
    const label = message.label?.assumed === true ? undefined : message.label?.id;
    this.#sendCorrection(conversation, message, { body: message.body, replaced, label }, id);
    return true;
  }

  #sendCorrection(
    conversation: BareJid,
    target: ChatMessage,
    { body, replaced, label }: { body: string; replaced: string; label: string | undefined },
    id?: string,
  ): void {
    const reply =
      target.reply?.id === undefined || this.#model.message(conversation, target.reply.id) === undefined
        ? undefined
        : this.replyTo(conversation, target.reply.id, label);
    const sent = this.#options.send(
      conversation,
      this.#options.kindOf(conversation),
      {
        body,
        ...(label === undefined ? {} : { label }),
        extras: { replaces: replaced, ...(reply === undefined ? {} : { reply }) },
      },
      id,
    );
    this.#follow(sent.id, { conversation, target: target.id });
    const version = {
      id: sent.id,
      body,
      at: sent.at,
      ...(sent.label === undefined ? {} : { label: sent.label }),
    };
    const changed = corrected(target, version, SELF, this.#options.labels.catalogue) ?? target;
    const { error: _former, ...rest } = changed;
    this.#model.updateMessage(conversation, { ...rest, delivery: sent.delivery ?? 'queued' });
  }

  /** XEP-0444. Throws MESSAGE_UNREACHABLE, MESSAGE_REFUSED, NOT_CONNECTED or GUARD_REFUSED. */
  react(conversation: BareJid, id: string, wanted: readonly string[]): void {
    const target = this.#message(conversation, id);
    const emojis = [...new Set(wanted.flatMap((one) => asEmoji(one) ?? []))].slice(0, MAX_EMOJIS);
    const at = Date.now();
    const changed = reacted(target, { author: SELF, name: '', emojis, at });
    if (changed === undefined || target.retraction !== undefined) throw new AppError('MESSAGE_UNREACHABLE');
    this.#send(conversation, target, changed, (id) => ({
      type: 'react',
      id,
      former: target.reactions ?? [],
    }));
  }

  /** XEP-0424. Throws as {@link react}. */
  retract(conversation: BareJid, id: string): void {
    const target = this.#message(conversation, id);
    const changed = retracted(target, { at: Date.now(), by: 'sender' });
    if (changed === undefined || !isAuthor(target, SELF)) throw new AppError('MESSAGE_UNREACHABLE');
    this.#send(conversation, target, changed, (id) => ({ type: 'retract', id }));
  }

  /** XEP-0425. Rejects with MESSAGE_UNREACHABLE, MESSAGE_REFUSED and the room's condition, or NOT_CONNECTED. */
  async moderate(conversation: BareJid, id: string, reason: string): Promise<void> {
    const archive = this.#message(conversation, id).reference?.archive;
    if (archive === undefined) throw new AppError('MESSAGE_UNREACHABLE');
    await this.#options.xmpp.extensions.moderator.moderate(conversation, archive, reason);
  }

  /** Sends what a former session left of what was done to a message. Throws as {@link react}. */
  resume(conversation: BareJid, kind: ConversationKind, left: ChatMessage): void {
    const message = this.#model.message(conversation, left.id) ?? left;
    for (const action of message.pending ?? []) {
      // Of this session: it is under way.
      if (this.#followed.has(action.id) || this.acknowledgements.isUnderWay(action.id, message.id)) continue;
      if (action.type === 'acknowledge') {
        this.acknowledgements.resume(conversation, message, action.id);
        continue;
      }
      const reference = referenceIn(kind, message);
      if (reference === undefined) throw new AppError('MESSAGE_UNREACHABLE');
      const outgoing = toSend(message, action.type, reference);
      this.#options.xmpp.sendAction(conversation, kind, outgoing, message.label?.id, action.id);
      this.#follow(action.id, { conversation, target: message.id, action });
    }
  }

  /** It cannot be sent: the message is shown as it was. */
  giveUp(conversation: BareJid, { id, pending = [] }: ChatMessage): void {
    for (const action of pending)
      this.#options.stored.change(conversation, id, (message) => undone(message, action));
  }

  /** Takes what is told of something sent about a message; false: it was a message. */
  onDelivery(change: DeliveryChange): boolean {
    const { id, state, error } = change;
    const sent = this.#followed.get(id);
    if (sent === undefined) return this.acknowledgements.onDelivery(change);
    const { conversation, target, action } = sent;
    const { stored } = this.#options;
    if (action === undefined)
      stored.change(conversation, target, ({ error: _former, ...rest }) => ({
        ...rest,
        delivery: state,
        ...(error === undefined ? {} : { error }),
      }));
    else if (state === 'failed') stored.change(conversation, target, (message) => undone(message, action));
    else if (state !== 'queued' && state !== 'sent')
      stored.change(conversation, target, (message) => settled(message, id));
    return true;
  }

  #send(
    conversation: BareJid,
    target: ChatMessage,
    changed: ChatMessage,
    pending: (id: string) => PendingAction,
  ): void {
    const kind = this.#options.kindOf(conversation);
    const reference = referenceIn(kind, target);
    if (reference === undefined) throw new AppError('MESSAGE_UNREACHABLE');
    const outgoing = toSend(changed, pending('').type, reference);
    const id = this.#options.xmpp.sendAction(conversation, kind, outgoing, target.label?.id);
    const action = pending(id);
    this.#follow(id, { conversation, target: target.id, action });
    this.#model.updateMessage(conversation, withPending(changed, action));
  }

  #follow(id: string, sent: Sent): void {
    this.#followed.set(id, sent);
    const [oldest] = this.#followed.keys();
    if (this.#followed.size > MAX_FOLLOWED && oldest !== undefined) this.#followed.delete(oldest);
  }

  #message(conversation: BareJid, id: string): ChatMessage {
    const message = this.#model.message(conversation, id);
    if (message === undefined) throw new AppError('MESSAGE_UNREACHABLE');
    return message;
  }

  /** What quotes, replaces or shows again a message is at least as sensitive. Throws LABEL_LOWERED. */
  requireNotLowered(of: MessageLabel | undefined, chosen: string | undefined): void {
    const { catalogue, defaultLabel } = this.#options.labels;
    if (of === undefined) return;
    const id = chosen ?? defaultLabel;
    const label = catalogue.find((entry) => entry.id === id);
    const rank = rankOf(label, catalogue);
    if (rank < rankOf(of, catalogue)) throw new AppError('LABEL_LOWERED');
  }
}

/** By which others know the message: the archive's id in a room, its sender's else (XEP-0461 3.1). */
function referenceIn(kind: ConversationKind, { reference }: ChatMessage): string | undefined {
  return kind === 'room' ? reference?.archive : reference?.id;
}
