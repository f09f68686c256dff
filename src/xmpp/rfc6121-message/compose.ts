/** Messages of this user on their way into the outbox: checked before anything is promised. */
import { type ChatMessage, MAX_BODY_LENGTH } from '../../shared/chat-model.ts';
import { AppError } from '../../shared/errors.ts';
import type { SharedFile } from '../../shared/file-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import { SELF } from '../../shared/message-actions.ts';
import { type GuardConfig, guard } from '../guard/index.ts';
import { labelNamed, ownLabel } from '../xep-0258-security-labels/message-label.ts';
import { replyBody } from '../xep-0461-replies/replies.ts';
import type { Element } from '../xml.ts';
import type { Outbox, Outgoing, OutgoingAction, OutgoingExtras } from './outbox.ts';

/** What a message is checked with. */
export interface ComposeContext {
  readonly guard: GuardConfig;
  readonly outbox: Outbox;
  /** The own address. Throws NOT_CONNECTED before the first session. */
  readonly account: BareJid;
  newId(): string;
}

/** What the user wants to say. */
export type Draft = Pick<Outgoing, 'conversation' | 'kind' | 'body'> & {
  readonly file: SharedFile | undefined;
  /** The id of one of the policy's labels. */
  readonly label: string | undefined;
  readonly extras?: OutgoingExtras | undefined;
};

/** Tells the user at once what the guard would refuse later. Throws GUARD_REFUSED. */
export function checkOutgoing(stanza: Element, config: GuardConfig): void {
  const verdict = guard('out', stanza, config);
  if (verdict.action === 'refuse') throw new AppError('GUARD_REFUSED', { reason: verdict.reason });
}

/**
 * Puts a message into the outbox, under `id` if it failed before. Throws MESSAGE_REFUSED, MESSAGE_TOO_LONG, LABEL_UNKNOWN,
 * GUARD_REFUSED or NOT_CONNECTED.
 */
export function enqueue(
  { file, label, extras, ...said }: Draft,
  id: string | undefined,
  build: (message: Outgoing) => Element,
  context: ComposeContext,
): Outgoing {
  const { body } = said;
  if (body === '') throw new AppError('MESSAGE_REFUSED', { condition: 'empty' });
  const wire = extras?.reply === undefined ? body : replyBody(body, extras.reply);
  if (wire.length > MAX_BODY_LENGTH) throw new AppError('MESSAGE_TOO_LONG', { limit: MAX_BODY_LENGTH });
  // Throws before the first session: nobody knows yet who writes.
  void context.account;
  const message = {
    ...said,
    ...extras,
    ...(file === undefined ? {} : { file }),
    ...labelNamed(label, context.guard.labels),
    id: id ?? context.newId(),
  };
  checkOutgoing(build({ ...message, state: 'queued' }), context.guard);
  return context.outbox.add(message);
}

/**
 * Puts what is done to a message into the outbox, where it waits and is sent again like a message. `label`, the message's
 * own, is that of the text for other clients; `id`: of what a former session left. Throws MESSAGE_REFUSED, GUARD_REFUSED or NOT_CONNECTED.
 */
export function enqueueAction(
  {
    label,
    ...done
  }: Pick<Outgoing, 'conversation' | 'kind'> & {
    readonly action: OutgoingAction;
    readonly label: string | undefined;
  },
  id: string | undefined,
  build: (message: Outgoing) => Element,
  context: ComposeContext,
): Outgoing {
  void context.account;
  const known = label === undefined ? undefined : context.guard.labels.byId.get(label);
  const message = {
    ...done,
    body: '',
    ...(known === undefined ? {} : { label: known }),
    id: id ?? context.newId(),
  };
  checkOutgoing(build({ ...message, state: 'queued' }), context.guard);
  return context.outbox.add(message);
}

/** The message as the conversation shows it now. */
export function shownOutgoing(
  message: Outgoing,
  { account, guard: config, outbox }: ComposeContext,
): ChatMessage {
  return {
    id: message.id,
    direction: 'out',
    sender: account,
    body: message.body,
    ...(message.file === undefined ? {} : { file: message.file }),
    ...(message.form === undefined ? {} : { form: message.form }),
    ...(message.board === undefined ? {} : { board: message.board }),
    ...ownLabel(message.label, config.labels),
    at: Date.now(),
    delayed: false,
    reference: { id: message.id, author: SELF },
    delivery: outbox.get(message.id)?.state ?? 'queued',
  };
}
