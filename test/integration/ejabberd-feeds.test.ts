/** Feeds (XEP-0060) on the real ejabberd: the nodes of the kit's file, read by everybody, published to by those who are named, logged. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { replaceFeeds } from '../../build/site/feeds.ts';
import { type FeedItem, PERSON_NODE } from '../../src/shared/feed-contract.ts';
import { BINDING, type EjabberdSite, startEjabberdSite } from '../support/ejabberd-site.ts';
import {
  answerTo,
  feedRecords,
  feedServiceOf,
  feedsOf,
  freshFeeds,
  NOTAM,
  notice,
  noticeItem,
  published,
  publishOptions,
  testNotices,
  testPeople,
  testReading,
  WEATHER,
  withoutLog,
} from '../support/feed-suite.ts';
import { testSwitchedFeeds } from '../support/feed-switch-suite.ts';
import { guardPolicy } from '../support/guard-policy.ts';
import { testUser } from '../support/prosody-site.ts';
import type { RawXmpp } from '../support/raw-xmpp.ts';
import { Analyst, until } from '../support/xmpp-analyst.ts';

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

const feedService = () => feedServiceOf(site.server);
const weather = () => ({ service: feedService(), node: WEATHER.node });
const logged = () => feedRecords(site.server);

async function signIn(account: string): Promise<Analyst> {
  const policy = guardPolicy(site.server.domain, [site.server.roomService], {
    feeds: { services: [feedService()], subscribe: [], publish: true, people: true },
  });
  const analyst = new Analyst(site, account, { lock: lock(), policy });
  open.push(analyst);
  await analyst.connect();
  return analyst;
}

const flood = { title: 'Flood', text: 'Bridge closed', author: 'Alice', label: undefined };

/** Somebody with a client that obeys no rule. */
async function lawless(account: string): Promise<RawXmpp> {
  const raw = await site.connect(site.card(account));
  await raw.passLock(site.machine('WS-1', 4), BINDING);
  await raw.external();
  await raw.bind('eve');
  return raw;
}

const feedSite = { server: () => site.server, signIn, namesService: true };

describe('feeds', () => {
  testReading(feedSite);

  it('tell every computer of who has subscribed, also after a restart; what is not in the message log is not published', async () => {
    const start = logged().length;
    await freshFeeds(site.server);
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
    await withoutLog(site.server, () =>
      expect(feedsOf(writer).publish(weather(), flood)).rejects.toMatchObject({
        code: expect.stringMatching(/^FEED_/),
      }),
    );

    await replaceFeeds(site.server, [
      { ...WEATHER, notices: [...(WEATHER.notices ?? []), notice('w3', 'Ice')] },
      NOTAM,
    ]);
    expect(await until('the administrators’ notice', () => again[0])).toMatchObject({
      id: noticeItem('w3'),
      title: 'Ice',
    });
    expect((await feedsOf(back).items(weather(), 20)).map(({ id }) => id)).toEqual([
      noticeItem('w1'),
      noticeItem('w2'),
      item.id,
      noticeItem('w3'),
    ]);
    expect(
      logged()
        .slice(start)
        .map(({ id }) => id),
    ).toEqual([noticeItem('w1'), noticeItem('w2'), item.id, noticeItem('w3')]);
  });

  it('are published to by those who are named, and made and deleted in the file alone', async () => {
    await freshFeeds(site.server);
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
    const raw = await lawless('carol');
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

  testNotices({ ...feedSite, publisher: () => lawless('alice') });
  testPeople(feedSite);

  it('of people are published to by nobody else, for nobody else, and only in that node', async () => {
    const raw = await lawless('carol');
    const node = PERSON_NODE;
    const before = logged().length;
    const entry =
      "<item id='x'><entry xmlns='http://www.w3.org/2005/Atom'><title>Lies</title></entry></item>";
    const iq = (children: string, to = '') =>
      `<iq type='set' id='t'${to}><pubsub xmlns='http://jabber.org/protocol/pubsub'>${children}</pubsub></iq>`;
    const publish = (model: string, to = '', items = entry) =>
      iq(`<publish node='${node}'>${items}</publish>${publishOptions(model)}`, to);
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

  testSwitchedFeeds({
    engine: 'ejabberd',
    server: () => site.server,
    signIn,
    lawless: () => lawless('alice'),
  });

  it('reach no other server: nothing goes to one, and no subscription is for somebody there', async () => {
    const raw = await lawless('carol');
    const [them, me] = ['eve@partner.example.mil', `carol@${site.server.domain}`];
    const pubsub = (to: string, wish: string) =>
      `<iq type='set' id='t' to='${to}'><pubsub xmlns='http://jabber.org/protocol/pubsub'>${wish}</pubsub></iq>`;
    // Who is there would be a reader by +notify, had she ever been heard.
    raw.send(`<presence type='subscribed' to='${them}'/>`);
    for (const one of [
      `<message type='chat' id='t' to='${them}'><body>psst</body></message>`,
      pubsub(them, `<subscribe node='${PERSON_NODE}' jid='${me}'/>`),
    ])
      expect(await answerTo(raw, 't', one), one).toMatch(/type='error'.*<(not-allowed|forbidden) /s);
    for (const to of [me, `alice@${site.server.domain}`])
      expect(
        await answerTo(raw, 't', pubsub(to, `<subscribe node='${PERSON_NODE}' jid='${them}'/>`)),
      ).toMatch(/<(not-allowed|forbidden) /);
    raw.close();
  });
});
