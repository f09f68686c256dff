/** XEP-0045 Multi-User Chat, version 1.34.6: building and reading its stanzas. */
import type { Occupant } from '../../shared/chat-model.ts';
import { type BareJid, toBareJid } from '../../shared/jid.ts';
import { NS } from '../namespaces.ts';
import type { Outgoing } from '../rfc6121-message/outbox.ts';
import { contentPayloads, type OutgoingContent } from '../rfc6121-message/payloads.ts';
import { readPresence } from '../rfc6121-presence/presence.ts';
import { readHats } from '../xep-0317-hats/hats.ts';
import { childOf, type Element, elementsOf, toXmlText, xml } from '../xml.ts';

/** Status codes in use (15.6.2). */
export const STATUS = {
  self: 110,
  roomCreated: 201,
  nickAssigned: 210,
  banned: 301,
  nickChanged: 303,
  kicked: 307,
  affiliationLost: 321,
  membersOnly: 322,
  shutdown: 332,
  technicalProblem: 333,
} as const;

const ROLES: ReadonlySet<string> = new Set(['moderator', 'participant', 'visitor', 'none']);
const AFFILIATIONS: ReadonlySet<string> = new Set(['owner', 'admin', 'member', 'outcast', 'none']);

/**
 * How much of the past to ask for (7.2.13): the last messages, all of the last so many seconds, or what both leave. Not `since` a time:
 * the room's clock and ours may differ, and what was said in the difference would be lost.
 */
export interface HistoryRequest {
  readonly maxStanzas?: number;
  readonly seconds?: number;
}

/** Enters `room` as `nick` (7.2.2). */
export function buildJoin(room: BareJid, nick: string, history: HistoryRequest, caps: Element): Element {
  const { maxStanzas, seconds } = history;
  const limits = {
    ...(maxStanzas === undefined ? {} : { maxstanzas: String(maxStanzas) }),
    ...(seconds === undefined ? {} : { seconds: String(seconds) }),
  };
  return xml(
    'presence',
    { xmlns: NS.client, to: `${room}/${nick}` },
    xml('x', { xmlns: NS.muc }, xml('history', limits)),
    caps,
  );
}

/** Leaves it (7.14). */
export function buildLeave(room: BareJid, nick: string): Element {
  return xml('presence', { xmlns: NS.client, to: `${room}/${nick}`, type: 'unavailable' });
}

/** Accepts the default configuration of a room that did not exist before (10.1.2). */
export function instantRoom(): Element {
  return xml('query', { xmlns: NS.mucOwner }, xml('x', { xmlns: NS.dataForms, type: 'submit' }));
}

/** Gives such a room up (10.9): to cancel its configuration leaves it behind where rooms are lasting. */
export function destroyRoom(): Element {
  return xml('query', { xmlns: NS.mucOwner }, xml('destroy', {}));
}

export function buildRoomMessage(message: OutgoingContent & Pick<Outgoing, 'conversation'>): Element {
  return xml(
    'message',
    { xmlns: NS.client, type: 'groupchat', to: message.conversation, id: message.id },
    ...contentPayloads(message),
  );
}

export function buildSubject(room: BareJid, id: string, subject: string): Element {
  return xml(
    'message',
    { xmlns: NS.client, type: 'groupchat', to: room, id },
    xml('subject', {}, toXmlText(subject)),
  );
}

/** What `<x xmlns='…muc#user'/>` of a presence says. */
export interface MucUser {
  readonly codes: ReadonlySet<number>;
  readonly item: Element | undefined;
  readonly destroyed: boolean;
}

export function readMucUser(presence: Element): MucUser {
  const x = childOf(presence, 'x', NS.mucUser);
  const codes = new Set<number>();
  if (x === undefined) return { codes, item: undefined, destroyed: false };
  for (const child of elementsOf(x)) {
    if (child.is('status', NS.mucUser)) codes.add(Number(child.attrs.code));
  }
  return {
    codes,
    item: childOf(x, 'item', NS.mucUser),
    destroyed: childOf(x, 'destroy', NS.mucUser) !== undefined,
  };
}

export function readOccupant(
  presence: Element,
  nick: string,
  item: Element | undefined,
  self: boolean,
): Occupant {
  const role = item?.attrs.role ?? 'none';
  const affiliation = item?.attrs.affiliation ?? 'none';
  const jid = toBareJid(item?.attrs.jid ?? '');
  const hats = readHats(presence);
  return {
    nick,
    role: (ROLES.has(role) ? role : 'none') as Occupant['role'],
    affiliation: (AFFILIATIONS.has(affiliation) ? affiliation : 'none') as Occupant['affiliation'],
    availability: readPresence(presence).availability,
    self,
    ...(jid === undefined ? {} : { jid }),
    ...(hats.length === 0 ? {} : { hats }),
  };
}

/** Why the own presence ended, as a condition for ROOM_JOIN_FAILED; `undefined` when it was asked for. */
export function removalCondition({ codes, destroyed }: MucUser): string | undefined {
  if (destroyed) return 'destroyed';
  if (codes.has(STATUS.banned)) return 'banned';
  if (codes.has(STATUS.shutdown) || codes.has(STATUS.technicalProblem)) return 'service-shutdown';
  if (codes.has(STATUS.kicked)) return 'kicked';
  if (codes.has(STATUS.affiliationLost) || codes.has(STATUS.membersOnly)) return 'not-a-member';
  return undefined;
}

/** XEP-0421 Anonymous unique occupant identifiers, version 1.0.1: who an occupant is, whatever the nickname. */
export function occupantIdOf(stanza: Element): string | undefined {
  const id = childOf(stanza, 'occupant-id', NS.occupantId)?.attrs.id;
  return id !== undefined && id.length <= 256 ? id : undefined;
}
