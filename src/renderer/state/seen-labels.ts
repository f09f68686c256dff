import type { ChatMessage } from '../../shared/chat-model.ts';

/** Which labels the messages of a conversation have, as far as this window has them. A value; only grows. */
export interface SeenLabels {
  /** Ids of the catalogue's. */
  readonly known: ReadonlySet<string>;
  /** Markings of others, at most {@link MAX_FOREIGN}; whoever writes could make up one a message. */
  readonly foreign: ReadonlySet<string>;
}

export const MAX_FOREIGN = 20;
export const NO_LABELS: SeenLabels = { known: new Set(), foreign: new Set() };

/** The same with those of `messages`; the same object where they bring nothing new. */
export function withLabelsOf(seen: SeenLabels, messages: readonly Pick<ChatMessage, 'label'>[]): SeenLabels {
  let { known, foreign } = seen;
  for (const { label } of messages) {
    if (label === undefined) continue;
    if (label.id !== undefined) {
      if (!known.has(label.id)) known = new Set(known).add(label.id);
    } else if (!foreign.has(label.text) && foreign.size < MAX_FOREIGN) {
      foreign = new Set(foreign).add(label.text);
    }
  }
  return known === seen.known && foreign === seen.foreign ? seen : { known, foreign };
}

/** The labels of both. */
export function together(one: SeenLabels, other: SeenLabels): SeenLabels {
  if (other.known.size === 0 && other.foreign.size === 0) return one;
  const foreign = [...one.foreign, ...other.foreign].slice(0, MAX_FOREIGN);
  return { known: new Set([...one.known, ...other.known]), foreign: new Set(foreign) };
}
