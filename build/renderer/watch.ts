/** Alerts, watchwords and the watch floor of the harness, and the scenes that show them. */
import type { Page } from 'playwright-core';
import type { ChatEvent, ChatMessage } from '../../src/shared/chat-model.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import type { Alert, WatchTile } from '../../src/shared/watch-contract.ts';
import { RAMIREZ, ROOMS, room } from './people.ts';
import type { Scene } from './scene.ts';
import { NOW } from './talk.ts';

const MINUTE = 60_000;
const LABELS = [
  { id: 'unclassified', text: 'UNCLASSIFIED' },
  { id: 'cui', text: 'CUI' },
] as const;

const LINES = [
  'Convoy cleared the bridge, six vehicles, no stops.',
  'Copy.',
  'Radio check on the alternate in five.',
  'Two tracks bearing 040, both ours.',
  'Relay on the ridge dropped again, third time tonight.',
  'J6 has a team on the way, first light at the latest.',
  'Visibility down to two kilometres in the valley.',
  'watch-1, can you confirm the second group?',
  'Second group at the far side, one stopped.',
];

/** Rooms beside those of the desk, so that there are enough for a watch floor. */
const MORE_ROOMS = ['border-cell', 'fires', 'logistics', 'medical', 'weather'].map((name) => room(name));

/** Twelve conversations. */
export function watchTiles(): readonly WatchTile[] {
  const joined = [...ROOMS, ...MORE_ROOMS].filter(({ jid }) => !jid.startsWith('exercise'));
  const rooms = joined.slice(0, 11).map(({ jid }) => ({ jid, kind: 'room' as const }));
  return [...rooms, { jid: RAMIREZ, kind: 'contact' as const }].slice(0, 12);
}

export function watchTalks(): ReadonlyMap<BareJid, readonly ChatMessage[]> {
  return new Map(
    watchTiles().map(({ jid }, place) => [
      jid,
      LINES.map((body, index) => ({
        id: `w${place}-${index}`,
        direction: index % 4 === 1 ? ('out' as const) : ('in' as const),
        sender: ['red-2', 'J6 duty', 'ops-lead', 'tower'][(place + index) % 4] ?? 'red-2',
        body: LINES[(index + place) % LINES.length] ?? body,
        at: NOW - (LINES.length - index) * (3 + place) * MINUTE,
        delayed: false,
        ...(LABELS[(place + index) % 3] === undefined ? {} : { label: LABELS[(place + index) % 3] }),
        ...(index % 4 === 1 ? { delivery: 'delivered' as const } : {}),
      })) as readonly ChatMessage[],
    ]),
  );
}

function alert(place: number, minutesAgo: number, more: Partial<Alert>): Alert {
  const tile = watchTiles()[place] ?? { jid: RAMIREZ, kind: 'contact' as const };
  return {
    id: `alert-${place}-${minutesAgo}`,
    conversation: tile.jid,
    kind: tile.kind,
    message: `w${place}-7`,
    sender: 'red-2',
    excerpt: 'Second group under fire at the far side, one vehicle stopped, requesting MEDEVAC.',
    at: NOW - minutesAgo * MINUTE,
    label: LABELS[1],
    reason: 'watchword',
    word: 'under fire',
    list: 'Contact reports',
    severity: 'critical',
    sound: 'urgent',
    repeat: true,
    quiet: false,
    ...more,
  };
}

export function watchEvents(): readonly ChatEvent[] {
  const [first, second, third, fourth] = watchTiles();
  return [
    { type: 'rooms', upsert: MORE_ROOMS, remove: [] },
    {
      type: 'collection',
      collection: 'alerts',
      reset: true,
      remove: [],
      upsert: [
        alert(0, 95, {
          severity: 'warning',
          word: 'missile*',
          list: 'Air picture',
          sound: 'soft',
          excerpt: 'Missiles on the move from the depot, two launchers, heading not known yet.',
          acknowledged: { by: RAMIREZ, at: NOW - 90 * MINUTE },
          others: { first: [{ name: 'Lt Baker', at: NOW - 89 * MINUTE }], count: 1 },
        }),
        alert(1, 40, {
          reason: 'mention',
          word: '',
          list: '',
          severity: 'info',
          label: LABELS[0],
          sender: 'ops-lead',
          excerpt: 'watch-1, can you confirm the second group?',
        }),
        alert(3, 22, {
          severity: 'warning',
          list: '',
          word: 'relay',
          sender: 'J6 duty',
          quiet: true,
          label: LABELS[0],
          excerpt: 'Relay on the ridge dropped again, third time tonight.',
        }),
        alert(2, 6, {
          others: {
            first: ['Lt Baker', 'J6 duty', 'Whitfield'].map((name, place) => ({
              name,
              at: NOW - (5 - place) * MINUTE,
            })),
            count: 3,
          },
        }),
        alert(0, 1, {
          word: 'medevac',
          shownAs: 'a very long nickname that somebody has chosen for the night',
          excerpt: 'MEDEVAC requested, grid to follow, two litter, one ambulatory. '.repeat(3),
          others: {
            first: [
              { name: 'a nickname that somebody else has chosen, and which is longer than all', at: NOW },
            ],
            count: 38,
          },
        }),
      ],
    },
    {
      type: 'collection',
      collection: 'watchlists',
      reset: true,
      remove: [],
      upsert: [
        {
          id: 'p0',
          origin: 'policy',
          name: 'Contact reports',
          severity: 'critical',
          sound: 'urgent',
          repeat: true,
          count: 14,
        },
        {
          id: 'p1',
          origin: 'policy',
          name: 'Air picture',
          severity: 'warning',
          sound: 'soft',
          repeat: false,
          count: 1,
        },
        {
          id: 'own',
          origin: 'own',
          name: '',
          severity: 'warning',
          sound: 'soft',
          repeat: false,
          count: 2,
          words: ['relay', 'second group'],
        },
      ],
    },
    {
      type: 'collection',
      collection: 'layouts',
      reset: true,
      remove: [],
      upsert: [
        { id: 'policy All', origin: 'policy', name: 'All sectors', tiles: watchTiles() },
        {
          id: 'own Night',
          origin: 'own',
          name: 'Night watch',
          tiles: [first, second, third, fourth].filter((tile) => tile !== undefined),
        },
      ],
    },
    {
      type: 'collection',
      collection: 'notifyLevels',
      reset: true,
      remove: [],
      upsert: fourth === undefined ? [] : [{ id: fourth.jid, level: 'none' }],
    },
  ];
}

const SIZE = { width: 1680, height: 1000 };

async function openLayout(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Watch floor' }).click();
  await page.getByRole('button', { name: 'Layouts' }).click();
  await page.getByRole('button', { name }).first().click();
  await page.locator('.tile .message').first().waitFor();
  // Each list scrolls to its end when its rows are measured.
  await page.waitForTimeout(800);
}

const openInbox = async (page: Page): Promise<void> => {
  await page.locator('.row').first().click();
  await page.keyboard.press('Control+i');
  await page.getByRole('dialog').waitFor();
};

export function watchScenes(): readonly Scene[] {
  const desk = { window: 'chat', fixture: 'desk-watch' } as const;
  return [
    { ...desk, name: 'watch-floor-12', size: SIZE, act: (page) => openLayout(page, 'All sectors') },
    {
      ...desk,
      name: 'watch-floor-writing',
      act: async (page) => {
        await openLayout(page, 'Night watch');
        await page
          .getByRole('button', { name: /^Write to/u })
          .nth(1)
          .click();
        await page.keyboard.type('Copy, six vehicles.');
      },
    },
    {
      ...desk,
      name: 'watch-floor-empty',
      act: async (page) => {
        await page.getByRole('button', { name: 'Watch floor' }).click();
        await page.getByText('The watch floor is empty').waitFor();
      },
    },
    {
      ...desk,
      name: 'watch-floor-narrow',
      size: { width: 640, height: 700 },
      act: (page) => openLayout(page, 'Night watch'),
    },
    {
      ...desk,
      name: 'watch-add',
      act: async (page) => {
        await page.getByRole('button', { name: 'Watch floor' }).click();
        await page.getByRole('button', { name: 'Add a conversation' }).click();
        await page.getByRole('dialog').waitFor();
      },
    },
    {
      ...desk,
      name: 'watch-layouts',
      act: async (page) => {
        await openLayout(page, 'Night watch');
        await page.getByRole('button', { name: 'Layouts' }).click();
        await page.getByLabel('Name of the layout').fill('Bridge and relay');
      },
    },
    { ...desk, name: 'watch-inbox', act: openInbox },
    {
      ...desk,
      name: 'watch-inbox-all',
      act: async (page) => {
        await openInbox(page);
        await page.getByLabel('Show').selectOption('all');
      },
    },
    {
      ...desk,
      name: 'watch-inbox-nothing',
      act: async (page) => {
        await openInbox(page);
        await page.getByLabel('Sender').fill('nobody');
        await page.getByText('No alert fits').waitFor();
      },
    },
    { ...desk, name: 'watch-inbox-narrow', size: { width: 640, height: 560 }, act: openInbox },
    {
      ...desk,
      name: 'watch-words',
      act: async (page) => {
        await openInbox(page);
        await page.getByRole('button', { name: 'Watchwords', exact: true }).click();
        await page.getByLabel('Your watchwords').waitFor();
      },
    },
    {
      ...desk,
      name: 'watch-words-wrong',
      act: async (page) => {
        await openInbox(page);
        await page.getByRole('button', { name: 'Watchwords', exact: true }).click();
        await page.getByLabel('Your watchwords').fill('relay\n***');
        await page.getByRole('button', { name: 'Save' }).click();
        await page.getByText('is no watchword').waitFor();
      },
    },
    {
      ...desk,
      name: 'watch-level',
      act: async (page) => {
        await page.locator('.row-room').first().click();
        await page.getByRole('button', { name: /^Notifications:/u }).click();
        await page.getByRole('menu').waitFor();
      },
    },
    { window: 'tile', fixture: 'tile-window', name: 'tile-window', size: { width: 560, height: 640 } },
    { window: 'tile', fixture: 'tile-covered', name: 'tile-covered', size: { width: 560, height: 400 } },
  ];
}
