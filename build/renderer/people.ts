/** Names and texts of the harness; nobody of them exists. */
import type { Contact, Occupant, Room } from '../../src/shared/chat-model.ts';
import type { BareJid } from '../../src/shared/jid.ts';

export const DOMAIN = 'chat.example.mil';
export const ROOM_SERVICE = 'rooms.chat.example.mil';

export function contactJid(local: string): BareJid {
  return `${local}@${DOMAIN}` as BareJid;
}

export function roomJid(local: string): BareJid {
  return `${local}@${ROOM_SERVICE}` as BareJid;
}

export const RAMIREZ = contactJid('ana.ramirez');
export const WATCH_FLOOR = roomJid('watch-floor');

const PEOPLE: readonly (readonly [
  local: string,
  name: string,
  group: string,
  availability: Contact['availability'],
  status?: string,
])[] = [
  ['ana.ramirez', 'Ramirez, Ana (MAJ)', 'J2 Watch', 'available', 'Senior watch officer until 0600Z'],
  ['tom.okafor', 'Okafor, Tom (CPT)', 'J2 Watch', 'chat'],
  ['lena.brandt', 'Brandt, Lena (CIV)', 'J2 Watch', 'away', 'Back 0330Z'],
  ['sam.whitfield', 'Whitfield, Sam (SSG)', 'J2 Watch', 'dnd', 'On the phone with the border cell'],
  ['noor.haddad', 'نور حداد (CIV)', 'J2 Watch', 'available', 'متاحة حتى الساعة السادسة'],
  ['joon.park', 'Park, Joon (SGT)', 'J2 Watch', 'xa', 'Off shift'],
  ['eva.lind', 'Lind, Eva (LCDR)', 'J3 Operations', 'available'],
  ['marc.dubois', 'Dubois, Marc (CDT)', 'J3 Operations', 'offline'],
  ['dana.cohen', 'דנה כהן', 'J3 Operations', 'away'],
  ['greg.moss', 'Moss, Greg (WO2)', 'J6 Service desk', 'available', 'Ring 4410 for cards and readers'],
  ['ivy.tan', 'Tan, Ivy 🛰️', 'J6 Service desk', 'offline'],
];

function contact([local, name, group, availability, status]: (typeof PEOPLE)[number]): Contact {
  const base = { jid: contactJid(local), name, groups: [group], subscription: 'both', availability } as const;
  return status === undefined ? base : { ...base, status };
}

/** Someone whose name is made to be taken for Ramirez's. */
export const IMPOSTOR: Contact = {
  ...contact(['аna.ramirez', 'Rаmirez, Ana (MAJ)', 'J2 Watch', 'available']),
  warning: 'confusable',
};

export const CONTACTS: readonly Contact[] = PEOPLE.map(contact);

const AVAILABILITY = ['available', 'away', 'dnd', 'offline', 'available', 'xa', 'chat'] as const;

/** `count` contacts in eight groups. */
export function manyContacts(count: number): readonly Contact[] {
  return Array.from({ length: count }, (_, index) => ({
    jid: contactJid(`analyst.${index}`),
    name: `Analyst ${String(index + 1).padStart(3, '0')}`,
    groups: [`Cell ${(index % 8) + 1}`],
    subscription: 'both',
    availability: AVAILABILITY[index % AVAILABILITY.length] ?? 'offline',
    ...(index % 5 === 0 ? { status: 'Watching the northern sector' } : {}),
  }));
}

export function room(local: string, extra: Partial<Room> = {}): Room {
  return {
    jid: roomJid(local),
    name: local,
    state: 'joined',
    nick: 'Allen',
    subject: '',
    occupantCount: 12,
    ...extra,
  };
}

export const ROOMS: readonly Room[] = [
  room('watch-floor', { subject: 'Shift 2 of 3. Log everything with a Zulu time.', occupantCount: 14 }),
  room('sector-north', { subject: 'Border traffic, nights', occupantCount: 31 }),
  room('sector-south', { occupantCount: 9 }),
  room('air-picture', { subject: 'Tracks only', occupantCount: 22 }),
  room('service-desk', { occupantCount: 4 }),
  room('exercise-24', { state: 'left', occupantCount: 0 }),
  room('liaison', {
    state: 'failed',
    occupantCount: 0,
    error: { code: 'ROOM_JOIN_FAILED', detail: { condition: 'registration-required' } },
  }),
];

/** `count` rooms. */
export function manyRooms(count: number): readonly Room[] {
  return Array.from({ length: count }, (_, index) =>
    room(`sector-${index + 1}`, {
      occupantCount: (index * 7) % 60,
      subject: index % 3 === 0 ? 'Nights' : '',
    }),
  );
}

function occupant(nick: string, extra: Partial<Occupant> = {}): Occupant {
  return {
    nick,
    role: 'participant',
    affiliation: 'member',
    availability: 'available',
    self: false,
    ...extra,
  };
}

/** `count` occupants, the first of them ourselves. */
export function occupants(count: number, ownRole: Occupant['role'] = 'moderator'): readonly Occupant[] {
  const named = [
    occupant('Allen', { self: true, role: ownRole, affiliation: 'member' }),
    occupant('Ramirez', { role: 'moderator', affiliation: 'owner', jid: RAMIREZ }),
    occupant('Okafor', { availability: 'chat' }),
    occupant('Brandt', { availability: 'away' }),
    occupant('Whitfield', { availability: 'dnd' }),
    occupant('نور', { availability: 'available' }),
    occupant('Observer with a very long nickname that does not fit', {
      role: 'visitor',
      affiliation: 'none',
    }),
  ];
  const others = Array.from({ length: Math.max(0, count - named.length) }, (_, index) =>
    occupant(`Analyst ${index + 1}`, { availability: AVAILABILITY[index % 3] ?? 'available' }),
  );
  return [...named, ...others].slice(0, count);
}
