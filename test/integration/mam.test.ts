/** The server's archive behind the conversations, against the real Prosody and the real ejabberd. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BareJid } from '../../src/shared/jid.ts';
import { DeskWindow } from '../support/desk-window.ts';
import { startEjabberdSite } from '../support/ejabberd-site.ts';
import { startTestSite, type TestSite, testUser } from '../support/prosody-site.ts';
import { Analyst, until } from '../support/xmpp-analyst.ts';

const USERS = [testUser('alice', 1), testUser('bob', 2), testUser('carol', 3)];
const ACCOUNTS = [
  { account: 'alice', upn: '1000000001@mil' },
  { account: 'bob', upn: '1000000002@mil' },
  { account: 'carol', upn: '1000000003@mil' },
];
const SERVERS: readonly [
  name: string,
  start: () => Promise<TestSite>,
  binding: 'tls-exporter' | 'tls-server-end-point',
][] = [
  [
    'Prosody',
    () =>
      startTestSite({
        users: USERS,
        epochs: [4],
        prosody: { accounts: ACCOUNTS, machines: [{ kid: 'WS-1' }] },
      }),
    'tls-exporter',
  ],
  [
    'ejabberd',
    () =>
      startEjabberdSite({
        users: USERS,
        epochs: [4],
        ejabberd: { accounts: ACCOUNTS, machines: [{ kid: 'WS-1' }] },
      }),
    'tls-server-end-point',
  ],
];

const numbered = (word: string, count: number) => Array.from({ length: count }, (_, n) => `${word} ${n}`);

describe.each(SERVERS)('with %s', (name, start, binding) => {
  let site: TestSite;
  const open: Analyst[] = [];
  const windows: DeskWindow[] = [];

  beforeAll(async () => {
    site = await start();
  });
  afterEach(async () => {
    for (const window of windows.splice(0)) window.desk.close();
    await Promise.all(open.splice(0).map((analyst) => analyst.client.disconnect()));
  });
  afterAll(() => site?.stop());

  function analyst(account: string): Analyst {
    const made = new Analyst(site, account, { lock: { ...site.machine('WS-1', 4), bindings: [binding] } });
    open.push(made);
    return made;
  }

  async function signIn(account: string): Promise<Analyst> {
    const made = analyst(account);
    await made.connect();
    return made;
  }

  async function atDesk(account: string): Promise<Analyst & { readonly window: DeskWindow }> {
    const made = analyst(account);
    const window = new DeskWindow(made.client, site.server.domain);
    windows.push(window);
    await window.connected((await made.connect()).resumed);
    return Object.assign(made, { window });
  }

  const roomJid = (name: string) => `${name}@${site.server.roomService}` as BareJid;

  /** Bob and Alice talk, the one text and then the other's; ends when the last has arrived. */
  async function talk(from: Analyst, to: Analyst, texts: readonly string[]): Promise<void> {
    const ids = texts.map((text) => from.client.sendMessage(to.jid, text).id);
    await from.reached(ids.at(-1) ?? '', 'delivered');
  }

  it('shows what was said before the sign-in, both ways, page by page, once and in order', async () => {
    const [bob, before] = [await signIn('bob'), await signIn('alice')];
    await talk(bob, before, numbered('from bob', 70));
    await talk(before, bob, numbered('from alice', 50));
    await before.client.disconnect();
    const alice = await atDesk('alice');
    await alice.window.settled();
    expect(alice.window.messages(bob.jid)).toEqual([]);
    expect(await alice.window.toTheStart(bob.jid)).toBeGreaterThan(2);
    expect(alice.window.bodies(bob.jid)).toEqual([
      ...numbered('from bob', 70),
      ...numbered('from alice', 50),
    ]);
    const messages = alice.window.messages(bob.jid);
    expect(messages.map(({ direction }) => direction)).toEqual([
      ...Array(70).fill('in'),
      ...Array(50).fill('out'),
    ]);
    // ejabberd archives no receipts.
    const state = name === 'Prosody' ? 'delivered' : 'stored';
    expect(new Set(messages.slice(70).map(({ delivery }) => delivery))).toEqual(new Set([state]));
    expect(messages.every(({ delayed }) => !delayed)).toBe(true);
    expect(alice.window.state.summaries.get(bob.jid)?.unread).toBe(0);
  });

  it('goes on above what came while signed in, and shows nothing twice', async () => {
    const bob = await signIn('bob');
    const carol = await atDesk('carol');
    const texts = numbered('live', 45);
    await carol.window.command({
      type: 'send-message',
      conversation: bob.jid,
      kind: 'contact',
      body: 'first',
    });
    await until('first', () => bob.bodies(carol.jid).includes('first'));
    await talk(bob, carol, texts);
    await carol.window.toTheStart(bob.jid);
    expect(carol.window.bodies(bob.jid)).toEqual(['first', ...texts]);
  });

  it('shows a room’s past beyond what the room tells by itself', async () => {
    const room = roomJid('past');
    const bob = await signIn('bob');
    await bob.join(room);
    const said = numbered('report', 150);
    const ids = said.map((text) => bob.client.sendRoomMessage(room, text).id);
    await bob.reached(ids.at(-1) ?? '', 'stored');
    const alice = await atDesk('alice');
    await alice.join(room);
    await until('the room’s own history', () => alice.window.bodies(room).includes('report 149'));
    await alice.window.toTheStart(room);
    expect(alice.window.bodies(room)).toEqual(said);
    expect(alice.window.messages(room).every(({ sender }) => sender === 'bob')).toBe(true);
  });

  it('fills what another machine of the account got while this one was away', async () => {
    const bob = await signIn('bob');
    const alice = await atDesk('alice');
    await talk(bob, alice, ['before']);
    await alice.window.settled();
    const laptop = await signIn('alice');
    await alice.client.disconnect();
    await talk(bob, laptop, numbered('meanwhile', 60));
    const own = laptop.client.sendMessage(bob.jid, 'answered on the laptop');
    await laptop.reached(own.id, 'delivered');
    await alice.window.connected((await alice.connect()).resumed);
    await alice.window.backTo(bob.jid, 'before');
    bob.client.sendMessage(alice.jid, 'after');
    await until('the gap', () => alice.window.bodies(bob.jid).length === 63);
    expect(alice.window.bodies(bob.jid)).toEqual([
      'before',
      ...numbered('meanwhile', 60),
      'answered on the laptop',
      'after',
    ]);
    expect(alice.window.state.summaries.get(bob.jid)?.unread).toBe(62);
    expect(alice.window.messages(bob.jid).some(({ gapAfter }) => gapAfter !== undefined)).toBe(false);
  });

  it('loses nothing over a restart of the server while others write', async () => {
    const room = roomJid('restart');
    const [bob, alice] = [await signIn('bob'), await atDesk('alice')];
    await bob.join(room);
    await alice.join(room);
    const texts: string[] = [];
    const say = (text: string): string => {
      texts.push(text);
      bob.client.sendMessage(alice.jid, text);
      return bob.client.sendRoomMessage(room, text).id;
    };
    for (const text of numbered('before', 10)) say(text);
    await until('before', () => alice.window.bodies(room).length === 10);
    const restarted = site.server.restart();
    await until('closed', () => alice.closed.length === 1 && bob.closed.length === 1);
    await restarted;
    await bob.reconnect();
    await until('bob in the room', () => bob.room(room)?.state === 'joined');
    const last = numbered('meanwhile', 90).map(say).at(-1) ?? '';
    await bob.reached(last, 'stored');
    await alice.window.connected((await alice.reconnect()).resumed);
    await alice.window.backTo(bob.jid, 'before 0');
    await alice.window.backTo(room, 'before 0');
    await until('alice in the room', () => alice.room(room)?.state === 'joined');
    await bob.reached(say('after'), 'stored');
    await until('all direct', () => alice.window.bodies(bob.jid).length >= texts.length);
    await until('all in the room', () => alice.window.bodies(room).length >= texts.length);
    await alice.window.settled();
    expect(alice.window.bodies(room)).toEqual(texts);
    expect(alice.window.bodies(bob.jid)).toEqual(texts);
  });

  it('tells why where there is no archive: a room the user is not in', async () => {
    const alice = await atDesk('alice');
    expect(await alice.window.older(roomJid('elsewhere'))).toMatchObject({
      ok: false,
      error: { code: 'NOT_CONNECTED' },
    });
  });

  it('is searched by words, in the own archive and in rooms, and opens at what was found', async () => {
    const room = roomJid('sought');
    const [bob, before] = [await signIn('bob'), await signIn('carol')];
    await before.join(room);
    await bob.join(room);
    await talk(bob, before, numbered('early', 60));
    await talk(bob, before, ['The KESTREL convoy is late', 'Ångström passed']);
    await talk(bob, before, numbered('late', 60));
    const said = (text: string) => {
      const { id } = bob.client.sendRoomMessage(room, text);
      return bob.reached(id, 'stored');
    };
    await said('a kestrel over the convoys');
    await said('nothing of it');
    await before.client.disconnect();
    const carol = await atDesk('carol');
    await carol.join(room);
    await carol.window.settled();
    const search = async (query: string) => {
      const found: string[] = [];
      let archives: unknown;
      for (let from: number | undefined, steps = 0; steps < 10; steps += 1) {
        const reply = await carol.window.command({
          type: 'search-server',
          query,
          ...(from === undefined ? {} : { from }),
        });
        if (!reply.ok) throw new Error(reply.error.code);
        found.push(...(reply.search?.hits ?? []).map(({ message }) => message.body));
        archives = reply.search?.archives;
        from = reply.search?.next;
        if (from === undefined) break;
      }
      return { found, archives };
    };
    expect(await search('kestrel convoy')).toEqual({
      found: ['The KESTREL convoy is late', 'a kestrel over the convoys'],
      archives: { total: 2, asked: 2, silent: 0 },
    });
    expect((await search('"kestrel convoy" ')).found).toEqual(['The KESTREL convoy is late']);
    expect((await search('ångström ')).found).toEqual(['Ångström passed']);
    expect((await search('kestrel* in:sought')).found).toEqual(['a kestrel over the convoys']);
    expect((await search('kestrel from:nobody')).found).toEqual([]);
    expect((await search('kestrel before:2020-01-01')).found).toEqual([]);
    expect((await search('early* in:bob')).found).toHaveLength(60);

    // It opens there, with what was said around it, and reads on until it meets the newest.
    const reply = await carol.window.command({ type: 'search-server', query: 'kestrel late' });
    const hit = reply.ok ? reply.search?.hits[0] : undefined;
    const opened = await carol.window.command({
      type: 'open-at',
      conversation: bob.jid,
      id: hit?.message.id ?? '',
    });
    if (!opened.ok) throw new Error(opened.error.code);
    const all = [
      ...numbered('early', 60),
      'The KESTREL convoy is late',
      'Ångström passed',
      ...numbered('late', 60),
    ];
    const read = (opened.messages ?? []).map(({ id, body }) => ({ id, body }));
    const start = all.indexOf(read[0]?.body ?? '');
    expect(read.findIndex(({ body }) => body.includes('KESTREL'))).toBeGreaterThanOrEqual(10);
    for (let complete = false; !complete; ) {
      const newer = await carol.window.command({
        type: 'load-newer',
        conversation: bob.jid,
        after: read.at(-1)?.id ?? '',
        limit: 100,
      });
      if (!newer.ok) throw new Error(newer.error.code);
      read.push(...(newer.messages ?? []));
      complete = newer.complete === true;
    }
    expect(read.map(({ body }) => body)).toEqual(all.slice(start));
  });

  it('lets nobody search an archive that is not theirs, or a room that they are not in', async () => {
    const room = roomJid('closed');
    const alice = await signIn('alice');
    await alice.join(room);
    alice.client.sendRoomMessage(room, 'between us');
    const raw = await site.connect(site.card('carol'));
    await raw.passLock(site.machine('WS-1', 4), binding);
    await raw.external();
    await raw.bind('eve');
    const ask = async (id: string, to: string, word: string) => {
      raw.send(
        `<iq type='set' id='${id}'${to === '' ? '' : ` to='${to}'`}><query xmlns='urn:xmpp:mam:2' queryid='q'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value></field><field var='{urn:xmpp:fulltext:0}fulltext'><value>${word}</value></field></x><set xmlns='http://jabber.org/protocol/rsm'><max>5</max><before/></set></query></iq>`,
      );
      return raw.take(new RegExp(`<iq[^>]* id='${id}'.*?</iq>`, 's'));
    };
    expect(await ask('s1', room, 'between')).toContain('forbidden');
    expect(await ask('s2', `alice@${site.server.domain}`, 'between')).toContain("type='error'");
    expect(await ask('s3', '', 'between')).toContain('<fin');
    for (const [n, word] of ['', ' ', 'x', 'y'.repeat(600)].entries())
      expect(await ask(`bad${n}`, '', word), word).toContain('bad-request');
    raw.close();
  });

  it('bounds what a client may ask: a page whatever it calls one, no search without a form, and not one upon another', async () => {
    const raw = await site.connect(site.card('carol'));
    await raw.passLock(site.machine('WS-1', 4), binding);
    await raw.external();
    await raw.bind('eager');
    raw.send('<presence/>');
    const me = `carol@${site.server.domain}`;
    for (let n = 0; n < 4; n += 1)
      raw.send(`<message type='chat' to='${me}' id='p${n}'><body>plentiful ${n}</body></message>`);
    await raw.take(/plentiful 3/);
    const field = `<field var='{urn:xmpp:fulltext:0}fulltext'><value>plentiful</value></field>`;
    const form = `<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value></field>${field}</x>`;
    const send = (id: string, asked: string, max: string) =>
      raw.send(
        `<iq type='set' id='${id}'><query xmlns='urn:xmpp:mam:2' queryid='q'>${asked}<set xmlns='http://jabber.org/protocol/rsm'><max>${max}</max><before/></set></query></iq>`,
      );
    const answer = (id: string) => raw.take(new RegExp(`<iq[^>]* id='${id}'.*?</iq>`, 's'));
    const before = raw.received.length;
    send('half', form, '1.5');
    // ejabberd takes whole numbers alone
    expect(await answer('half')).toContain(name === 'Prosody' ? '<fin' : 'bad-request');
    expect(raw.received.slice(before).split('<result').length - 1).toBeLessThanOrEqual(1);
    send('bare', field, '5');
    expect(await answer('bare')).toContain(name === 'Prosody' ? 'bad-request' : '<fin');
    for (let n = 0; n < 200; n += 1) send(`t${n}`, form, '1');
    expect(await answer('t0')).toContain('<fin');
    expect(await answer('t199')).toContain('resource-constraint');
    raw.close();
  });
});
