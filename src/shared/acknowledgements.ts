/**
 * Who of a room has acknowledged the alert that a message raised (docs/acknowledgements.md). The first stands first, and each
 * stands once. Pure.
 */
import type { NameWarning } from './display-name.ts';
import { type MessageReference, SELF } from './message-actions.ts';

/** One person's word that they have seen an alert of a message. */
export interface Acknowledgement {
  /** As with {@link MessageReference}, or `name:` and the nickname of somebody who cannot be told by more than that. */
  readonly author: string;
  /** The nickname in the room as it is shown, this user's own too. */
  readonly name: string;
  /** It may be meant to be taken for another's. */
  readonly warning?: NameWarning;
  /** When the room had it, milliseconds since 1970; while it `waits`: when it was given. */
  readonly at: number;
  /** This user's, and the room has not shown it yet. */
  readonly waits?: true;
}

/** People whose acknowledgement of one message is kept. */
export const MAX_ACKNOWLEDGING = 100;
/** Messages that one message in a room acknowledges. */
export const MAX_ACKNOWLEDGED_AT_ONCE = 32;
/** UTF-16 code units of the id that a room's archive gave a message. */
export const MAX_ACKNOWLEDGED_ID = 128;

const OCCUPANT = 'occupant:';
/** What stands before a nickname where it is all there is. */
const NICKNAME = /^(?:nick:[^:]+|name):/u;

/**
 * Whose an acknowledgement is. In a room without occupant ids (XEP-0421) a nickname is all there is, and of what its archive holds
 * nobody knows in which stay it was said: there, one name counts once.
 */
function personOf({ author }: Acknowledgement): string {
  return author === SELF || author.startsWith(OCCUPANT) ? author : `name ${author.replace(NICKNAME, '')}`;
}

/**
 * All with one more; `undefined`: it changes nothing. Whoever wrote the message acknowledges nothing by repeating that they know
 * it. This user's own has the room's time once the room has shown it.
 */
export function withAcknowledgement(
  all: readonly Acknowledgement[] | undefined,
  one: Acknowledgement,
  writer: MessageReference['author'],
): readonly Acknowledgement[] | undefined {
  if (one.author === writer) return undefined;
  const former = all ?? [];
  const person = personOf(one);
  const known = former.find((other) => personOf(other) === person);
  if (known !== undefined && (known.waits !== true || one.waits === true)) return undefined;
  if (known === undefined && former.length >= MAX_ACKNOWLEDGING) return undefined;
  const others = former.filter((other) => other !== known);
  return [...others, one].sort((first, second) => first.at - second.at);
}

/** All without what this user said, which never reached the room; `undefined`: nothing is left. */
export function withoutOwnAcknowledgement(
  all: readonly Acknowledgement[] | undefined,
): readonly Acknowledgement[] | undefined {
  const others = (all ?? []).filter(({ author }) => author !== SELF);
  return others.length === 0 ? undefined : others;
}

/** This user's own, where there is one. */
export function ownAcknowledgement(all: readonly Acknowledgement[] | undefined): Acknowledgement | undefined {
  return all?.find(({ author }) => author === SELF);
}
