/** Rooms besides talking in them: lists, configuration, people, invitations, bookmarks. */
import type { RoomCommand } from '../../shared/chat-room-commands.ts';
import { FORM_LIMITS, type FormAnswer } from '../../shared/data-form.ts';
import type { BareJid } from '../../shared/jid.ts';
import { type Affiliation, MAX_DESCRIBED, MAX_REASON, type Role } from '../../shared/room-contract.ts';
import { asFields, hasOnly, jidOf, type Parsers, textOf, withJid } from './fields.ts';

/** Longest domain, and longest id of a page (XEP-0059). */
const MAX_DOMAIN = 253;
const MAX_PAGE_ID = 512;
const MAX_NICK = 1023;

const ROLES: ReadonlySet<unknown> = new Set<Role>(['moderator', 'participant', 'visitor', 'none']);
const AFFILIATIONS: ReadonlySet<unknown> = new Set<Affiliation>([
  'owner',
  'admin',
  'member',
  'outcast',
  'none',
]);

/** A list of bounded length whose items are all right; `undefined` for any other. */
export function listOf<Item>(
  value: unknown,
  min: number,
  max: number,
  read: (item: unknown) => Item | undefined,
): readonly Item[] | undefined {
  if (!Array.isArray(value) || value.length < min || value.length > max) return undefined;
  const items: Item[] = [];
  for (const each of value) {
    const item = read(each);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return items;
}

/** What is filled into one field of a form. */
export function answerOf(value: unknown): FormAnswer | undefined {
  const fields = asFields(value);
  if (fields === undefined || !hasOnly(fields, ['name', 'values'])) return undefined;
  const name = textOf(fields.name, 1, FORM_LIMITS.name);
  const values = listOf(fields.values, 0, FORM_LIMITS.values, (each) => textOf(each, 0, FORM_LIMITS.text));
  return name === undefined || values === undefined ? undefined : { name, values };
}

function roleOf(value: unknown): Role | undefined {
  return ROLES.has(value) ? (value as Role) : undefined;
}

function affiliationOf(value: unknown): Affiliation | undefined {
  return AFFILIATIONS.has(value) ? (value as Affiliation) : undefined;
}

export const ROOM_PARSERS: Parsers<RoomCommand> = {
  'list-rooms': (fields) => {
    const service = textOf(fields.service, 1, MAX_DOMAIN);
    const after = fields.after === undefined ? '' : textOf(fields.after, 1, MAX_PAGE_ID);
    if (!hasOnly(fields, ['type', 'service', 'after'])) return undefined;
    if (service === undefined || after === undefined) return undefined;
    return { type: 'list-rooms', service, ...(after === '' ? {} : { after }) };
  },
  'describe-rooms': (fields) => {
    const rooms = listOf<BareJid>(fields.rooms, 1, MAX_DESCRIBED, jidOf);
    if (!hasOnly(fields, ['type', 'rooms']) || rooms === undefined) return undefined;
    return { type: 'describe-rooms', rooms };
  },
  'look-at-room': (fields) => withJid(fields, 'room', (room) => ({ type: 'look-at-room', room })),
  'room-form': (fields) => withJid(fields, 'room', (room) => ({ type: 'room-form', room })),
  'configure-room': (fields) => {
    const room = jidOf(fields.room);
    const answers = listOf(fields.answers, 0, FORM_LIMITS.fields, answerOf);
    if (!hasOnly(fields, ['type', 'room', 'answers']) || room === undefined || answers === undefined)
      return undefined;
    return { type: 'configure-room', room, answers };
  },
  'destroy-room': (fields) => {
    const room = jidOf(fields.room);
    const reason = textOf(fields.reason, 0, MAX_REASON);
    if (!hasOnly(fields, ['type', 'room', 'reason']) || room === undefined || reason === undefined)
      return undefined;
    return { type: 'destroy-room', room, reason };
  },
  'invite-to-room': (fields) => {
    const room = jidOf(fields.room);
    const person = jidOf(fields.person);
    const reason = textOf(fields.reason, 0, MAX_REASON);
    if (!hasOnly(fields, ['type', 'room', 'person', 'reason'])) return undefined;
    if (room === undefined || person === undefined || reason === undefined) return undefined;
    return { type: 'invite-to-room', room, person, reason };
  },
  'answer-invitation': (fields) => {
    const room = jidOf(fields.room);
    const { accept } = fields;
    if (!hasOnly(fields, ['type', 'room', 'accept']) || room === undefined) return undefined;
    return typeof accept === 'boolean' ? { type: 'answer-invitation', room, accept } : undefined;
  },
  'set-role': (fields) => {
    const room = jidOf(fields.room);
    const nick = textOf(fields.nick, 1, MAX_NICK);
    const role = roleOf(fields.role);
    const reason = textOf(fields.reason, 0, MAX_REASON);
    if (!hasOnly(fields, ['type', 'room', 'nick', 'role', 'reason'])) return undefined;
    if (room === undefined || nick === undefined || role === undefined || reason === undefined)
      return undefined;
    return { type: 'set-role', room, nick, role, reason };
  },
  'set-affiliation': (fields) => {
    const room = jidOf(fields.room);
    const person = jidOf(fields.person);
    const affiliation = affiliationOf(fields.affiliation);
    const reason = textOf(fields.reason, 0, MAX_REASON);
    if (!hasOnly(fields, ['type', 'room', 'person', 'affiliation', 'reason'])) return undefined;
    if (room === undefined || person === undefined || affiliation === undefined || reason === undefined)
      return undefined;
    return { type: 'set-affiliation', room, person, affiliation, reason };
  },
  'list-affiliated': (fields) => {
    const room = jidOf(fields.room);
    const affiliation = affiliationOf(fields.affiliation);
    if (!hasOnly(fields, ['type', 'room', 'affiliation'])) return undefined;
    if (room === undefined || affiliation === undefined) return undefined;
    return { type: 'list-affiliated', room, affiliation };
  },
  'keep-room': (fields) => {
    const room = jidOf(fields.room);
    const { autojoin } = fields;
    if (!hasOnly(fields, ['type', 'room', 'autojoin']) || room === undefined) return undefined;
    return typeof autojoin === 'boolean' ? { type: 'keep-room', room, autojoin } : undefined;
  },
  'forget-room': (fields) => withJid(fields, 'room', (room) => ({ type: 'forget-room', room })),
};
