/** XEP-0444 Message Reactions, version 0.2.0. */
import { asEmoji, MAX_EMOJIS } from '../../shared/message-actions.ts';
import { NS } from '../namespaces.ts';
import { childOf, type Element, elementsOf, textOf, xml } from '../xml.ts';

export interface Reactions {
  /** The id of the message, as in XEP-0461. */
  readonly id: string;
  /** All that the sender thinks of it now; none: they took everything back. */
  readonly emojis: readonly string[];
}

export function buildReactions({ id, emojis }: Reactions): Element {
  return xml('reactions', { xmlns: NS.reactions, id }, ...emojis.map((emoji) => xml('reaction', {}, emoji)));
}

/** Each emoji once; what is none is left out, and so is what is too much. */
export function readReactions(message: Element): Reactions | undefined {
  const reactions = childOf(message, 'reactions', NS.reactions);
  const id = reactions?.attrs.id;
  if (reactions === undefined || id === undefined) return undefined;
  const emojis = new Set<string>();
  for (const child of elementsOf(reactions)) {
    const emoji = child.is('reaction', NS.reactions) ? asEmoji(textOf(child).trim()) : undefined;
    if (emoji !== undefined && emojis.size < MAX_EMOJIS) emojis.add(emoji);
  }
  return { id, emojis: [...emojis] };
}
