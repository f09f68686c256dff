/** Rooms besides talking in them: what the stand-in session answers, the fixtures, and what is photographed. */
import type { Page } from 'playwright-core';
import type { ChatCommand, ChatEvent, ChatReply } from '../../src/shared/chat-model.ts';
import type { DataForm, FormField } from '../../src/shared/data-form.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import type { RoomDetails, RoomListing } from '../../src/shared/room-contract.ts';
import type { Fixture } from './desk.ts';
import { contactJid, occupants, RAMIREZ, roomJid, WATCH_FLOOR } from './people.ts';
import type { Scene } from './scene.ts';
import { NOW } from './talk.ts';

const NAMES = [
  'Watch floor',
  'Sector north',
  'Sector south',
  'Exercise Keen Edge 26',
  'Liaison',
  'J2 targeting',
  'Weather',
];
const LISTED: readonly RoomListing[] = [
  ...NAMES.map((name) => ({ jid: roomJid(name.toLowerCase().replaceAll(' ', '-')), name })),
  ...Array.from({ length: 60 }, (_, index) => ({
    jid: roomJid(`zone-${index + 1}`),
    name: `Zone ${index + 1}`,
  })),
];

function detailsOf(jid: BareJid): RoomDetails {
  const listing = LISTED.find((room) => room.jid === jid);
  const at = LISTED.findIndex((room) => room.jid === jid);
  return {
    jid,
    name: listing?.name ?? jid,
    description:
      at === 0
        ? 'The watch of all sectors, day and night'
        : at === 3
          ? 'Exercise traffic only, closes on Friday'
          : '',
    subject: '',
    occupants: (at * 37) % 140,
    membersOnly: at % 3 === 1,
    moderated: at % 5 === 2,
    persistent: at % 4 !== 3,
    nonAnonymous: true,
    passwordProtected: false,
    archived: true,
  };
}

const field = (
  name: string,
  type: FormField['type'],
  label: string,
  more: Partial<FormField> = {},
): FormField => ({
  name,
  type,
  label,
  description: '',
  required: false,
  values: [],
  options: [],
  ...more,
});

const FORM: DataForm = {
  type: 'form',
  title: 'Configuration for watch-floor',
  instructions: ['Complete and submit this form to configure the room.'],
  columns: [],
  rows: [],
  fields: [
    field('FORM_TYPE', 'hidden', '', { values: ['x'] }),
    field('', 'fixed', '', { values: ['General'] }),
    field('name', 'text-single', 'Name', { values: ['Watch floor'], required: true }),
    field('description', 'text-single', 'Description', {
      values: ['The watch of all sectors, day and night'],
      description: 'Shown in the list of rooms.',
    }),
    field('persistent', 'boolean', 'The room goes on when everybody has left', { values: ['1'] }),
    field('', 'fixed', '', { values: ['Who may enter'] }),
    field('members', 'boolean', 'Only members may enter', { values: ['0'] }),
    field('whois', 'list-single', 'Who may see the addresses of occupants', {
      values: ['anyone'],
      options: [
        { value: 'moderators', label: 'Moderators only' },
        { value: 'anyone', label: 'Anyone' },
      ],
    }),
    field('presence', 'list-multi', 'Whose presence is shown', {
      values: ['moderator', 'participant'],
      options: ['moderator', 'participant', 'visitor'].map((value) => ({ value, label: value })),
    }),
    field('admins', 'jid-multi', 'Administrators', { values: [RAMIREZ] }),
  ],
};

/** What the session would answer; `undefined` for commands of others. */
export function roomAnswer(command: ChatCommand): ChatReply | undefined {
  switch (command.type) {
    case 'list-rooms':
      return { ok: true, roomPage: { rooms: LISTED, next: 'more', total: 212 } };
    case 'describe-rooms':
      return { ok: true, roomDetails: command.rooms.map(detailsOf) };
    case 'room-form':
      return { ok: true, form: FORM };
    case 'list-affiliated':
      return {
        ok: true,
        affiliated: [
          { jid: RAMIREZ, nick: 'Ramirez', reason: '' },
          { jid: contactJid('tom.okafor'), nick: '', reason: 'Night watch until the end of the month' },
        ],
      };
    default:
      return undefined;
  }
}

function collections(support: 'kept' | 'unsupported'): readonly ChatEvent[] {
  return [
    {
      type: 'collection',
      collection: 'invitations',
      reset: true,
      remove: [],
      upsert: [
        {
          id: roomJid('keen-edge-26'),
          room: roomJid('keen-edge-26'),
          from: RAMIREZ,
          reason: 'Relief of the watch at 0600Z, please be there early',
          by: 'person',
          at: NOW,
        },
      ],
    },
    {
      type: 'collection',
      collection: 'bookmarkSupport',
      reset: true,
      remove: [],
      upsert: [{ id: 'support', support }],
    },
  ];
}

/** The desk of somebody who owns the room and was invited to another. */
export function roomFixtures(desk: Fixture): Readonly<Record<string, () => Fixture>> {
  const owned: ChatEvent = {
    type: 'occupants',
    room: WATCH_FLOOR,
    reset: true,
    remove: [],
    upsert: occupants(14).map((one, index) => {
      const hats =
        index === 1 ? ['Watch officer'] : index === 3 ? ['J2', 'A very long title of a hat'] : undefined;
      const known = index > 3 ? { jid: contactJid(`analyst.${index}`) } : {};
      return {
        ...one,
        ...known,
        ...(one.self ? { affiliation: 'owner' as const } : {}),
        ...(hats === undefined ? {} : { hats }),
      };
    }),
  };
  const events = (support: 'kept' | 'unsupported') => [
    ...(desk.events ?? []),
    owned,
    ...collections(support),
  ];
  const forbidden = { code: 'ROOM_FORBIDDEN' } as const;
  return {
    'desk-rooms': () => ({ ...desk, events: events('kept') }),
    'desk-rooms-poor': () => ({
      ...desk,
      events: events('unsupported'),
      refuse: {
        'list-rooms': { code: 'STREAM_TIMEOUT' },
        'room-form': forbidden,
        'list-affiliated': forbidden,
      },
    }),
  };
}

export function roomScenes(): readonly Scene[] {
  const scene = (name: string, act: (page: Page) => Promise<void>, fixture = 'desk-rooms'): Scene => ({
    name,
    window: 'chat',
    fixture,
    act,
  });
  const join = async (page: Page) => {
    await page.getByRole('button', { name: 'Join a room' }).click();
    await page.getByRole('dialog', { name: 'Join a room' }).waitFor();
  };
  const open = async (page: Page) => {
    await page.locator('.row', { hasText: 'watch-floor' }).first().click();
    await page.locator('.message').first().waitFor();
  };
  const menu = async (page: Page) => {
    await open(page);
    await page.getByRole('button', { name: 'More about this room' }).click();
    await page.getByRole('menu').waitFor();
  };
  const dialog = (item: string, title: string) => async (page: Page) => {
    await menu(page);
    await page.getByRole('menuitem', { name: item }).click();
    await page.getByRole('dialog', { name: title }).waitFor();
  };
  const described = async (page: Page) => {
    await join(page);
    await page.getByText('Exercise traffic only').waitFor();
  };
  return [
    scene('desk-rooms', open),
    scene('dialog-rooms', described),
    scene('dialog-rooms-nothing', async (page) => {
      await join(page);
      await page.getByLabel('Room', { exact: true }).fill('no such room');
      await page.getByText('No listed room has this name').waitFor();
    }),
    scene(
      'dialog-rooms-poor',
      async (page) => {
        await join(page);
        await page.getByText('does not keep your list').waitFor();
      },
      'desk-rooms-poor',
    ),
    scene('menu-room', menu),
    scene('dialog-room-settings', async (page) => {
      await dialog('Settings…', 'Settings of the room')(page);
      await page.getByLabel('Administrators').waitFor();
    }),
    scene(
      'dialog-room-settings-refused',
      async (page) => {
        await dialog('Settings…', 'Settings of the room')(page);
        await page.getByText('ROOM_FORBIDDEN').waitFor();
      },
      'desk-rooms-poor',
    ),
    scene('dialog-room-invite', async (page) => {
      await dialog('Invite…', 'Invite to the room')(page);
      await page.getByLabel('Whom').fill('eve@elsewhere.example');
      await page.keyboard.press('Enter');
      await page.getByText('does not let you talk').waitFor();
    }),
    scene('dialog-room-members', async (page) => {
      await dialog('Members…', 'Members of the room')(page);
      await page.getByText('Night watch until').waitFor();
    }),
    scene('dialog-room-destroy', dialog('Close for good…', 'Close the room for good')),
    scene('dialog-room-occupant', async (page) => {
      await open(page);
      await page.getByRole('button', { name: 'Manage Observer' }).click({ force: true });
      await page.getByRole('dialog', { name: 'Occupant' }).waitFor();
    }),
  ];
}
