/** What messages do to messages that are there, whichever XEP says it: reading it, and building what this user does. */
import type { MessageReference } from '../../shared/message-actions.ts';
import type { MessageAction } from '../api.ts';
import { NS } from '../namespaces.ts';
import { buildAcknowledged, readAcknowledged } from '../sallyport-alerts/acknowledged.ts';
import { displayedIdOf, isMarkable } from '../xep-0333-markers/markers.ts';
import { originIdOf, stanzaIdOf } from '../xep-0359-stanza-ids/doubles.ts';
import { buildRetraction, RETRACTION_FALLBACK, retractedIdOf } from '../xep-0424-retraction/retraction.ts';
import { readModeration } from '../xep-0425-moderation/moderation.ts';
import { buildFallback } from '../xep-0428-fallback/fallback.ts';
import { buildReactions, readReactions } from '../xep-0444-reactions/reactions.ts';
import { childOf, type Element, elementsOf, xml } from '../xml.ts';
import type { OutgoingAction } from './outbox.ts';

type SingleAction = Exclude<MessageAction, { type: 'acknowledge' }>;

/** The namespace of each action, as a fallback names it. */
const NAMESPACES: Readonly<Record<SingleAction['type'], string>> = {
  react: NS.reactions,
  retract: NS.retraction,
  moderate: NS.retraction,
  displayed: NS.chatMarkers,
};

/**
 * What a message does instead of saying something. A message that has a text of its own besides says it: an action never
 * hides what other clients show.
 * @param fromRoom the room itself speaks, and not somebody in it
 */
export function readAction(message: Element, fromRoom: boolean): SingleAction | undefined {
  const action = fromRoom ? readRooms(message) : readPersons(message);
  return action === undefined || saysMore(message, NAMESPACES[action.type]) ? undefined : action;
}

/** The same in a room, where one message can acknowledge several. */
export function readActions(message: Element, fromRoom: boolean): readonly MessageAction[] {
  const action = readAction(message, fromRoom);
  if (action !== undefined) return [action];
  return fromRoom ? [] : readAcknowledged(message).map((id) => ({ type: 'acknowledge', id }));
}

function readRooms(message: Element): Extract<MessageAction, { type: 'moderate' }> | undefined {
  const moderation = readModeration(message);
  return moderation === undefined ? undefined : { type: 'moderate', ...moderation };
}

function readPersons(
  message: Element,
): Extract<MessageAction, { type: 'react' | 'retract' | 'displayed' }> | undefined {
  const reactions = readReactions(message);
  if (reactions !== undefined) return { type: 'react', ...reactions };
  const retracted = retractedIdOf(message);
  if (retracted !== undefined) return { type: 'retract', id: retracted };
  const displayed = displayedIdOf(message);
  return displayed === undefined ? undefined : { type: 'displayed', id: displayed };
}

function saysMore(message: Element, xmlns: string): boolean {
  if (childOf(message, 'body', NS.client) === undefined) return false;
  return !elementsOf(message).some(
    (child) => child.is('fallback', NS.fallback) && child.attrs.for === xmlns && isWhole(child),
  );
}

/** Whether a fallback is the whole text (XEP-0428 3): beside a part of it something else is said. */
function isWhole(fallback: Element): boolean {
  const body = childOf(fallback, 'body', NS.fallback);
  return body?.attrs.start === undefined && body?.attrs.end === undefined;
}

/** By which others refer to a message. @param archive who gives it its stanza id: the room; absent one to one */
export function referenceOf(
  message: Element,
  author: string | undefined,
  archive: string | undefined,
): MessageReference {
  const stanza = message.attrs.id;
  const id = originIdOf(message) ?? (stanza === '' ? undefined : stanza);
  const archived = archive === undefined ? undefined : stanzaIdOf(message, archive);
  return {
    ...(id === undefined ? {} : { id }),
    ...(stanza === undefined || stanza === '' || stanza === id ? {} : { stanza }),
    ...(archived === undefined ? {} : { archive: archived }),
    ...(author === undefined ? {} : { author }),
    ...(isMarkable(message) ? { markable: true } : {}),
  };
}

/** What of an own action goes into its message; it has a body only where XEP-0424 wants one. */
export function actionPayloads(action: OutgoingAction): readonly Element[] {
  const store = xml('store', { xmlns: NS.hints });
  if (action.type === 'react') return [buildReactions(action), store];
  if (action.type === 'acknowledge') return [buildAcknowledged(action.ids), store];
  return [
    buildRetraction(action.id),
    buildFallback(NS.retraction),
    xml('body', {}, RETRACTION_FALLBACK),
    store,
  ];
}
