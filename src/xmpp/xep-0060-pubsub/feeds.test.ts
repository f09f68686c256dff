/** Feeds as the client asks and reads them, and services that answer something else. */
import { describe, expect, it } from 'vitest';
import { scriptedExtensions } from '../../../test/support/scripted-extensions.ts';
import { FEED_LIMITS } from '../../shared/feed-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { FeedChange } from './feeds.ts';

const SERVICE = 'feeds.chat.mil' as BareJid;
const WEATHER = { service: SERVICE, node: 'weather' };
const POLICY = { feeds: { services: [SERVICE], subscribe: [], publish: true } };
const pubsub = (inner: string) => `<pubsub xmlns='http://jabber.org/protocol/pubsub'>${inner}</pubsub>`;
const event = (inner: string, from: string = SERVICE) =>
  `<message from='${from}' to='alice@chat.mil/desk' type='headline'><event xmlns='http://jabber.org/protocol/pubsub#event'>${inner}</event></message>`;
const entry = (title: string) => `<entry xmlns='http://www.w3.org/2005/Atom'><title>${title}</title></entry>`;
const asked = (sent: readonly string[]) => sent.map((text) => /<iq[^>]*>(.*)<\/iq>/.exec(text)?.[1]);

function setUp() {
  const scripted = scriptedExtensions(POLICY);
  const changes: FeedChange[] = [];
  const decisions: unknown[] = [];
  scripted.extensions.feeds.events.on('change', (change) => changes.push(change));
  scripted.extensions.feeds.events.on('subscription', (...args) => decisions.push(args));
  return { ...scripted, feeds: scripted.extensions.feeds, changes, decisions };
}

describe('a service', () => {
  it('lists its nodes, each once, a page at a time', async () => {
    const { feeds, answer, sent } = setUp();
    const page = feeds.list(SERVICE);
    answer(
      "<query xmlns='http://jabber.org/protocol/disco#items'><item jid='feeds.chat.mil' node='weather' name='Weather\u202e'/><item jid='feeds.chat.mil' node='weather'/><item jid='feeds.chat.mil' node='x'/><item jid='evil.example' node='y'/><item jid='feeds.chat.mil'/><set xmlns='http://jabber.org/protocol/rsm'><last>x</last><count>9</count></set></query>",
    );
    expect(await page).toEqual({
      feeds: [
        { ...WEATHER, title: 'Weather', description: '' },
        { service: SERVICE, node: 'x', title: 'x', description: '' },
      ],
      next: 'x',
    });
    expect(asked(sent)).toEqual([
      '<query xmlns="http://jabber.org/protocol/disco#items"><set xmlns="http://jabber.org/protocol/rsm"><max>50</max></set></query>',
    ]);
  });

  it('describes a node', async () => {
    const { feeds, answer } = setUp();
    const described = feeds.describe(WEATHER);
    answer(
      "<query xmlns='http://jabber.org/protocol/disco#info' node='weather'><x xmlns='jabber:x:data' type='result'><field var='pubsub#title'><value>Weather</value></field><field var='pubsub#description'><value>All sectors</value></field></x></query>",
    );
    expect(await described).toEqual({ ...WEATHER, title: 'Weather', description: 'All sectors' });
  });

  it.each([
    ['forbidden', 'FEED_FORBIDDEN'],
    ['not-authorized', 'FEED_FORBIDDEN'],
    ['item-not-found', 'FEED_NOT_FOUND'],
    ['internal-server-error', 'FEED_REFUSED'],
  ])('refuses in words: %s', async (condition, code) => {
    const { feeds, refuse } = setUp();
    const items = feeds.items(WEATHER, 20);
    refuse(condition);
    await expect(items).rejects.toMatchObject({ code });
  });

  it('that the policy does not name is asked nothing', async () => {
    const { feeds, sent } = setUp();
    const elsewhere = { service: 'chat.mil' as BareJid, node: 'weather' };
    await expect(feeds.list(elsewhere.service)).rejects.toMatchObject({ code: 'FEEDS_OFF' });
    await expect(feeds.items(elsewhere, 1)).rejects.toMatchObject({ code: 'FEEDS_OFF' });
    await expect(feeds.subscribe(elsewhere)).rejects.toMatchObject({ code: 'FEEDS_OFF' });
    expect(sent).toEqual([]);
  });
});

describe('a subscription', () => {
  it('is of the account, made and ended', async () => {
    const { feeds, answer, sent } = setUp();
    const made = feeds.subscribe(WEATHER);
    answer(pubsub("<subscription node='weather' jid='alice@chat.mil' subscription='pending'/>"));
    expect(await made).toBe('pending');
    const silent = feeds.subscribe(WEATHER);
    answer('');
    expect(await silent).toBe('subscribed');
    const ended = feeds.unsubscribe(WEATHER);
    answer('');
    await ended;
    expect(asked(sent)).toEqual([
      '<pubsub xmlns="http://jabber.org/protocol/pubsub"><subscribe node="weather" jid="alice@chat.mil"/></pubsub>',
      '<pubsub xmlns="http://jabber.org/protocol/pubsub"><subscribe node="weather" jid="alice@chat.mil"/></pubsub>',
      '<pubsub xmlns="http://jabber.org/protocol/pubsub"><unsubscribe node="weather" jid="alice@chat.mil"/></pubsub>',
    ]);
  });

  it.each(['unexpected-request', 'item-not-found'])('that is not there is ended: %s', async (condition) => {
    const { feeds, refuse } = setUp();
    const ended = feeds.unsubscribe(WEATHER);
    refuse(condition);
    await expect(ended).resolves.toBeUndefined();
  });

  it('is known by the service; those of others are nobody’s business', async () => {
    const { feeds, answer } = setUp();
    const known = feeds.subscriptions(SERVICE);
    answer(
      pubsub(
        "<subscriptions><subscription node='weather' jid='alice@chat.mil' subscription='subscribed'/><subscription node='x' jid='bob@chat.mil' subscription='subscribed'/><subscription node='y' jid='alice@chat.mil' subscription='none'/></subscriptions>",
      ),
    );
    expect(await known).toEqual([
      { node: 'weather', state: 'subscribed' },
      { node: 'y', state: 'none' },
    ]);
  });

  it('is decided about by the service', () => {
    const { receive, decisions } = setUp();
    expect(
      receive(event("<subscription node='weather' jid='alice@chat.mil' subscription='subscribed'/>")),
    ).toBe(true);
    receive(event("<subscription node='weather' jid='bob@chat.mil' subscription='none'/>"));
    expect(decisions).toEqual([[SERVICE, { node: 'weather', state: 'subscribed' }]]);
  });
});

describe('what is published', () => {
  it('is read in its order, with what can be shown of it', async () => {
    const { feeds, answer, sent } = setUp();
    const items = feeds.items(WEATHER, 2);
    answer(
      pubsub(
        `<items node='weather'><item id='old'>${entry('Old')}</item><item id='a'>${entry('A')}</item><item id='b'><thing xmlns='urn:other'/></item></items>`,
      ),
    );
    expect(await items).toMatchObject([
      { id: 'a', title: 'A', text: '', dated: false },
      { id: 'b', title: '', other: true },
    ]);
    expect(asked(sent)).toEqual([
      '<pubsub xmlns="http://jabber.org/protocol/pubsub"><items node="weather" max_items="2"/></pubsub>',
    ]);
  });

  it('of another node is no answer', async () => {
    const { feeds, answer } = setUp();
    const items = feeds.items(WEATHER, 20);
    answer(pubsub(`<items node='other'><item id='a'>${entry('A')}</item></items>`));
    expect(await items).toEqual([]);
  });

  it('is told, taken back, purged and deleted', () => {
    const { receive, changes } = setUp();
    receive(event(`<items node='weather'><item id='a'>${entry('A')}</item><retract id='b'/></items>`));
    receive(event("<purge node='weather'/>"));
    receive(event("<delete node='weather'/>"));
    expect(changes).toMatchObject([
      { ...WEATHER, published: [{ id: 'a', title: 'A', dated: true }], retracted: ['b'], emptied: undefined },
      { ...WEATHER, published: [], retracted: [], emptied: 'purged' },
      { ...WEATHER, published: [], retracted: [], emptied: 'deleted' },
    ]);
  });

  it('by others than the service is told to nobody', () => {
    const { receive, changes } = setUp();
    for (const from of ['bob@chat.mil/x', 'chat.mil', 'evil.example', 'ops@rooms.chat.mil']) {
      expect(receive(event(`<items node='weather'><item id='a'>${entry('A')}</item></items>`, from))).toBe(
        false,
      );
    }
    expect(changes).toEqual([]);
  });

  it('by this user is an entry', async () => {
    const { feeds, answer, sent } = setUp();
    const published = feeds.publish(WEATHER, {
      title: 'Flood',
      text: 'x',
      author: 'Alice',
      label: undefined,
    });
    answer(pubsub("<publish node='weather'><item id='id-1'/></publish>"));
    await published;
    expect(asked(sent)[0]).toMatch(
      /^<pubsub xmlns="http:\/\/jabber\.org\/protocol\/pubsub"><publish node="weather"><item id="id-1"><entry xmlns="http:\/\/www\.w3\.org\/2005\/Atom"><title>Flood<\/title>.*<id>urn:sallyport:notice:id-1<\/id>/,
    );
    const off = scriptedExtensions({ feeds: { ...POLICY.feeds, publish: false } });
    await expect(
      off.extensions.feeds.publish(WEATHER, { title: 'x', text: '', author: '', label: undefined }),
    ).rejects.toMatchObject({ code: 'FEED_PUBLISH_OFF' });
  });

  it('ends somewhere', async () => {
    const { feeds, answer } = setUp();
    const page = feeds.list(SERVICE);
    const many = Array.from({ length: 300 }, (_, at) => `<item jid='feeds.chat.mil' node='n${at}'/>`).join(
      '',
    );
    answer(`<query xmlns='http://jabber.org/protocol/disco#items'>${many}</query>`);
    expect((await page).feeds).toHaveLength(FEED_LIMITS.page);
  });
});
