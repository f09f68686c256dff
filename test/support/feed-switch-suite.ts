/** What administrators do about feeds (server/kit/README.md), the same on both servers: off and on, and notices taken away. */
import { expect, it } from 'vitest';
import type { ProsodyServer } from '../../build/site/prosody.ts';
import { PERSON_NODE } from '../../src/shared/feed-contract.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import {
  answerTo,
  feedRecords,
  feedServiceOf,
  feedsOf,
  published,
  publishOptions,
  WEATHER,
} from './feed-suite.ts';
import type { RawXmpp } from './raw-xmpp.ts';
import { type ServerTool, serverTool } from './server-tool.ts';
import { type Analyst, until } from './xmpp-analyst.ts';

export interface SwitchedFeeds {
  readonly engine: 'prosody' | 'ejabberd';
  /** There once the tests run. */
  readonly server: () => ProsodyServer;
  readonly signIn: (account: string) => Promise<Analyst>;
  /** Alice, who publishes, with a client that obeys no rule. */
  readonly lawless: () => Promise<RawXmpp>;
}

const said = (title: string) => ({ title, text: 'All of it', author: 'Alice', label: undefined });

/** Defines the tests; {@link WEATHER} is among the site's feeds. */
export function testSwitchedFeeds({ engine, server, signIn, lawless }: SwitchedFeeds): void {
  const tool = (): ServerTool => serverTool(server(), {}, engine);
  const last = () => feedRecords(server()).at(-1);

  it.each(['the administrators’', 'a person’s own'])(
    'are switched off and on again, and a notice is taken away for good, on record: %s',
    async (whose) => {
      const [alice, bob, raw] = [await signIn('alice'), await signIn('bob'), await lawless()];
      const isOwn = whose !== 'the administrators’';
      const feed = isOwn
        ? { service: alice.jid as BareJid, node: PERSON_NODE }
        : { service: feedServiceOf(server()), node: WEATHER.node };
      const name = isOwn ? alice.jid : feed.node;
      const back: string[] = [];
      const came = published(bob);
      feedsOf(bob).events.on('change', ({ retracted }) => back.push(...retracted));
      await feedsOf(alice).publish(feed, said('First'));
      await feedsOf(bob).subscribe(feed);
      await feedsOf(alice).publish(feed, said('Wrong'));
      const { id } = await until('the notice', () => came.find(({ title }) => title === 'Wrong'));
      expect(last()).toMatchObject({ id, subscribers: 1 });

      const takeAway = (reason: string) =>
        tool().run('take-notice', '--feed', name, '--id', id, '--reason', reason);
      expect(await takeAway('spillage')).toMatchObject({
        code: 0,
        out: 'The notice is taken away; the server confirmed it.\n',
      });
      await until('that it is gone', () => back.includes(id));
      const titles = async () => (await feedsOf(bob).items(feed, 20)).map(({ title }) => title);
      expect((await titles()).at(-1)).toBe('First');
      expect(last()).toMatchObject({ from: server().domain, to: feed.service, feed: feed.node, id });
      expect(last()).not.toHaveProperty('payloads');
      expect(await tool().records('events', '--event', 'admin.notice')).toContainEqual(
        expect.objectContaining({ feed: name, id, reason: 'spillage' }),
      );
      const ask = (type: string, wish: string) =>
        answerTo(
          raw,
          't',
          `<iq type='${type}' id='t' to='${feed.service}'><pubsub xmlns='http://jabber.org/protocol/pubsub'>${wish}</pubsub></iq>`,
        );
      const item = `<item id='${id}'><entry xmlns='http://www.w3.org/2005/Atom'><title>Wrong</title></entry></item>`;
      const options = isOwn ? publishOptions('presence') : '';
      expect(await ask('set', `<publish node='${feed.node}'>${item}</publish>${options}`)).toContain(
        'This notice was taken away',
      );
      // Nor without one, by which nobody could take it away.
      const nameless = item.replace(` id='${id}'`, '');
      expect(await ask('set', `<publish node='${feed.node}'>${nameless}</publish>${options}`)).toContain(
        'not-allowed',
      );
      expect((await takeAway('again')).out).toBe('The server has no such notice any more.\n');

      // As long as a name is that a server refuses together with all else that the switch says.
      expect((await tool().run('off', '--feed', 'ä'.repeat(512), '--reason', 'too long')).code).toBe(2);
      const off = await tool().run('off', '--feed', name, '--reason', 'under review');
      expect(off).toMatchObject({ code: 0, err: '' });
      expect((await tool().run('status')).out).toContain(`feeds off  ${name}`);
      const before = feedRecords(server()).length;
      for (const refused of [
        () => feedsOf(alice).publish(feed, said('More')),
        () => feedsOf(bob).items(feed, 20),
        () => feedsOf(bob).subscribe(feed),
      ])
        await expect(refused()).rejects.toMatchObject({ code: 'FEED_FORBIDDEN' });
      expect(await ask('get', `<items node='${feed.node}'><item id='${id}'/></items>`)).toContain(
        'This feed is switched off',
      );
      expect(feedRecords(server())).toHaveLength(before);

      expect((await tool().run('on', '--feed', name)).code).toBe(0);
      await feedsOf(alice).publish(feed, said('Back'));
      await until('the notice', () => came.some(({ title }) => title === 'Back'));
      expect((await titles()).slice(-2)).toEqual(['First', 'Back']);
      await feedsOf(bob).unsubscribe(feed);
      raw.close();
    },
  );

  it('are rid of a notice that was taken away while the server was down, and its id is not used again', async () => {
    const alice = await signIn('alice');
    const mine = { service: alice.jid as BareJid, node: PERSON_NODE };
    await feedsOf(alice).publish(mine, said('Wrong too'));
    const { id = '' } = (await feedsOf(alice).items(mine, 20)).at(-1) ?? {};
    await server().stop();
    const asked = tool().run('take-notice', '--feed', alice.jid, '--id', id, '--reason', 'spillage');
    await server().start();
    // It may have given up waiting by now; the server does it all the same.
    expect([0, 3]).toContain((await asked).code);
    const again = await signIn('alice');
    const there = async () => (await feedsOf(again).items(mine, 20)).some((item) => item.id === id);
    await expect.poll(there, { timeout: 15_000 }).toBe(false);
  });
}
