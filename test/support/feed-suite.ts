/** Feeds (XEP-0060) as both servers have them: what a site's file holds, and what is the same whichever server serves it. */
import { expect, it } from 'vitest';
import type { ProsodyFeed, ProsodyServer } from '../../build/site/prosody.ts';
import { type FeedItem, PERSON_NODE } from '../../src/shared/feed-contract.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import { type Analyst, until } from './xmpp-analyst.ts';

/** A notice of the administrators' file. */
export const notice = (id: string, title: string) => ({ id, title, updated: '2026-11-29T04:10:00Z' });
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

/** What an analyst is told of from now on. */
export function published(analyst: Analyst): FeedItem[] {
  const items: FeedItem[] = [];
  feedsOf(analyst).events.on('change', (change) => items.push(...change.published));
  return items;
}

/** XEP-0060 7.1.5: a publication is refused unless the node has this access model. */
export const publishOptions = (model: string): string =>
  `<publish-options><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/pubsub#publish-options</value></field><field var='pubsub#access_model'><value>${model}</value></field></x></publish-options>`;

export interface FeedSite {
  /** There once the tests run. */
  readonly server: () => Pick<ProsodyServer, 'domain' | 'records'>;
  readonly signIn: (account: string) => Promise<Analyst>;
  /** Whether the server says that the service itself published what the file holds. */
  readonly namesService: boolean;
}

export const feedServiceOf = (server: Pick<ProsodyServer, 'domain'>) => `feeds.${server.domain}` as BareJid;

/** What the message log has of feeds. */
export const feedRecords = (server: Pick<ProsodyServer, 'records'>) =>
  server.records('messages').filter(({ type }) => type === 'feed');

/** Defines the test of what {@link WEATHER} and {@link NOTAM} say; nothing else may have been published before. */
export function testReading({ server, signIn, namesService }: FeedSite): void {
  const feedService = () => feedServiceOf(server());
  const weather = () => ({ service: feedService(), node: WEATHER.node });
  const logged = () => feedRecords(server());
  it('are listed, described, subscribed to by the account, and read with all that their notices say', async () => {
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
        id: 'w1',
        title: 'Fog',
        at: Date.UTC(2026, 10, 29, 4, 10),
        dated: true,
        ...(namesService ? { publisher: feedService() } : {}),
      },
      {
        id: 'w2',
        title: 'Gusts <55> knots',
        text: 'Masts down.\nNo flights.',
        author: 'Weather office',
        link: 'https://weather.example.mil/2',
        label: { text: 'CUI' },
      },
    ]);
    expect(await feedsOf(alice).items(weather(), 1)).toMatchObject([{ id: 'w2' }]);
    await feedsOf(alice).unsubscribe(weather());
    await feedsOf(alice).unsubscribe(weather());
    expect(await feedsOf(alice).subscriptions(feedService())).toEqual([]);
    expect(logged().filter(({ from }) => from === feedService())).toMatchObject([
      { feed: 'weather', id: 'w1', body: 'Fog' },
      { feed: 'weather', id: 'w2', body: 'Gusts <55> knots\nMasts down.\nNo flights.', label: 'CUI' },
    ]);
  });
}

/** Defines the test of what people publish for those who see their presence (XEP-0277, XEP-0163). */
export function testPeople({ server, signIn }: Pick<FeedSite, 'server' | 'signIn'>): void {
  const logged = () => feedRecords(server());
  it('of people are read by who sees their presence, told of as they come, and in the message log', async () => {
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    await until('the rosters', () => alice.contacts.size > 0 && bob.contacts.size > 0);
    const mine = { service: alice.jid as BareJid, node: PERSON_NODE };
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
