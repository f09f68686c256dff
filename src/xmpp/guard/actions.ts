/**
 * Who may do what to messages that are there: replies (XEP-0461), corrections (0308), reactions (0444), retractions (0424),
 * moderation (0425), markers (0333), acknowledgements. That a correction is of the same sender as what it corrects the guard cannot know; the
 * session, which has that message, sees to it.
 */
import { NS } from '../namespaces.ts';
import { childOf, type Element, elementsOf } from '../xml.ts';
import { isAcknowledgement } from './acknowledgements.ts';
import type { Address, GuardConfig } from './config.ts';

/** Names that change or judge another message; a message holds one of them. */
export function isAction(child: Element): boolean {
  return (
    child.is('replace', NS.correction) ||
    child.is('reactions', NS.reactions) ||
    child.is('retract', NS.retraction) ||
    child.is('displayed', NS.chatMarkers) ||
    isAcknowledgement(child)
  );
}

/** Of two, one would be judged and the other be obeyed: none is. */
export function countActions(message: Element): number {
  return elementsOf(message).filter(isAction).length;
}

/** What this sender cannot do: moderate without being the room, retract as a room, answer strangers. */
export function isForeignAction(child: Element, peer: Address | undefined, config: GuardConfig): boolean {
  if (child.is('reply', NS.reply)) return !isApproved(child.attrs.to, config);
  if (!child.is('retract', NS.retraction)) return false;
  const room = peer?.room === true && peer.resource === undefined;
  return room !== (childOf(child, 'moderated', NS.moderation) !== undefined);
}

/** The same of what goes out: one thing at a time, and no stranger named. */
export function isOwnAction(message: Element, config: GuardConfig): boolean {
  const reply = childOf(message, 'reply', NS.reply);
  return countActions(message) <= 1 && (reply === undefined || isApproved(reply.attrs.to, config));
}

function isApproved(address: string | undefined, { resolve }: GuardConfig): boolean {
  return address === undefined || resolve(address)?.approved === true;
}
