/** Feeds (XEP-0060) as both servers have them: what a site's file holds, and what is the same whichever server serves it. */
import { randomUUID } from 'node:crypto';
import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { replaceFeeds } from '../../build/site/feeds.ts';
import type { ProsodyFeed, ProsodyServer } from '../../build/site/prosody.ts';
import { type FeedItem, PERSON_NODE } from '../../src/shared/feed-contract.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import type { RawXmpp } from './raw-xmpp.ts';
import { type Analyst, until } from './xmpp-analyst.ts';

/** A notice of the administrators' file. */
export const notice = (id: string, title: string) => ({ id, title, updated: '2026-11-29T04:10:00Z' });
/** What the item of such a notice is called. */
export const noticeItem = (id: string) => `urn:sallyport:notice:${id}`;
export const WEATHER: ProsodyFeed = {
  node: 'weather',
  title: 'Weather warnings',
  description: 'All sectors',
  publishers: ['alice'],
  notices: [
    notice('w1', 'Fog'),
    {
      ...notice('w2', 'Gusts <55> knots'),
      text: 'Masts down.\nNo flights.',
      author: 'Weather office',
      link: 'https://weather.example.mil/2',
      label: { id: 'cui', text: 'CUI' },
    },
  ],
};
export const NOTAM: ProsodyFeed = { node: 'notam', title: 'NOTAM' };

export const feedsOf = (analyst: Analyst) => analyst.client.extensions.feeds;

/** Items that a node keeps. */
const KEPT = 200;

/** What an analyst is told of from now on. */
export function published(analyst: Analyst): FeedItem[] {
  const items: FeedItem[] = [];
  feedsOf(analyst).events.on('change', (change) => items.push(...change.published));
  return items;
}

/** XEP-0060 7.1.5: a publication is refused unless the node has this access model. */
export const publishOptions = (model: string): string =>
  `<publish-options><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/pubsub#publish-options</value></field><field var='pubsub#access_model'><value>${model}</value></field></x></publish-options>`;

export function answerTo(raw: RawXmpp, id: string, stanza: string): Promise<string> {
  raw.send(stanza);
  return raw.take(new RegExp(`<(iq|message|presence)[^>]* id='${id}'.*?</\\1>`, 's'));
}

export interface FeedSite {
  /** There once the tests run. */
  readonly server: () => Pick<ProsodyServer, 'domain' | 'log' | 'logFile' | 'records'>;
  readonly signIn: (account: string) => Promise<Analyst>;
  /** Whether the server says that the service itself published what the file holds. */
  readonly namesService: boolean;
}

export const feedServiceOf = (server: Pick<ProsodyServer, 'domain'>) => `feeds.${server.domain}` as BareJid;

/** What the message log has of feeds. */
export const feedRecords = (server: Pick<ProsodyServer, 'records'>) =>
  server.records('messages').filter(({ type }) => type === 'feed');

/** The feeds as they were when the site started, and nobody has subscribed: what a test begins with, also when it is tried again. */
export async function freshFeeds(server: Pick<ProsodyServer, 'domain' | 'log' | 'logFile'>): Promise<void> {
  await replaceFeeds(server, []);
  await replaceFeeds(server, [WEATHER, NOTAM]);
}

/** Defines the test of what {@link WEATHER} and {@link NOTAM} say. */
export function testReading({ server, signIn, namesService }: FeedSite): void {
  const feedService = () => feedServiceOf(server());
  const weather = () => ({ service: feedService(), node: WEATHER.node });
  it('are listed, described, subscribed to by the account, and read with all that their notices say', async () => {
    const before = feedRecords(server()).length;
    await freshFeeds(server());
    const alice = await signIn('alice');
    const { feeds } = await feedsOf(alice).list(feedService());
    expect([...feeds].sort((left, right) => left.node.localeCompare(right.node))).toMatchObject([
      { node: 'notam', title: 'NOTAM' },
      { node: 'weather', title: 'Weather warnings' },
    ]);
    expect(await feedsOf(alice).describe(weather())).toMatchObject({ description: 'All sectors' });
    expect(await feedsOf(alice).subscribe(weather())).toBe('subscribed');
    expect(await feedsOf(alice).subscriptions(feedService())).toEqual([
      { node: 'weather', state: 'subscribed' },
    ]);
    expect(await feedsOf(alice).items(weather(), 20)).toMatchObject([
      {
        id: noticeItem('w1'),
        title: 'Fog',
        at: Date.UTC(2026, 10, 29, 4, 10),
        dated: true,
        ...(namesService ? { publisher: feedService() } : {}),
      },
      {
        id: noticeItem('w2'),
        title: 'Gusts <55> knots',
        text: 'Masts down.\nNo flights.',
        author: 'Weather office',
        link: 'https://weather.example.mil/2',
        label: { text: 'CUI' },
      },
    ]);
    expect(await feedsOf(alice).items(weather(), 1)).toMatchObject([{ id: noticeItem('w2') }]);
    await feedsOf(alice).unsubscribe(weather());
    await feedsOf(alice).unsubscribe(weather());
    expect(await feedsOf(alice).subscriptions(feedService())).toEqual([]);
    const logged = feedRecords(server()).slice(before);
    expect(logged.filter(({ from }) => from === feedService())).toMatchObject([
      { feed: 'weather', id: noticeItem('w1'), body: 'Fog' },
      {
        feed: 'weather',
        id: noticeItem('w2'),
        body: 'Gusts <55> knots\nMasts down.\nNo flights.',
        label: 'CUI',
      },
    ]);
  });
}

type NoticeServer = Pick<
  ProsodyServer,
  'domain' | 'log' | 'logDirectory' | 'logFile' | 'records' | 'restart'
>;

export interface NoticeSite extends Pick<FeedSite, 'signIn'> {
  readonly server: () => NoticeServer;
  /** Alice, whom {@link WEATHER} names, with a client that obeys no rule. */
  readonly publisher: () => Promise<RawXmpp>;
}

/** Runs `work` while the server cannot open its message log; it must not have opened it before. */
export async function withoutLog(
  { logDirectory }: Pick<NoticeServer, 'logDirectory'>,
  work: () => Promise<unknown>,
): Promise<void> {
  const protect = (mode: number) => {
    for (const name of readdirSync(logDirectory).filter((one) => one.startsWith('messages-')))
      chmodSync(join(logDirectory, name), mode);
  };
  protect(0o400);
  try {
    await work();
  } finally {
    protect(0o600);
  }
}

/** Defines the tests of what becomes of the administrators' notices, whatever else is published and whatever fails. */
export function testNotices({ server, signIn, publisher }: NoticeSite): void {
  const service = () => feedServiceOf(server());
  const newest = async (reader: Analyst, node: string, count: number) =>
    (await feedsOf(reader).items({ service: service(), node }, count)).map(({ id }) => id);
  const put = (...feeds: ProsodyFeed[]) => replaceFeeds(server(), [...feeds, NOTAM]);

  it('have the administrators’ notices, which no publisher forestalls, replaces or takes back', async () => {
    const id = randomUUID();
    await freshFeeds(server());
    const raw = await publisher();
    const wish = (children: string) =>
      answerTo(
        raw,
        'n',
        `<iq type='set' id='n' to='${service()}'><pubsub xmlns='http://jabber.org/protocol/pubsub'>${children}</pubsub></iq>`,
      );
    const publish = (item: string) =>
      wish(
        `<publish node='weather'><item id='${item}'><entry xmlns='http://www.w3.org/2005/Atom'><title>Lies</title></entry></item></publish>`,
      );
    const retract = (item: string) =>
      wish(`<retract node='weather' notify='1'><item id='${item}'/></retract>`);
    const before = feedRecords(server()).length;
    expect(await publish(noticeItem(id))).toContain('<forbidden ');
    expect(await publish(noticeItem('w1'))).toContain('<forbidden ');
    expect(await retract(noticeItem('w1'))).toContain('<forbidden ');
    expect(feedRecords(server())).toHaveLength(before);
    expect(await publish(id)).toContain("type='result'");
    raw.close();
    await put({ ...WEATHER, notices: [...(WEATHER.notices ?? []), notice(id, 'Ice')] });
    const reader = await signIn('bob');
    const items = await feedsOf(reader).items({ service: service(), node: 'weather' }, 200);
    expect(items.slice(-2)).toMatchObject([
      { id, title: 'Lies' },
      { id: noticeItem(id), title: 'Ice' },
    ]);
    expect(items.find((item) => item.id === noticeItem('w1'))).toMatchObject({ title: 'Fog' });
  });

  it('have no node like an address, which the switch would take for a person’s own', async () => {
    const put = replaceFeeds(server(), [WEATHER, { ...WEATHER, node: 'Ops@Night' }]);
    const refused = () => server().log().includes('has a feed whose node is like an address');
    await expect.poll(refused, { timeout: 15_000 }).toBe(true);
    await freshFeeds(server());
    await put;
  });

  it('get a notice that could not be logged as soon as it can be', async () => {
    const id = randomUUID();
    await freshFeeds(server());
    await server().restart();
    const reader = await signIn('bob');
    await feedsOf(reader).subscribe({ service: service(), node: 'weather' });
    const came = published(reader);
    await withoutLog(server(), async () => {
      await put({ ...WEATHER, notices: [...(WEATHER.notices ?? []), notice(id, 'Hail')] });
      expect(await newest(reader, 'weather', 200)).not.toContain(noticeItem(id));
    });
    expect(await until('the notice', () => came[0])).toMatchObject({ id: noticeItem(id), title: 'Hail' });
    expect(feedRecords(server()).at(-1)).toMatchObject({ id: noticeItem(id), body: 'Hail' });
  });

  it('have a notice once, also when newer ones have taken its place', async () => {
    const node = randomUUID();
    const many = Array.from({ length: KEPT + 3 }, (_, index) => notice(`n${index}`, `Notice ${index}`));
    await put(WEATHER, { node, title: 'Many', notices: many });
    const reader = await signIn('bob');
    const before = [await newest(reader, node, KEPT), feedRecords(server()).length] as const;
    expect(before[0]).toEqual(many.slice(-KEPT).map(({ id }) => noticeItem(id)));
    await server().restart();
    const again = await signIn('bob');
    await put(WEATHER, { node, title: 'Many more', notices: many });
    expect([await newest(again, node, KEPT), feedRecords(server()).length]).toEqual(before);
    // A feed that was deleted has told nobody anything.
    await put(WEATHER);
    await put(WEATHER, { node, title: 'Few', notices: many.slice(0, 2) });
    expect(await newest(again, node, KEPT)).toEqual([noticeItem('n0'), noticeItem('n1')]);
    await put(WEATHER);
  });
}

/** Defines the test of what people publish for those who see their presence (XEP-0277, XEP-0163). */
export function testPeople({ server, signIn }: Pick<FeedSite, 'server' | 'signIn'>): void {
  const logged = () => feedRecords(server());
  it('of people are read by who sees their presence, told of as they come, and in the message log', async () => {
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    await until('the rosters', () => alice.contacts.size > 0 && bob.contacts.size > 0);
    const mine = { service: alice.jid as BareJid, node: PERSON_NODE };
    const earlier = await feedsOf(alice)
      .items(mine, 20)
      .catch(() => []);
    for (const { id } of earlier) await feedsOf(alice).retract(mine, id);
    await feedsOf(alice).publish(mine, { title: 'Gate 2', text: 'shut', author: 'Alice', label: undefined });
    expect(logged().at(-1)).toMatchObject({
      from: alice.jid,
      to: alice.jid,
      feed: PERSON_NODE,
      body: 'Gate 2\nshut',
      machine: 'WS-1',
    });
    expect(await feedsOf(bob).subscribe(mine)).toBe('subscribed');
    expect(await feedsOf(bob).items(mine, 20)).toMatchObject([{ title: 'Gate 2', publisher: alice.jid }]);
    const came = published(bob);
    const back: string[] = [];
    feedsOf(bob).events.on('change', ({ retracted }) => back.push(...retracted));
    await feedsOf(alice).publish(mine, { title: 'Gate 2', text: 'open', author: 'Alice', label: undefined });
    const { id } = await until('the notice', () => came[0]);
    expect((await feedsOf(bob).items(mine, 20)).map(({ text }) => text)).toEqual(['shut', 'open']);
    await feedsOf(alice).retract(mine, id);
    await until('that it was taken back', () => back.includes(id));
    await feedsOf(bob).unsubscribe(mine);
    await expect(feedsOf(bob).items({ ...mine, service: bob.jid as BareJid }, 1)).rejects.toMatchObject({
      code: 'FEED_NOT_FOUND',
    });
  });
}
