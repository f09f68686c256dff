/** XEP-0461 Message Replies, version 0.2.0. */
import { type MessageReply, quoteOf } from '../../shared/message-actions.ts';
import { NS } from '../namespaces.ts';
import { buildFallback, fallbackRange } from '../xep-0428-fallback/fallback.ts';
import { childOf, type Element, toXmlText, xml } from '../xml.ts';

/** What an own message answers. */
export interface ReplyTo {
  /** The id of that message: the room's archive's in a room, its sender's else (3.1). */
  readonly reference: string;
  /** Who wrote it: a bare address, or a room and nickname. */
  readonly to?: string;
  /** Their name, and the text that is quoted for clients without replies. */
  readonly sender: string;
  readonly excerpt: string;
}

/** The text with the quote before it. */
export function replyBody(body: string, { sender, excerpt }: ReplyTo): string {
  return toXmlText(quoteOf(sender, excerpt)) + body;
}

/** The elements that say which part of {@link replyBody} is the quote, and of what. */
export function buildReply({ reference, to, sender, excerpt }: ReplyTo): readonly Element[] {
  const length = [...toXmlText(quoteOf(sender, excerpt))].length;
  return [xml('reply', { xmlns: NS.reply, id: reference, to }), buildFallback(NS.reply, [0, length])];
}

/** What a message answers, by the id that it gives; who wrote that, only the message itself can say. */
export function readReply(message: Element): MessageReply | undefined {
  const reference = childOf(message, 'reply', NS.reply)?.attrs.id;
  if (reference === undefined) return undefined;
  const fallback = fallbackRange(message, NS.reply);
  return fallback === undefined ? { reference } : { reference, fallback };
}
