/** Feeds (XEP-0060) on the real ejabberd: the nodes of the kit's file, read by everybody, published to by those who are named, logged. */
import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { replaceFeeds } from '../../build/site/feeds.ts';
import type { ProsodyFeed } from '../../build/site/prosody.ts';
import { type FeedItem, PERSON_NODE } from '../../src/shared/feed-contract.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import { BINDING, type EjabberdSite, startEjabberdSite } from '../support/ejabberd-site.ts';
import { guardPolicy } from '../support/guard-policy.ts';
import { testUser } from '../support/prosody-site.ts';
import type { RawXmpp } from '../support/raw-xmpp.ts';
import { Analyst, until } from '../support/xmpp-analyst.ts';

const notice = (id: string, title: string) => ({ id, title, updated: '2026-11-29T04:10:00Z' });
const WEATHER: ProsodyFeed = {
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
const NOTAM: ProsodyFeed = { node: 'notam', title: 'NOTAM' };

let site: EjabberdSite;
const open: Analyst[] = [];

beforeAll(async () => {
  site = await startEjabberdSite({
    users: [testUser('alice', 1), testUser('bob', 2), testUser('carol', 3)],
    epochs: [4],
    ejabberd: {
      accounts: [
        { account: 'alice', upn: '1000000001@mil' },
        { account: 'bob', upn: '1000000002@mil' },
        { account: 'carol', upn: '1000000003@mil' },
      ],
      machines: [{ kid: 'WS-1' }],
      feeds: [WEATHER, NOTAM],
    },
  });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((analyst) => analyst.client.disconnect()));
});
afterAll(() => site?.stop());

const lock = () => ({ ...site.machine('WS-1', 4), bindings: [BINDING] as const });
const feedService = () => `feeds.${site.server.domain}` as BareJid;
const weather = () => ({ service: feedService(), node: 'weather' });

async function signIn(account: string): Promise<Analyst> {
  const policy = guardPolicy(site.server.domain, [site.server.roomService], {
    feeds: { services: [feedService()], subscribe: [], publish: true, people: true },
  });
  const analyst = new Analyst(site, account, { lock: lock(), policy });
  open.push(analyst);
  await analyst.connect();
  return analyst;
}

const feedsOf = (analyst: Analyst) => analyst.client.extensions.feeds;
const published = (analyst: Analyst): FeedItem[] => {
  const items: FeedItem[] = [];
  feedsOf(analyst).events.on('change', (change) => items.push(...change.published));
  return items;
};
const logged = () => site.server.records('messages').filter(({ type }) => type === 'feed');
const flood = { title: 'Flood', text: 'Bridge closed', author: 'Alice', label: undefined };

/** Carol with a client that obeys no rule. */
async function eve(): Promise<RawXmpp> {
  const raw = await site.connect(site.card('carol'));
  await raw.passLock(site.machine('WS-1', 4), BINDING);
  await raw.external();
  await raw.bind('eve');
  return raw;
}

const answerTo = async (raw: RawXmpp, id: string, stanza: string): Promise<string> => {
  raw.send(stanza);
  return raw.take(new RegExp(`<(iq|message|presence)[^>]* id='${id}'.*?</\\1>`, 's'));
};

describe('feeds', () => {
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
      { id: 'w1', title: 'Fog', at: Date.UTC(2026, 10, 29, 4, 10), dated: true, publisher: feedService() },
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

  it('tell every computer of who has subscribed, also after a restart; what is not in the message log is not published', async () => {
    const [alice, bob, laptop] = [await signIn('alice'), await signIn('bob'), await signIn('bob')];
    await feedsOf(bob).subscribe(weather());
    const [here, there, own] = [published(bob), published(laptop), published(alice)];
    await feedsOf(alice).publish(weather(), flood);
    const item = await until('the notice', () => here[0]);
    expect(item).toMatchObject({ title: 'Flood', text: 'Bridge closed', publisher: alice.jid });
    await until('the notice on the other computer', () => there[0]);
    expect(own).toEqual([]);
    expect(logged().at(-1)).toMatchObject({
      from: alice.jid,
      to: feedService(),
      feed: 'weather',
      id: item.id,
      body: 'Flood\nBridge closed',
      payloads: expect.stringContaining('<title>Flood</title>'),
      machine: 'WS-1',
      session: expect.any(String),
    });
    const before = logged().length;
    await site.server.restart();
    const back = await signIn('bob');
    const again = published(back);
    expect(await feedsOf(back).subscriptions(feedService())).toEqual([
      { node: 'weather', state: 'subscribed' },
    ]);
    expect(logged()).toHaveLength(before);

    // The server has not opened its log yet: what it cannot write it does not take.
    const writer = await signIn('alice');
    const protect = (mode: number) => {
      for (const name of readdirSync(site.server.logDirectory).filter((one) => one.startsWith('messages-')))
        chmodSync(join(site.server.logDirectory, name), mode);
    };
    protect(0o400);
    try {
      await expect(feedsOf(writer).publish(weather(), flood)).rejects.toMatchObject({
        code: expect.stringMatching(/^FEED_/),
      });
    } finally {
      protect(0o600);
    }

    await replaceFeeds(site.server, [
      { ...WEATHER, notices: [...(WEATHER.notices ?? []), notice('w3', 'Ice')] },
      NOTAM,
    ]);
    expect(await until('the administrators’ notice', () => again[0])).toMatchObject({
      id: 'w3',
      title: 'Ice',
    });
    expect((await feedsOf(back).items(weather(), 20)).map(({ id }) => id)).toEqual([
      'w1',
      'w2',
      item.id,
      'w3',
    ]);
    expect(logged().map(({ id }) => id)).toEqual(['w1', 'w2', item.id, 'w3']);
  });

  it('are published to by those who are named, and made and deleted in the file alone', async () => {
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    const [mistake, back, gone]: [FeedItem[], string[], string[]] = [published(bob), [], []];
    feedsOf(bob).events.on('change', ({ retracted }) => back.push(...retracted));
    feedsOf(bob).events.on('change', ({ node, emptied }) => gone.push(`${node} ${emptied}`));
    await feedsOf(bob).subscribe(weather());
    await feedsOf(alice).publish(weather(), flood);
    const { id } = await until('the notice', () => mistake[0]);
    await expect(feedsOf(bob).retract(weather(), id)).rejects.toMatchObject({ code: 'FEED_FORBIDDEN' });
    await feedsOf(alice).retract(weather(), id);
    await until('that it was taken back', () => back.includes(id));
    expect((await feedsOf(bob).items(weather(), 50)).some((one) => one.id === id)).toBe(false);
    await feedsOf(bob).subscribe({ ...weather(), node: 'notam' });
    await replaceFeeds(site.server, [{ ...WEATHER, publishers: ['bob'] }]);
    await until('the deletion', () => gone.includes('notam deleted'));
    expect((await feedsOf(bob).list(feedService())).feeds.map(({ node }) => node)).toEqual(['weather']);
    await expect(feedsOf(alice).publish(weather(), flood)).rejects.toMatchObject({ code: 'FEED_FORBIDDEN' });
    await feedsOf(bob).publish(weather(), flood);
    await expect(feedsOf(bob).items({ ...weather(), node: 'notam' }, 1)).rejects.toMatchObject({
      code: 'FEED_NOT_FOUND',
    });
    await replaceFeeds(site.server, [WEATHER, NOTAM]);
  });

  it('refuse whoever is not named and whatever is not theirs, and log none of it', async () => {
    const raw = await eve();
    const before = logged().length;
    const to = `to='${feedService()}'`;
    const plain = (type: string, children: string) =>
      `<iq type='${type}' id='t' ${to}><pubsub xmlns='http://jabber.org/protocol/pubsub'>${children}</pubsub></iq>`;
    const owner = (children: string) =>
      `<iq type='set' id='t' ${to}><pubsub xmlns='http://jabber.org/protocol/pubsub#owner'>${children}</pubsub></iq>`;
    const entry = "<entry xmlns='http://www.w3.org/2005/Atom'><title>Lies</title></entry>";
    const item = `<item id='x'>${entry}</item>`;
    const tries = [
      plain('set', `<publish node='weather'>${item}</publish>`),
      plain('set', `<publish node='mine'>${item}</publish>`),
      plain(
        'set',
        `<subscribe node='weather' jid='carol@${site.server.domain}'/><publish node='weather'>${item}</publish>`,
      ),
      plain('set', "<retract node='weather'><item id='w1'/></retract>"),
      plain('set', `<subscribe node='weather' jid='carol@${site.server.domain}/eve'/>`),
      plain('set', "<create node='mine'/>"),
      plain('set', "<create node='mine'/><configure/>"),
      plain('get', '<affiliations/>'),
      owner("<delete node='weather'/>"),
      owner("<purge node='weather'/>"),
      owner(
        `<affiliations node='weather'><affiliation jid='carol@${site.server.domain}' affiliation='owner'/></affiliations>`,
      ),
      `<iq type='set' id='t' ${to}><command xmlns='http://jabber.org/protocol/commands' node='http://jabber.org/protocol/pubsub#get-pending'/></iq>`,
      `<message id='t' ${to}><body>psst</body></message>`,
    ];
    for (const one of tries) expect(await answerTo(raw, 't', one), one).toMatch(/<(forbidden|not-allowed) /);
    const other = plain('set', `<subscribe node='weather' jid='bob@${site.server.domain}'/>`);
    expect(await answerTo(raw, 't', other)).toContain("type='error'");
    expect(await answerTo(raw, 't', plain('get', "<items node='weather'/>"))).not.toContain('Lies');
    expect(logged()).toHaveLength(before);
    raw.close();
  });

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

  it('of people are published to by nobody else, for nobody else, and only in that node', async () => {
    const raw = await eve();
    const node = PERSON_NODE;
    const before = logged().length;
    const options = (model: string) =>
      `<publish-options><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/pubsub#publish-options</value></field><field var='pubsub#access_model'><value>${model}</value></field></x></publish-options>`;
    const entry =
      "<item id='x'><entry xmlns='http://www.w3.org/2005/Atom'><title>Lies</title></entry></item>";
    const iq = (children: string, to = '') =>
      `<iq type='set' id='t'${to}><pubsub xmlns='http://jabber.org/protocol/pubsub'>${children}</pubsub></iq>`;
    const publish = (model: string, to = '', items = entry) =>
      iq(`<publish node='${node}'>${items}</publish>${options(model)}`, to);
    const tries = [
      publish('open'),
      publish('presence', ` to='alice@${site.server.domain}'`),
      publish('presence', '', entry + entry),
      publish('presence', '', entry.replace('Lies', 'x'.repeat(33_000))),
      iq(`<subscribe node='http://jabber.org/protocol/geoloc' jid='carol@${site.server.domain}'/>`),
      iq(`<subscribe node='${node}' jid='carol@${site.server.domain}/eve'/>`),
      iq(`<retract node='${node}'>${entry}</retract>`),
    ];
    for (const one of tries)
      expect(await answerTo(raw, 't', one), one.slice(0, 300)).toContain('not-allowed');
    expect(logged()).toHaveLength(before);
    expect(await answerTo(raw, 't', publish('presence'))).toContain("type='result'");
    expect(logged()).toHaveLength(before + 1);
    raw.close();
  });
});
