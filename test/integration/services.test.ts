/** What services offer besides rooms, on the real Prosody: commands to be run (XEP-0050), and feeds to be read (XEP-0060). */
import { describe, expect, it } from 'vitest';
import { replaceFeeds } from '../../build/site/feeds.ts';
import { PERSON_NODE } from '../../src/shared/feed-contract.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import type { XmppClientOptions } from '../../src/xmpp/index.ts';
import { analystsAt } from '../support/analysts.ts';
import {
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
} from '../support/feed-suite.ts';
import { testSwitchedFeeds } from '../support/feed-switch-suite.ts';
import { guardPolicy } from '../support/guard-policy.ts';
import type { RawXmpp } from '../support/raw-xmpp.ts';
import { type Analyst, until } from '../support/xmpp-analyst.ts';

const office = analystsAt([{ account: 'alice' }, { account: 'bob' }], { feeds: [WEATHER, NOTAM] });

const feedService = () => feedServiceOf(office.site.server);
const weather = () => ({ service: feedService(), node: WEATHER.node });

const policy = (changes: Parameters<typeof guardPolicy>[2] = {}): XmppClientOptions['policy'] =>
  guardPolicy(office.site.server.domain, [office.site.server.roomService], {
    commands: true,
    feeds: { services: [feedService()], subscribe: [], publish: true, people: true },
    ...changes,
  });

const signIn = (account: string, changes?: Parameters<typeof guardPolicy>[2]): Promise<Analyst> =>
  office.signIn(account, { policy: policy(changes) });

const server = () => office.site.server.domain as BareJid;
const commandsOf = (analyst: Analyst) => analyst.client.extensions.adHocCommands;
const SESSIONS = 'urn:sallyport:sessions:0';

describe('commands of the server', () => {
  it('are what everybody may run, and nothing of the administrators’', async () => {
    const alice = await signIn('alice');
    expect(await commandsOf(alice).list(server())).toEqual([{ node: SESSIONS, name: 'My other sessions' }]);
    expect(await commandsOf(alice).list(office.site.server.roomService as BareJid)).toEqual([]);
    await expect(
      commandsOf(alice).start(server(), 'http://jabber.org/protocol/admin#add-user'),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^ADHOC_/) });
    await expect(commandsOf(alice).list('partner.example' as BareJid)).rejects.toMatchObject({
      code: 'GUARD_REFUSED',
    });
  });

  it('one’s own other session is shown, and ended after two stages, back and forth', async () => {
    const [alice, laptop, bob] = [await signIn('alice'), await signIn('alice'), await signIn('bob')];
    const resource = laptop.client.jid?.split('/')[1] ?? '';
    const first = await commandsOf(alice).start(server(), SESSIONS);
    expect(first).toMatchObject({ status: 'executing', steps: ['next'], preset: 'next' });
    const { options } = first.form?.fields.find(({ name }) => name === 'sessions') ?? expect.unreachable();
    expect(options).toEqual([{ value: resource, label: expect.stringContaining('machine WS-1, since 20') }]);
    const run = first.run ?? expect.unreachable();
    const answers = [{ name: 'sessions', values: [resource] }];
    const second = await commandsOf(alice).step(run, 'next', answers);
    expect(second.notes).toEqual([{ severity: 'warn', text: expect.stringContaining(resource) }]);
    expect(second.steps).toEqual(['prev', 'complete']);
    await commandsOf(alice).step(run, 'prev', []);
    await commandsOf(alice).step(run, 'next', answers);
    const last = await commandsOf(alice).step(run, 'complete', [{ name: 'sure', values: ['1'] }]);
    expect(last).toEqual({
      status: 'completed',
      steps: [],
      notes: [{ severity: 'info', text: 'One session was ended.' }],
    });
    await until('the other session’s end', () => laptop.closed[0]?.code === 'CONFLICT');
    expect(alice.closed).toEqual([]);
    expect(bob.closed).toEqual([]);
    const alone = await commandsOf(alice).start(server(), SESSIONS);
    expect(alone.notes[0]?.text).toContain('nowhere else');
    const dropped = office.site.server.records('audit').filter(({ event }) => event === 'session.dropped');
    expect(dropped).toMatchObject([{ user: alice.jid, resource }]);
  });

  it('is given up half-way', async () => {
    const [alice, laptop] = [await signIn('alice'), await signIn('alice')];
    const { run = '' } = await commandsOf(alice).start(server(), SESSIONS);
    commandsOf(alice).cancel(run);
    await expect(commandsOf(alice).step(run, 'next', [])).rejects.toMatchObject({ code: 'ADHOC_OVER' });
    expect(laptop.client.online).toBe(true);
  });

  it('are not asked for without the policy, and nobody runs one here', async () => {
    const [alice, bob] = [await signIn('alice', { commands: false }), await signIn('bob')];
    await expect(commandsOf(alice).list(server())).rejects.toMatchObject({ code: 'ADHOC_OFF' });
    expect(alice.audits.filter(({ event }) => event.includes('refused'))).toEqual([]);
    await expect(commandsOf(bob).list(`${alice.client.jid}` as BareJid)).rejects.toMatchObject({
      code: 'GUARD_REFUSED',
    });
  });
});

/** Alice with a client that obeys no rule. */
async function lawless(): Promise<RawXmpp> {
  const raw = await office.site.connect(office.site.card('alice'));
  await raw.passLock(office.site.machine('WS-1', 4));
  await raw.external();
  await raw.bind('raw');
  return raw;
}

describe('feeds', () => {
  const feedSite = { server: () => office.site.server, signIn, namesService: false };
  testReading(feedSite);

  it('tell every computer of who has subscribed, also after a restart; what is published is in the message log', async () => {
    await freshFeeds(office.site.server);
    const [alice, bob, laptop] = [await signIn('alice'), await signIn('bob'), await signIn('bob')];
    await feedsOf(bob).subscribe(weather());
    const [here, there, own] = [published(bob), published(laptop), published(alice)];
    await feedsOf(alice).publish(weather(), {
      title: 'Flood',
      text: 'Bridge closed',
      author: 'Alice',
      label: undefined,
    });
    const item = await until('the notice', () => here[0]);
    expect(item).toMatchObject({
      title: 'Flood',
      text: 'Bridge closed',
      author: 'Alice',
      publisher: alice.jid,
    });
    await until('the notice on the other computer', () => there[0]);
    expect(own).toEqual([]);
    expect(
      office.site.server
        .records('messages')
        .filter(({ type }) => type === 'feed')
        .at(-1),
    ).toMatchObject({
      from: alice.jid,
      feed: 'weather',
      body: 'Flood\nBridge closed',
      machine: 'WS-1',
    });
    await office.site.server.restart();
    const back = await signIn('bob');
    const again = published(back);
    expect(await feedsOf(back).subscriptions(feedService())).toEqual([
      { node: 'weather', state: 'subscribed' },
    ]);
    await replaceFeeds(office.site.server, [
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
  });

  it('are published to by those who are named, and made and deleted in the file alone', async () => {
    await freshFeeds(office.site.server);
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    const flood = { title: 'Flood', text: '', author: 'Bob', label: undefined };
    await expect(feedsOf(bob).publish(weather(), flood)).rejects.toMatchObject({ code: 'FEED_FORBIDDEN' });
    await expect(feedsOf(alice).publish({ ...weather(), node: 'mine' }, flood)).rejects.toMatchObject({
      code: expect.stringMatching(/^FEED_/),
    });
    await expect(feedsOf(bob).items({ ...weather(), node: 'mine' }, 1)).rejects.toMatchObject({
      code: 'FEED_NOT_FOUND',
    });
    const mistake = published(bob);
    const back: string[] = [];
    feedsOf(bob).events.on('change', ({ retracted }) => back.push(...retracted));
    await feedsOf(bob).subscribe(weather());
    await feedsOf(alice).publish(weather(), flood);
    const { id, publisher } = await until('the notice', () => mistake[0]);
    expect(publisher).toBe(alice.jid);
    await expect(feedsOf(bob).retract(weather(), id)).rejects.toMatchObject({ code: 'FEED_FORBIDDEN' });
    await feedsOf(alice).retract(weather(), id);
    await until('that it was taken back', () => back.includes(id));
    expect((await feedsOf(bob).items(weather(), 50)).some((one) => one.id === id)).toBe(false);
    const gone: string[] = [];
    feedsOf(bob).events.on('change', ({ node, emptied }) => gone.push(`${node} ${emptied}`));
    await feedsOf(bob).subscribe({ ...weather(), node: 'notam' });
    await replaceFeeds(office.site.server, [WEATHER]);
    await until('the deletion', () => gone.includes('notam deleted'));
    expect((await feedsOf(bob).list(feedService())).feeds.map(({ node }) => node)).toEqual(['weather']);
  });

  testNotices({ ...feedSite, publisher: lawless });
  testPeople(feedSite);
  testSwitchedFeeds({ engine: 'prosody', server: () => office.site.server, signIn, lawless });

  it('have nothing in them that the message log has not, and one subscription an account', async () => {
    const { site } = office;
    const raw = await lawless();
    const before = feedRecords(site.server).length;
    const iq = (children: string, to = '') =>
      `<iq type='set' id='t'${to}><pubsub xmlns='http://jabber.org/protocol/pubsub'>${children}</pubsub></iq>`;
    const service = ` to='${feedService()}'`;
    const entry = "<entry xmlns='http://www.w3.org/2005/Atom'><title>Gate 2</title></entry>";
    const other = "<note xmlns='urn:example'>secret</note>";
    const own = (item: string) =>
      iq(`<publish node='${PERSON_NODE}'>${item}</publish>${publishOptions('presence')}`);
    const tries = [
      own(`<item id='x'>secret${entry}</item>`),
      own(`<item id='x'>secret</item>`),
      own(`<item id='x' note='secret'>${entry}</item>`),
      own(`<item id='x'>${entry}${other}</item>`),
      iq(`<retract node='${PERSON_NODE}'><item id='x'>${entry}</item></retract>`),
      iq(`<subscribe node='${PERSON_NODE}' jid='alice@${site.server.domain}/raw'/>`),
      iq(`<publish node='weather'><item id='x'>${entry}${other}</item></publish>`, service),
      iq(`<publish node='weather'><item id='x'>secret${entry}</item></publish>`, service),
      iq(`<retract node='weather'><item id='x'>${entry}</item></retract>`, service),
      iq(`<subscribe node='weather' jid='alice@${site.server.domain}/raw'/>`, service),
    ];
    for (const one of tries) {
      raw.send(one);
      expect(await raw.take(/<iq[^>]* id='t'.*?<\/iq>/s), one).toMatch(/<(forbidden|not-allowed) /);
    }
    expect(feedRecords(site.server)).toHaveLength(before);
    raw.send(own(`<item id='x'>${entry}</item>`));
    expect(await raw.take(/<iq[^>]* id='t'.*?<\/iq>/s)).toContain("type='result'");
    expect(feedRecords(site.server)).toHaveLength(before + 1);
    raw.close();
  });
});
