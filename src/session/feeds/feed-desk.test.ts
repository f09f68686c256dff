/** Feeds as the window sees and commands them. */
import { describe, expect, it } from 'vitest';
import { scriptedExtensions } from '../../../test/support/scripted-extensions.ts';
import { type CollectionEvent, isChangeOf } from '../../shared/chat-collections.ts';
import type { Contact } from '../../shared/chat-model.ts';
import { type Feed, PERSON_NODE } from '../../shared/feed-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { AuditRecord } from '../../shared/session-contract.ts';
import { FeedDesk } from './feed-desk.ts';
import { feedPeople } from './people.ts';

const SERVICE = 'feeds.chat.mil' as BareJid;
const WEATHER = { service: SERVICE, node: 'weather' };
const NOTAM = { service: SERVICE, node: 'notam' };
const pubsub = (inner: string) => `<pubsub xmlns='http://jabber.org/protocol/pubsub'>${inner}</pubsub>`;
const subscriptions = (...nodes: readonly string[]) =>
  pubsub(
    `<subscriptions>${nodes.map((node) => `<subscription node='${node}' jid='alice@chat.mil' subscription='subscribed'/>`).join('')}</subscriptions>`,
  );
const LIST =
  "<query xmlns='http://jabber.org/protocol/disco#items'><item jid='feeds.chat.mil' node='weather' name='Weather'/></query>";
const entry = (id: string) =>
  `<item id='${id}'><entry xmlns='http://www.w3.org/2005/Atom'><title>${id}</title></entry></item>`;
const items = (node: string, ...ids: readonly string[]) =>
  pubsub(`<items node='${node}'>${ids.map(entry).join('')}</items>`);
const event = (inner: string) =>
  `<message from='${SERVICE}' to='alice@chat.mil/desk' type='headline'><event xmlns='http://jabber.org/protocol/pubsub#event'>${inner}</event></message>`;
const ALICE = 'alice@chat.mil' as BareJid;
const BOB = 'bob@chat.mil' as BareJid;
const person = (jid: string, name: string, subscription: Contact['subscription'] = 'both'): Contact => ({
  jid: jid as BareJid,
  name,
  groups: [],
  subscription,
  availability: 'available',
});
const CONTACTS = [
  person('zoe@chat.mil', 'Zoe'),
  person('bob@chat.mil', 'Bob'),
  person('carol@chat.mil', 'Carol', 'from'),
  person('eve@partner.gov', 'Eve'),
];
const tick = () => new Promise((resolve) => setImmediate(resolve));

function setUp(
  pushed: readonly { service: string; node: string }[] = [WEATHER],
  settled: Promise<void> = Promise.resolve(),
  people = false,
) {
  const policy = {
    services: people ? [] : [SERVICE],
    subscribe: pushed,
    publish: true,
    ...(people ? { people: true as const } : {}),
  };
  const scripted = scriptedExtensions({ feeds: policy });
  const events: CollectionEvent[] = [];
  const kept = new Map<string, string>();
  const seen: string[] = [];
  const records: AuditRecord[] = [];
  const desk = new FeedDesk({
    feeds: scripted.extensions.feeds,
    policy,
    people: feedPeople(
      { feeds: policy, domain: 'chat.mil', displayName: 'Alice' },
      () => ALICE,
      () => CONTACTS,
    ),
    author: 'Alice',
    emit: (change) => events.push(change),
    requireLabel: () => undefined,
    settled: () => settled,
    watch: {
      feedRead: (feed) => kept.get(feed),
      keepFeedRead: (feed, item) => kept.set(feed, item),
      forgetFeed: (feed) => kept.delete(feed),
      feedsRead: () => [...kept.keys()],
      onFeedItem: ({ node }, { id }) => seen.push(`${node} ${id}`),
      onFeedRead: ({ node }, read, fresh) => {
        for (const { id } of read) if (fresh.has(id)) seen.push(`${node} ${id} late`);
      },
    },
    audit: (record) => records.push(record),
  });
  const feedsNow = (): readonly Feed[] => {
    const [all] = desk.events;
    return all !== undefined && isChangeOf(all, 'feeds') ? all.upsert : [];
  };
  const shown = () => {
    const all = desk.events[2];
    return all !== undefined && isChangeOf(all, 'feedItems')
      ? all.upsert.map(({ id, unread }) => `${id}${unread ? '*' : ''}`).join(' ')
      : '';
  };
  const done = new Set<string>();
  /** Answers every question by what is in it, until nothing more is asked. */
  const serve = async (answers: readonly (readonly [RegExp, string])[]) => {
    for (let rounds = 0; rounds < 20; rounds += 1) {
      await tick();
      for (const question of scripted.sent) {
        if (done.has(question)) continue;
        done.add(question);
        const [, answer] = answers.find(([pattern]) => pattern.test(question)) ?? [];
        if (answer === undefined) continue;
        scripted.answerTo(question, answer);
      }
    }
  };
  return { ...scripted, desk, events, kept, seen, records, feedsNow, shown, serve };
}

const SERVED = [
  [/<subscriptions/, subscriptions('notam')],
  [/disco#items/, LIST],
  [/<subscribe/, ''],
  [/<items node="weather"/, items('weather', 'w1', 'w2')],
  [/<items node="notam"/, items('notam', 'n1')],
] as const;

describe('feeds', () => {
  it('of the policy are subscribed to where they are not, and the service’s subscriptions are known', async () => {
    const { extensions, feedsNow, serve, sent } = setUp();
    extensions.feeds.onNewSession();
    await serve(SERVED);
    expect(feedsNow()).toMatchObject([
      { ...NOTAM, title: 'notam', origin: 'own', state: 'subscribed', unread: 1 },
      { ...WEATHER, title: 'Weather', origin: 'policy', state: 'subscribed', unread: 2 },
    ]);
    expect(sent.filter((text) => text.includes('<subscribe'))).toHaveLength(1);
  });

  it('of the policy have their place whatever else is subscribed to', async () => {
    const { extensions, feedsNow, serve } = setUp();
    const many = Array.from({ length: 150 }, (_, at) => `other-${at}`);
    extensions.feeds.onNewSession();
    await serve([[/<subscriptions/, subscriptions(...many, 'weather')], ...SERVED.slice(1)]);
    const feeds = feedsNow();
    expect(feeds.length).toBeLessThanOrEqual(101);
    expect(feeds.filter(({ origin }) => origin === 'policy')).toMatchObject([
      { ...WEATHER, state: 'subscribed' },
    ]);
  });

  it('are read when what waits for people is through', async () => {
    let settle = (): void => undefined;
    const waiting = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const { extensions, feedsNow, serve, sent } = setUp([WEATHER], waiting);
    extensions.feeds.onNewSession();
    await serve(SERVED);
    expect(sent.some((text) => text.includes('<items'))).toBe(false);
    settle();
    await serve(SERVED);
    expect(feedsNow().map(({ unread }) => unread)).toEqual([1, 2]);
  });

  it('of before are read on from where they were read last', async () => {
    const { extensions, feedsNow, serve, kept } = setUp();
    kept.set('feeds.chat.mil/weather', 'w1');
    kept.set('feeds.chat.mil/notam', 'n1');
    extensions.feeds.onNewSession();
    await serve(SERVED);
    expect(feedsNow().map(({ unread }) => unread)).toEqual([0, 1]);
  });

  it('tell of what is published, also after a session was lost; those of others tell nothing', async () => {
    const { extensions, feedsNow, serve, receive, events, seen } = setUp();
    extensions.feeds.onNewSession();
    await serve(SERVED);
    receive(event(`<items node='weather'>${entry('w3')}</items>`));
    expect(feedsNow()[1]?.unread).toBe(3);
    expect(seen).toEqual(['notam n1 late', 'weather w1 late', 'weather w2 late', 'weather w3']);
    receive(event("<items node='weather'><retract id='w3'/></items>"));
    expect(feedsNow()[1]?.unread).toBe(2);
    const before = events.length;
    receive(event(`<items node='strange'>${entry('x')}</items>`));
    expect(events).toHaveLength(before);
    receive(event("<delete node='weather'/>"));
    expect(feedsNow()[1]).toMatchObject({ state: 'failed', error: { code: 'FEED_NOT_FOUND' }, unread: 0 });
  });

  it('that the service does not know any more are gone, the policy’s are said not to be read', async () => {
    const { extensions, feedsNow, serve } = setUp();
    extensions.feeds.onNewSession();
    await serve(SERVED);
    extensions.feeds.onNewSession();
    await serve([
      [/<subscriptions/, subscriptions()],
      [/disco#items/, LIST],
      [/<subscribe/, 'forbidden'],
    ]);
    expect(feedsNow()).toMatchObject([{ ...WEATHER, state: 'failed', error: { code: 'FEED_FORBIDDEN' } }]);
  });

  it('are opened, read and left', async () => {
    const { extensions, desk, feedsNow, serve, shown, kept } = setUp();
    extensions.feeds.onNewSession();
    await serve(SERVED);
    const opened = desk.handlers['open-feed']({ type: 'open-feed', feed: WEATHER });
    expect(shown()).toBe('w1* w2*');
    await serve(SERVED);
    await opened;
    expect(desk.events[1]).toMatchObject({ upsert: [{ id: 'feeds.chat.mil/weather', state: 'shown' }] });
    await desk.handlers['read-feed']({ type: 'read-feed', feed: WEATHER });
    expect(feedsNow()[1]?.unread).toBe(0);
    expect(kept.get('feeds.chat.mil/weather')).toBe('w2');
    expect(shown()).toBe('w1* w2*');
    await desk.handlers['close-feed']({ type: 'close-feed' });
    expect(shown()).toBe('');
    await expect(
      desk.handlers['open-feed']({ type: 'open-feed', feed: { service: SERVICE, node: 'strange' } }),
    ).rejects.toMatchObject({ code: 'IPC_REFUSED' });
  });

  it('that are open tell what changed, and all of it where something moved', async () => {
    const { extensions, desk, serve, receive, events, shown } = setUp();
    extensions.feeds.onNewSession();
    await serve(SERVED);
    const opened = desk.handlers['open-feed']({ type: 'open-feed', feed: WEATHER });
    await serve(SERVED);
    await opened;
    const change = (inner: string) => {
      receive(event(inner));
      const last = events.findLast((one) => isChangeOf(one, 'feedItems'));
      return last === undefined ? undefined : [last.reset, last.upsert.map(({ id }) => id), last.remove];
    };
    expect(change(`<items node='weather'>${entry('w3')}</items>`)).toEqual([false, ['w3'], []]);
    expect(change("<items node='weather'><retract id='w1'/></items>")).toEqual([false, [], ['w1']]);
    expect(change(`<items node='weather'>${entry('w2')}</items>`)).toEqual([true, ['w3', 'w2'], []]);
    expect(change("<purge node='weather'/>")).toEqual([false, [], ['w3', 'w2']]);
    expect(shown()).toBe('');
  });

  it('of the policy stay; one’s own end', async () => {
    const { extensions, desk, feedsNow, serve } = setUp();
    extensions.feeds.onNewSession();
    await serve(SERVED);
    await expect(
      desk.handlers['unsubscribe-feed']({ type: 'unsubscribe-feed', feed: WEATHER }),
    ).rejects.toMatchObject({ code: 'FEED_OF_POLICY' });
    const ended = desk.handlers['unsubscribe-feed']({ type: 'unsubscribe-feed', feed: NOTAM });
    await serve([[/<unsubscribe/, '']]);
    await ended;
    expect(feedsNow().map(({ node }) => node)).toEqual(['weather']);
  });

  it('that somebody has to decide about wait, and are read once it is decided', async () => {
    const { extensions, feedsNow, serve, receive } = setUp([]);
    extensions.feeds.onNewSession();
    await serve([
      [/<subscriptions/, subscriptions('notam').replace("'subscribed'", "'pending'")],
      [/disco#items/, LIST],
    ]);
    expect(feedsNow()[0]?.state).toBe('pending');
    receive(event("<subscription node='notam' jid='alice@chat.mil' subscription='subscribed'/>"));
    expect(feedsNow()[0]?.state).toBe('subscribed');
    receive(event("<subscription node='notam' jid='alice@chat.mil' subscription='none'/>"));
    expect(feedsNow()).toEqual([]);
  });

  it('that take a notice back right behind an answer with it do not show it again', async () => {
    const { extensions, desk, serve, sent, answerTo, receive, shown } = setUp();
    extensions.feeds.onNewSession();
    await serve(SERVED);
    const opened = desk.handlers['open-feed']({ type: 'open-feed', feed: WEATHER });
    await tick();
    // One packet of the service: nothing else gets its turn between the two.
    answerTo(sent.at(-1) ?? '', items('weather', 'w1', 'w2'));
    receive(event("<items node='weather'><retract id='w2'/></items>"));
    await opened;
    expect(shown()).toBe('w1*');
  });

  it('are published in, and taken back from, on record; not with what the notice says', async () => {
    const { desk, serve, records } = setUp();
    const notice = { type: 'publish-notice', feed: WEATHER, title: 'Flood', text: 'a quiet word' } as const;
    const published = desk.handlers['publish-notice'](notice);
    await serve([[/<publish/, '']]);
    await published;
    const retracted = desk.handlers['retract-notice']({ type: 'retract-notice', feed: WEATHER, item: 'w1' });
    await serve([[/<retract/, '']]);
    await retracted;
    await expect(desk.handlers['publish-notice']({ ...notice, label: 'odd' })).rejects.toMatchObject({
      code: 'LABEL_UNKNOWN',
    });
    expect(records).toEqual([
      {
        event: 'notice-published',
        outcome: 'success',
        detail: { ...WEATHER, item: expect.any(String) },
      },
      { event: 'notice-retracted', outcome: 'success', detail: { ...WEATHER, item: 'w1' } },
      {
        event: 'notice-published',
        outcome: 'failure',
        detail: { ...WEATHER, label: 'odd', code: 'LABEL_UNKNOWN' },
      },
    ]);
    expect(JSON.stringify(records)).not.toMatch(/Flood|quiet/);
  });
});

describe('people', () => {
  const bobs = { service: BOB, node: PERSON_NODE };
  const mine = { service: ALICE, node: PERSON_NODE };
  const told = (id: string) =>
    event(`<items node='${PERSON_NODE}'>${entry(id)}</items>`).replace(`from='${SERVICE}'`, `from='${BOB}'`);

  it('are this user and those of the own domain whose presence is seen', async () => {
    const { desk } = setUp([], Promise.resolve(), true);
    const reply = await desk.handlers['list-feeds']({ type: 'list-feeds', service: 'chat.mil' as BareJid });
    expect(reply?.feedPage).toEqual({
      feeds: [
        { ...mine, title: 'Alice', description: '' },
        { ...bobs, title: 'Bob', description: '' },
        { service: 'zoe@chat.mil', node: PERSON_NODE, title: 'Zoe', description: '' },
      ],
    });
  });

  it('are subscribed to when the user asks, told of, remembered here, and left', async () => {
    const { desk, extensions, feedsNow, serve, receive, kept, sent } = setUp([], Promise.resolve(), true);
    receive(told('b0'));
    expect(feedsNow()).toEqual([]);
    const subscribed = desk.handlers['subscribe-feed']({ type: 'subscribe-feed', feed: bobs });
    await serve([
      [/<subscribe/, ''],
      [/<items/, items(PERSON_NODE, 'b1')],
    ]);
    await subscribed;
    await serve([[/<items/, items(PERSON_NODE, 'b1')]]);
    expect(feedsNow()).toMatchObject([
      { ...bobs, title: 'Bob', origin: 'own', state: 'subscribed', unread: 1 },
    ]);
    expect(kept.get(`${BOB}/${PERSON_NODE}`)).toBe('');
    receive(told('b2'));
    expect(feedsNow()[0]?.unread).toBe(2);
    await expect(
      desk.handlers['publish-notice']({ type: 'publish-notice', feed: bobs, title: 'x', text: '' }),
    ).rejects.toMatchObject({ code: 'FEED_FORBIDDEN' });
    const before = sent.length;
    const later = setUp([], Promise.resolve(), true);
    later.kept.set(`${BOB}/${PERSON_NODE}`, 'b2');
    later.extensions.feeds.onNewSession();
    await later.serve([
      [/<subscribe/, ''],
      [/<items/, items(PERSON_NODE, 'b1', 'b2', 'b3')],
    ]);
    expect(later.feedsNow()).toMatchObject([{ ...bobs, unread: 1 }]);
    expect(sent).toHaveLength(before);
    const ended = desk.handlers['unsubscribe-feed']({ type: 'unsubscribe-feed', feed: bobs });
    await serve([[/<unsubscribe/, '']]);
    await ended;
    expect(feedsNow()).toEqual([]);
    expect(kept.size).toBe(0);
    extensions.feeds.onNewSession();
    await serve([]);
    expect(feedsNow()).toEqual([]);
  });

  it('publish in their own, which needs no subscription and may be empty', async () => {
    const { desk, feedsNow, serve, sent } = setUp([], Promise.resolve(), true);
    const subscribed = desk.handlers['subscribe-feed']({ type: 'subscribe-feed', feed: mine });
    await serve([[/<items/, 'item-not-found']]);
    await subscribed;
    expect(feedsNow()).toMatchObject([
      { ...mine, title: 'Alice', mine: true, state: 'subscribed', unread: 0 },
    ]);
    expect(sent.join()).not.toContain('<subscribe');
    const published = desk.handlers['publish-notice']({
      type: 'publish-notice',
      feed: mine,
      title: 'Gate 2 is shut',
      text: '',
    });
    await serve([
      [/<publish /, ''],
      [/<items/, items(PERSON_NODE, 'a1')],
    ]);
    await published;
    await serve([[/<items/, items(PERSON_NODE, 'a1')]]);
    expect(sent.find((one) => one.includes('<publish '))).toContain('<value>presence</value>');
    // No news to whoever published it.
    expect(feedsNow()[0]?.unread).toBe(0);
  });
});
