/** The guard's rules for what is asked of rooms and their services (XEP-0030, XEP-0045 9 and 10). */
import { NS } from '../namespaces.ts';
import { childOf, type Element, elementsOf } from '../xml.ts';
import { offersCommands } from './commands.ts';
import type { Address, GuardConfig } from './config.ts';
import { FORM_ASKED, FORM_SUBMITTED } from './forms.ts';
import { shape, type TableEntries } from './shape.ts';
import { type Refusal, refuse } from './verdict.ts';

const REASON = shape({ attrs: ['xml:lang'], text: 1024 });
const SET: TableEntries = {
  [NS.resultSets]: {
    set: shape({
      children: {
        [NS.resultSets]: Object.fromEntries(
          ['max', 'after', 'before', 'first', 'last', 'count'].map((name) => [
            name,
            shape({ attrs: ['index'], text: 512 }),
          ]),
        ),
      },
    }),
  },
};

/** XEP-0030 4 with XEP-0059. */
export const ROOM_LIST_GET: TableEntries = {
  [NS.discoItems]: { query: shape({ children: SET }) },
};
export const ROOM_LIST_RESULT: TableEntries = {
  [NS.discoItems]: {
    query: shape({
      children: { ...SET, [NS.discoItems]: { item: shape({ attrs: ['jid', 'name'] }) } },
    }),
  },
};

/** The same of what else an address lists under a node: commands (XEP-0050 2.2). */
export const ITEM_LIST_GET: TableEntries = {
  [NS.discoItems]: { query: shape({ attrs: ['node'], children: SET }) },
};
export const ITEM_LIST_RESULT: TableEntries = {
  [NS.discoItems]: {
    query: shape({
      attrs: ['node'],
      children: { ...SET, [NS.discoItems]: { item: shape({ attrs: ['jid', 'node', 'name'] }) } },
    }),
  },
};

/** XEP-0045 9 and 10.3 to 10.8: lists, roles and affiliations. */
export const ROOM_ADMIN: TableEntries = {
  [NS.mucAdmin]: {
    query: shape({
      children: {
        [NS.mucAdmin]: {
          item: shape({
            attrs: ['affiliation', 'role', 'jid', 'nick'],
            children: { [NS.mucAdmin]: { reason: REASON } },
          }),
        },
      },
    }),
  },
};

/** XEP-0045 10.2 and 10.9: the configuration is asked for, filled in or left, and a room given up. */
export const ROOM_OWNER_GET: TableEntries = { [NS.mucOwner]: { query: shape() } };
export const ROOM_OWNER_SET: TableEntries = {
  [NS.mucOwner]: {
    query: shape({
      children: {
        ...FORM_SUBMITTED,
        [NS.mucOwner]: { destroy: shape({ children: { [NS.mucOwner]: { reason: REASON } } }) },
      },
    }),
  },
};
export const ROOM_OWNER_RESULT: TableEntries = {
  [NS.mucOwner]: { query: shape({ children: FORM_ASKED }) },
};

/** The rooms of a service are asked of that service, its commands of whoever may have some; no other node is looked into. */
export function judgeItemList(
  { attrs: { node } }: Element,
  peer: Address | undefined,
  { policy }: GuardConfig,
): Refusal | undefined {
  if (node !== undefined) {
    const isAsked = policy.commands && node === NS.commands && offersCommands(peer);
    return isAsked ? undefined : refuse('payload');
  }
  const isService = peer?.room === true && peer.local === undefined && peer.resource === undefined;
  return isService || peer?.service === 'feeds' ? undefined : refuse('payload');
}

function isRoom(peer: Address | undefined): boolean {
  return peer?.room === true && peer.local !== undefined && peer.resource === undefined;
}

/**
 * A room's owner interface: its configuration, which is the policy's `/rooms/create`, and giving the room up, which is no
 * creation. Passwords of rooms do not travel, so none is set.
 */
export function judgeRoomOwner(
  query: Element,
  type: string,
  peer: Address | undefined,
  { policy }: GuardConfig,
): Refusal | undefined {
  const [wish, second] = elementsOf(query);
  if (!isRoom(peer) || second !== undefined) return refuse('payload');
  if (type === 'get') return policy.rooms.create ? undefined : refuse('room-create');
  if (wish === undefined) return refuse('payload');
  if (wish.is('destroy', NS.mucOwner)) return undefined;
  if (elementsOf(wish).some(({ attrs }) => attrs.var === 'muc#roomconfig_roomsecret'))
    return refuse('payload');
  // A new room whose configuration is cancelled stays behind where rooms are lasting: it is given up instead (10.9).
  if (wish.attrs.type === 'cancel') return refuse('payload');
  return policy.rooms.create ? undefined : refuse('room-create');
}

/**
 * Roles and affiliations: the room decides who may change them. Whoever becomes more than nobody is of the own domain or a
 * partner; of a list that is asked for, one affiliation or role is named.
 */
export function judgeRoomAdmin(
  query: Element,
  type: string,
  peer: Address | undefined,
  { resolve }: GuardConfig,
): Refusal | undefined {
  const items = elementsOf(query);
  if (!isRoom(peer) || items.length === 0) return refuse('payload');
  if (type === 'get') return items.length === 1 ? undefined : refuse('payload');
  for (const { attrs } of items) {
    if ((attrs.jid === undefined) === (attrs.nick === undefined)) return refuse('payload');
    if (attrs.jid === undefined) continue;
    const person = resolve(attrs.jid);
    if (person === undefined) return refuse('address');
    const gains = attrs.affiliation !== 'none' && attrs.affiliation !== 'outcast';
    if (gains && !person.own && !person.partner) return refuse('domain');
  }
  return undefined;
}

/** Whether that is an answer of a room or its service, or the list of what somebody else may list; nobody else knows about rooms. */
export function isRoomsAnswer(answer: Element, peer: Address | undefined): boolean {
  const list = childOf(answer, 'query', NS.discoItems);
  if (list?.attrs.node === NS.commands) return offersCommands(peer);
  const isRooms = childOf(answer, 'query', NS.mucOwner) ?? childOf(answer, 'query', NS.mucAdmin) ?? list;
  return isRooms === undefined || peer?.room === true;
}
