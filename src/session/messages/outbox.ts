import type { ChatMessage, ConversationKind, DeliveryState } from '../../shared/chat-model.ts';
import { AppError } from '../../shared/errors.ts';
import type { SharedFile } from '../../shared/file-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import { type LabelRules, labelProblem, type MessageLabel, ownMessageLabel } from '../../shared/labels.ts';
import type { DeliveryChange, XmppClient } from '../../xmpp/index.ts';
import type { ChatModel } from '../chat-model.ts';
import type { StoredChanges } from '../store/stored-changes.ts';
import type { OwnActions, OwnMessage } from './own-actions.ts';

export interface OutboxOptions {
  readonly model: ChatModel;
  readonly xmpp: Pick<XmppClient, 'sendMessage' | 'sendRoomMessage'>;
  readonly labels: LabelRules;
  /** Messages that are kept, in memory or not. */
  readonly stored: Pick<StoredChanges, 'change'>;
  /** What was done to messages: its fate is its own affair, and a correction is sent again as one. */
  readonly own: Pick<OwnActions, 'onDelivery' | 'replyTo' | 'retry'>;
  kindOf(conversation: BareJid): ConversationKind;
  /** A message was given to the stream. */
  onSent(conversation: BareJid, message: ChatMessage): void;
}

/** What goes with a message besides what it says. */
interface Sending {
  /** Under the id it had before; otherwise under one of its own. */
  readonly id?: string | undefined;
  readonly file?: SharedFile | undefined;
}

/** How messages leave: labels are checked, they are given to the stream, and their fate is shown on them. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #model: ChatModel;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#model = options.model;
  }

  /**
   * Gives a message to the stream; it is not shown by that. Throws LABEL_REQUIRED, LABEL_UNKNOWN, LABEL_NOT_ALLOWED, and
   * what the stream throws.
   */
  send(
    conversation: BareJid,
    kind: ConversationKind,
    { body, label, extras }: OwnMessage,
    { id, file }: Sending = {},
  ): ChatMessage {
    const { xmpp } = this.#options;
    this.requireLabel(conversation, label);
    const message =
      kind === 'room'
        ? xmpp.sendRoomMessage(conversation, body, id, file, label, extras)
        : xmpp.sendMessage(conversation, body, id, file, label, extras);
    this.#options.onSent(conversation, message);
    return message;
  }

  /** Sends a message and shows it. Throws what {@link Outbox.send} throws. */
  add(conversation: BareJid, kind: ConversationKind, content: OwnMessage, sending?: Sending): ChatMessage {
    const message = this.send(conversation, kind, content, sending);
    this.#model.addMessage(conversation, kind, message);
    return message;
  }

  /** Sends a message that may answer message `reply`, and shows it. Throws what {@link OwnActions.replyTo} throws besides. */
  say(conversation: BareJid, kind: ConversationKind, content: OwnMessage, reply: string | undefined): void {
    this.#model.addMessage(conversation, kind, this.#answer(conversation, kind, content, reply));
  }

  /** The user wants a message that failed sent once more. Throws IPC_REFUSED where it did not fail. */
  retry(conversation: BareJid, id: string): void {
    const message = this.#model.message(conversation, id);
    if (message?.delivery !== 'failed') throw new AppError('IPC_REFUSED');
    this.#again(conversation, this.#options.kindOf(conversation), message);
  }

  /** Sends what a former session left unsent. Throws MESSAGE_REFUSED where it was taken back before it left. */
  resume(conversation: BareJid, kind: ConversationKind, message: ChatMessage): void {
    const now = this.#model.message(conversation, message.id) ?? message;
    if (now.retraction !== undefined) throw new AppError('MESSAGE_REFUSED', { condition: 'retracted' });
    this.#again(conversation, kind, now);
  }

  /** What became of something that was sent. */
  onDelivery(change: DeliveryChange): void {
    if (this.#options.own.onDelivery(change)) return;
    const { conversation, id, state, error } = change;
    // It is about to be shown as what it is.
    const isKept = this.#model.message(conversation, id) !== undefined;
    if (!isKept && (state === 'queued' || state === 'sent')) return;
    this.#options.stored.change(conversation, id, ({ error: _former, ...message }) =>
      isStepBack(message.delivery, state)
        ? undefined
        : { ...message, delivery: state, ...(error === undefined ? {} : { error }) },
    );
  }

  /** Says in a person's words what the guard would refuse. Throws LABEL_REQUIRED, LABEL_UNKNOWN or LABEL_NOT_ALLOWED. */
  requireLabel(conversation: BareJid, id: string | undefined): void {
    const { labels } = this.#options;
    const problem = labelProblem(labels, conversation, id);
    if (problem === undefined) return;
    const label = labels.labels.catalogue.find((entry) => entry.id === id)?.text ?? '';
    throw new AppError(problem, label === '' ? undefined : { label });
  }

  /** The label that a message sent under the label of that id shows. Throws what {@link Outbox.requireLabel} throws. */
  labelFor(conversation: BareJid, id: string | undefined): MessageLabel | undefined {
    this.requireLabel(conversation, id);
    const { catalogue, defaultLabel, required } = this.#options.labels.labels;
    const named = (wanted: string | undefined) => catalogue.find((label) => label.id === wanted);
    return ownMessageLabel(named(id), named(defaultLabel), required);
  }

  /** Under its own id. */
  #again(conversation: BareJid, kind: ConversationKind, message: ChatMessage): void {
    if (this.#options.own.retry(conversation, message)) return;
    const { id, body, file, form, board, label, reply } = message;
    const content = {
      body,
      ...(label?.assumed || label?.id === undefined ? {} : { label: label.id }),
      extras: { ...(form === undefined ? {} : { form }), ...(board === undefined ? {} : { board }) },
    };
    this.#model.updateMessage(
      conversation,
      this.#answer(conversation, kind, content, reply?.id, { id, file }),
    );
  }

  #answer(
    conversation: BareJid,
    kind: ConversationKind,
    content: OwnMessage,
    reply: string | undefined,
    sending?: Sending,
  ): ChatMessage {
    if (reply === undefined) return this.send(conversation, kind, content, sending);
    const answered = this.#options.own.replyTo(conversation, reply, content.label);
    const message = this.send(conversation, kind, { ...content, extras: { reply: answered } }, sending);
    return { ...message, reply: { reference: answered.reference } };
  }
}

/** The states that follow each other; what failed may begin anew. */
const STEPS: readonly (DeliveryState | undefined)[] = ['queued', 'sent', 'stored', 'delivered', 'displayed'];

function isStepBack(former: DeliveryState | undefined, next: DeliveryState): boolean {
  return next !== 'failed' && STEPS.indexOf(next) < STEPS.indexOf(former);
}
