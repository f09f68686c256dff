/** Feeds: what the stand-in session answers, the fixtures, and what is photographed. */
import type { Page } from 'playwright-core';
import type { ChatCommand, ChatEvent, ChatReply } from '../../src/shared/chat-model.ts';
import {
  type Feed,
  type FeedListing,
  feedId,
  isOfPerson,
  PERSON_NODE,
  type ShownFeedItem,
} from '../../src/shared/feed-contract.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import type { Fixture } from './desk.ts';
import { DOMAIN } from './people.ts';
import type { Scene } from './scene.ts';
import { NOW } from './talk.ts';

export const FEED_SERVICE = `feeds.${DOMAIN}`;
const service = FEED_SERVICE as BareJid;
const MINUTE = 60_000;

const feed = (node: string, title: string, more: Partial<Feed> = {}): Feed => ({
  id: feedId({ service, node }),
  service,
  node,
  title,
  origin: 'own',
  state: 'subscribed',
  unread: 0,
  ...more,
});

const FEEDS: readonly Feed[] = [
  feed('weather', 'Weather warnings', { origin: 'policy', unread: 2 }),
  feed('notam', 'NOTAM, sector north', { unread: 14 }),
  feed('cyber', 'Cyber notices of the joint cyber centre and of everybody it works with', {
    state: 'pending',
  }),
  {
    ...feed(PERSON_NODE, 'Ramirez, Ana (MAJ)', { unread: 1 }),
    service: `ana.ramirez@${DOMAIN}` as BareJid,
    id: `ana.ramirez@${DOMAIN}/${PERSON_NODE}`,
  },
  feed('supply', 'Supply', { state: 'failed', error: { code: 'FEED_NOT_FOUND' } }),
];

const LISTED: readonly FeedListing[] = [
  ...FEEDS.filter((one) => !isOfPerson(one)).map(({ node, title }) => ({
    service,
    node,
    title,
    description: node === 'weather' ? 'Warnings of the weather office for all sectors, day and night' : '',
  })),
  { service, node: 'tides', title: 'Tides', description: 'High and low water of the week' },
  { service, node: 'x-17', title: 'x-17', description: '' },
];

const item = (id: string, minutes: number, title: string, more: Partial<ShownFeedItem>): ShownFeedItem => ({
  id,
  feed: FEEDS[0]?.id ?? '',
  at: NOW - minutes * MINUTE,
  dated: true,
  title,
  author: 'Weather office',
  text: '',
  unread: false,
  ...more,
});

/** Who publishes, beside this user. */
const PEOPLE: readonly FeedListing[] = [
  ['alice.allen', 'Allen, Alice (1LT)'],
  ['tom.okafor', 'Okafor, Tom (CPT)'],
  ['ana.ramirez', 'Ramirez, Ana (MAJ)'],
].map(([name, title = '']) => ({
  service: `${name}@${DOMAIN}` as BareJid,
  node: PERSON_NODE,
  title,
  description: '',
}));

/** The fixture's own user. */
const SELF = `alice.allen@${DOMAIN}` as BareJid;
const SECRET = { id: 'secret', text: 'SECRET' } as const;

const ITEMS: readonly ShownFeedItem[] = [
  ...Array.from({ length: 60 }, (_, index) =>
    item(`old-${index}`, 6000 - index * 90, `Forecast ${60 - index}`, {
      text: 'Wind north-west 4 to 5, visibility 10 kilometres, no precipitation.',
    }),
  ),
  item('other', 400, '', { author: '', other: true, dated: false }),
  item('form', 300, 'Observation', {
    form: {
      type: 'result',
      title: 'Observation',
      instructions: [],
      columns: [],
      rows: [],
      fields: [
        { name: 'station', label: 'Station', type: 'text-single', values: ['EB-4, east bank'] },
        { name: 'wind', label: 'Wind', type: 'text-single', values: ['280 degrees, 34 knots, gusts 51'] },
      ].map((one) => ({ ...one, type: 'text-single', description: '', required: false, options: [] })),
    },
  }),
  item('thunder', 42, 'Thunderstorms from the west after 0500Z', {
    text: 'A line of thunderstorms passes the sector between 0500Z and 0730Z. Gusts up to 55 knots, hail.\n\nHelicopters: no flights over the ridge. Masts above 10 metres are lowered by 0445Z.',
    link: 'https://weather.example.mil/warnings/2026-11-22/7',
    unread: true,
    label: SECRET,
  }),
  item('flood', 4, 'East bank: water 40 centimetres above the mark and rising', {
    text: 'The lower crossing is closed.',
    author: 'Allen',
    publisher: SELF,
    unread: true,
  }),
];

/** What the session would answer; `undefined` for commands of others. */
export function feedAnswer(command: ChatCommand): ChatReply | undefined {
  switch (command.type) {
    case 'list-feeds':
      if (command.service === DOMAIN) return { ok: true, feedPage: { feeds: PEOPLE } };
      return {
        ok: true,
        feedPage: { feeds: LISTED.map((one) => ({ ...one, description: '' })), next: 'x-17' },
      };
    case 'describe-feeds':
      return { ok: true, feedListings: LISTED };
    default:
      return undefined;
  }
}

function feedEvents(items: readonly ShownFeedItem[], state: 'shown' | 'failed'): readonly ChatEvent[] {
  const reset = { type: 'collection', reset: true, remove: [] } as const;
  const id = FEEDS[0]?.id ?? '';
  return [
    { ...reset, collection: 'feeds', upsert: FEEDS },
    { ...reset, collection: 'feedItems', upsert: items },
    {
      ...reset,
      collection: 'openFeed',
      upsert: [state === 'shown' ? { id, state } : { id, state, error: { code: 'STREAM_TIMEOUT' } }],
    },
  ];
}

export function feedFixtures(desk: Fixture): Readonly<Record<string, () => Fixture>> {
  const { app } = desk;
  const withFeeds =
    app?.kind !== 'running'
      ? app
      : {
          ...app,
          policy: { ...app.policy, feeds: { services: [FEED_SERVICE], publish: true, people: DOMAIN } },
        };
  const fixture = (events: readonly ChatEvent[], more: Partial<Fixture> = {}) => ({
    ...desk,
    ...(withFeeds === undefined ? {} : { app: withFeeds }),
    events: [...(desk.events ?? []), ...events],
    ...more,
  });
  return {
    'desk-feeds': () => fixture(feedEvents(ITEMS, 'shown')),
    'desk-feeds-empty': () => fixture(feedEvents([], 'shown')),
    'desk-feeds-none': () => fixture([], { refuse: { 'list-feeds': { code: 'STREAM_TIMEOUT' } } }),
    'desk-feeds-poor': () =>
      fixture(feedEvents([], 'failed'), {
        refuse: {
          'subscribe-feed': { code: 'FEED_FORBIDDEN' },
          'publish-notice': { code: 'FEED_FORBIDDEN' },
        },
      }),
  };
}

const open = async (page: Page) => {
  await page.getByRole('button', { name: 'Weather warnings' }).click();
  await page.getByRole('heading', { name: 'Weather warnings' }).waitFor();
};
const read = async (page: Page) => {
  await open(page);
  await page.getByText('Thunderstorms from the west').waitFor();
};
const find = async (page: Page) => {
  await page.getByRole('button', { name: 'Find feeds' }).click();
  await page.getByRole('dialog', { name: 'Find feeds' }).waitFor();
};
const publish = async (page: Page) => {
  await open(page);
  await page.getByRole('button', { name: 'Publish…' }).click();
  await page.getByLabel('Title').waitFor();
};

export function feedScenes(): readonly Scene[] {
  const scene = (name: string, act: (page: Page) => Promise<void>, fixture = 'desk-feeds'): Scene => ({
    name,
    window: 'chat',
    fixture,
    act,
  });
  return [
    scene('feed', read),
    { ...scene('feed-narrow', read), size: { width: 720, height: 560 } },
    scene(
      'feed-empty',
      async (page) => {
        await open(page);
        await page.getByText('Nothing has been published').waitFor();
      },
      'desk-feeds-empty',
    ),
    scene(
      'feed-unanswered',
      async (page) => {
        await open(page);
        await page.getByRole('alert').waitFor();
      },
      'desk-feeds-poor',
    ),
    scene('dialog-switcher-feeds', async (page) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('s');
      await page.getByRole('option', { name: 'weather at' }).waitFor();
    }),
    scene('dialog-feeds-people', async (page) => {
      await find(page);
      await page.getByLabel('Service', { exact: true }).selectOption(DOMAIN);
      await page.getByText('ana.ramirez@').waitFor();
    }),
    scene('dialog-feeds', async (page) => {
      await find(page);
      await page.getByText('High and low water').waitFor();
    }),
    scene(
      'dialog-feeds-refused',
      async (page) => {
        await find(page);
        await page.getByRole('button', { name: 'Subscribe to Tides' }).click();
        await page.getByText('FEED_FORBIDDEN').waitFor();
      },
      'desk-feeds-poor',
    ),
    scene(
      'dialog-feeds-unanswered',
      async (page) => {
        await find(page);
        await page.getByRole('alert').waitFor();
      },
      'desk-feeds-none',
    ),
    scene('dialog-feed-take-back', async (page) => {
      await read(page);
      await page.getByRole('button', { name: 'Take back' }).click();
      await page.getByRole('dialog', { name: 'Take this notice back?' }).waitFor();
    }),
    scene('dialog-feed-publish-cleaned', async (page) => {
      await publish(page);
      await page.getByLabel('Text').focus();
      await page.keyboard.insertText('Wind\u0000 from the\u001b west');
      await page.getByText('were left out').waitFor();
    }),
    scene('dialog-feed-publish', async (page) => {
      await publish(page);
      await page.getByRole('button', { name: 'Publish', exact: true }).click();
      await page.getByText('A notice needs a title').waitFor();
    }),
  ];
}
