/** What an action makes of a message. Pure; `undefined`: it may not, and the message stays as it is. */
import { type Acknowledgement, withAcknowledgement } from '../../shared/acknowledgements.ts';
import type { ChatMessage } from '../../shared/chat-model.ts';
import type { MessageLabel, SecurityLabel } from '../../shared/labels.ts';
import {
  excerptOf,
  MAX_CORRECTION_AGE_MS,
  MAX_REACTING,
  MAX_VERSIONS,
  type MessageReaction,
  type MessageReply,
  type MessageRetraction,
  type MessageVersion,
  withoutRange,
} from '../../shared/message-actions.ts';
import type { ConversationAction } from '../../xmpp/index.ts';

/** Whether `author` wrote the message; of one whose author cannot be told nobody did. */
export function isAuthor({ reference }: ChatMessage, author: string | undefined): boolean {
  return author !== undefined && reference?.author === author;
}

/** Whether the message may still have another text. */
export function isCorrectable(message: ChatMessage, at: number): boolean {
  return (
    message.retraction === undefined &&
    message.file === undefined &&
    message.board === undefined &&
    at - message.at <= MAX_CORRECTION_AGE_MS &&
    (message.versions?.length ?? 1) < MAX_VERSIONS
  );
}

/**
 * XEP-0308: only its author may, once a correction, within bounds. All texts stay; the message has the highest label that any of
 * them had, since any of them can be read.
 */
export function corrected(
  message: ChatMessage,
  version: MessageVersion,
  author: string | undefined,
  catalogue: readonly SecurityLabel[],
): ChatMessage | undefined {
  if (!isAuthor(message, author)) return undefined;
  if (message.versions?.some(({ id }) => id === version.id) === true) return message;
  if (!isCorrectable(message, version.at)) return undefined;
  const { body, at, label } = message;
  const [first, ...later] = message.versions ?? [{ body, at, ...(label === undefined ? {} : { label }) }];
  if (first === undefined) return undefined;
  const versions = [first, ...[...later, version].sort((one, other) => one.at - other.at)];
  const highest = higherLabel(label, version.label, catalogue);
  return {
    ...message,
    body: versions.at(-1)?.body ?? body,
    versions,
    ...(highest === undefined ? {} : { label: highest }),
  };
}

/** XEP-0444: in place of what the same person thought before; what is older undoes nothing. */
export function reacted(message: ChatMessage, reaction: MessageReaction): ChatMessage | undefined {
  const former = message.reactions ?? [];
  const known = former.find(({ author }) => author === reaction.author);
  if (known !== undefined && known.at > reaction.at) return undefined;
  if (known === undefined && former.length >= MAX_REACTING) return undefined;
  const reactions =
    known === undefined ? [...former, reaction] : former.map((one) => (one === known ? reaction : one));
  return { ...message, reactions };
}

/** XEP-0424 and XEP-0425; the text stays. The first of several counts. */
export function retracted(message: ChatMessage, retraction: MessageRetraction): ChatMessage | undefined {
  return message.retraction === undefined ? { ...message, retraction } : undefined;
}

/**
 * Whoever has the sender's nickname now wants the message taken back, and nothing tells whether they wrote it (a room without
 * occupant ids): it stays, and says so. The first of several counts.
 */
export function claimed(message: ChatMessage, { author, name, at }: Claim): ChatMessage | undefined {
  const { direction, sender, reference, retraction, retractionClaim } = message;
  if (direction === 'out' || sender !== name || retraction !== undefined || retractionClaim !== undefined)
    return undefined;
  if (isTold(author) || isTold(reference?.author)) return undefined;
  return { ...message, retractionClaim: { at } };
}

type Claim = Pick<ConversationAction, 'author' | 'name' | 'at'>;

/** Whether an author is more than a nickname. */
function isTold(author: string | undefined): boolean {
  return author !== undefined && !author.startsWith('nick:');
}

/** docs/acknowledgements.md; the first of each person counts. */
export function acknowledged(message: ChatMessage, one: Acknowledgement): ChatMessage | undefined {
  const acknowledgements = withAcknowledgement(message.acknowledgements, one, message.reference?.author);
  return acknowledgements === undefined ? undefined : { ...message, acknowledgements };
}

/** XEP-0461: the quote comes from the message that is quoted, not from whoever answers; their copy of it goes. */
export function quoting(message: ChatMessage, target: ChatMessage, sender: string | undefined): ChatMessage {
  const { fallback, reference } = message.reply ?? { reference: '' };
  const isFirst = fallback !== undefined && message.versions === undefined;
  const body = isFirst ? withoutRange(message.body, fallback) : message.body;
  const reply: MessageReply = {
    reference,
    id: target.id,
    excerpt: excerptOf(target.body),
    ...(sender === undefined ? {} : { sender }),
    ...(target.label === undefined ? {} : { label: target.label }),
  };
  // Nothing but a quote is no answer: what was written stays.
  return { ...message, body: body.trim() === '' ? message.body : body, reply };
}

/** The rank of a label; one that the catalogue does not have is above all, none is below. */
export function rankOf(label: MessageLabel | undefined, catalogue: readonly SecurityLabel[]): number {
  if (label === undefined) return Number.NEGATIVE_INFINITY;
  return catalogue.find(({ id }) => id === label.id)?.rank ?? Number.POSITIVE_INFINITY;
}

function higherLabel(
  one: MessageLabel | undefined,
  other: MessageLabel | undefined,
  catalogue: readonly SecurityLabel[],
): MessageLabel | undefined {
  return rankOf(other, catalogue) > rankOf(one, catalogue) ? other : one;
}
