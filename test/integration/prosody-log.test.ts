/** The server's message log and audit log on the real Prosody: what is in them, what is not, searching and keeping them. */
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testRetention } from '../support/log-retention-suite.ts';
import { boundStream, DOMAIN, startTestSite, type TestSite, testUser } from '../support/prosody-site.ts';
import type { RawXmpp } from '../support/raw-xmpp.ts';
import { type ServerTool, serverTool } from '../support/server-tool.ts';

let site: TestSite;
let tool: ServerTool;
const ALICE = `alice@${DOMAIN}`;
const BOB = `bob@${DOMAIN}`;
const DAY_MS = 86_400_000;

beforeAll(async () => {
  site = await startTestSite({
    users: [testUser('alice', 1), testUser('bob', 2), testUser('mallory', 3)],
    epochs: [1],
    prosody: {
      accounts: [
        { account: 'alice', upn: '1000000001@mil' },
        { account: 'bob', upn: '1000000002@mil' },
      ],
      machines: [{ kid: 'WS-1' }, { kid: 'WS-2' }],
      admins: [ALICE],
    },
  });
  tool = serverTool(site.server);
});
afterAll(() => site?.stop());

async function bound(account: string, kid: string): Promise<RawXmpp> {
  const client = await boundStream(site, account, 'log', kid);
  client.send('<presence/>');
  await client.take(/<presence [^>]*from=/);
  return client;
}

const messages = () => site.server.records('messages');
const byId = (id: string) => messages().find((record) => record.id === id);

describe('the message log', () => {
  it('has a message between two people, with both machines’ clock beaten by the server’s', async () => {
    const alice = await bound('alice', 'WS-1');
    const bob = await bound('bob', 'WS-2');
    const before = new Date().toISOString();
    alice.send(
      `<message type='chat' to='${BOB}' id='m1'><body>the “gate” is\nopen 🚪</body>` +
        "<securitylabel xmlns='urn:xmpp:sec-label:0'><displaymarking>SECRET</displaymarking><label><id>s</id></label></securitylabel>" +
        "<delay xmlns='urn:xmpp:delay' stamp='2001-01-01T00:00:00Z'/><request xmlns='urn:xmpp:receipts'/></message>",
    );
    await bob.take(/open 🚪/);
    const record = byId('m1');
    expect(record).toMatchObject({
      type: 'chat',
      from: ALICE,
      to: BOB,
      body: 'the “gate” is\nopen 🚪',
      label: 'SECRET',
      machine: 'WS-1',
    });
    expect(record?.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(String(record?.time) >= before).toBe(true);
    expect(String(record?.payloads)).toContain('securitylabel');
    expect(String(record?.payloads)).not.toContain('2001-01-01');
    expect(messages().filter(({ id }) => id === 'm1')).toHaveLength(1);
    alice.close();
    bob.close();
  });

  it('has what carries content in another way than a body, and not what carries none', async () => {
    const alice = await bound('alice', 'WS-1');
    const to = `type='chat' to='${BOB}'`;
    alice.send(`<message ${to} id='s1'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>`);
    alice.send(`<message ${to} id='s2'><received xmlns='urn:xmpp:receipts' id='x'/></message>`);
    alice.send(`<message ${to} id='c1'><smuggle xmlns='urn:example:x'>payload</smuggle></message>`);
    alice.send(`<message ${to} id='c2'><subject>only a subject</subject></message>`);
    alice.send(`<message to='${BOB}/nowhere' id='c3'><body>to a resource</body></message>`);
    alice.send("<message id='c4'><body>to myself</body></message>");
    await alice.settled();
    expect(byId('s1')).toBeUndefined();
    expect(byId('s2')).toBeUndefined();
    expect(byId('c1')?.payloads).toContain('payload');
    expect(byId('c2')).toMatchObject({ subject: 'only a subject' });
    expect(byId('c3')).toMatchObject({ to: BOB, type: 'normal' });
    expect(byId('c4')).toMatchObject({ from: ALICE, to: ALICE });
    alice.close();
  });

  it('is not got past in what seems to carry nothing', async () => {
    const alice = await bound('alice', 'WS-1');
    const to = `type='chat' to='${BOB}'`;
    const hidden = [
      `<message type='error' to='${BOB}' id='h0'><body>hidden</body><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
      `<message ${to} id='h1'><composing xmlns='http://jabber.org/protocol/chatstates'>hidden</composing></message>`,
      `<message ${to} id='h2'><received xmlns='urn:xmpp:receipts' id='x'><a>hidden</a></received></message>`,
      `<message ${to} id='h3'><received xmlns='urn:xmpp:receipts' id='${'hidden'.repeat(200)}'/></message>`,
      `<message ${to} id='h4'><thread>${'hidden '.repeat(20)}</thread></message>`,
      `<message ${to} id='h5'><body>b<b xmlns='urn:example:x'>hidden</b></body></message>`,
      `<message ${to} id='h6'><x xmlns='http://jabber.org/protocol/muc#user'>hidden</x></message>`,
    ];
    for (const message of hidden) alice.send(message);
    await alice.settled();
    for (const [i] of hidden.entries())
      expect([i, JSON.stringify(byId(`h${i}`) ?? '')]).toEqual([i, expect.stringContaining('hidden')]);
    alice.close();
  });

  it('has messages in rooms with the real people, once, and private ones in them', async () => {
    const alice = await bound('alice', 'WS-1');
    const bob = await bound('bob', 'WS-2');
    const room = `watch@${site.server.roomService}`;
    const join = (nick: string) =>
      `<presence to='${room}/${nick}'><x xmlns='http://jabber.org/protocol/muc'/></presence>`;
    alice.send(join('Ghost'));
    await alice.take(/code='110'/);
    bob.send(join('Shade'));
    await bob.take(/code='110'/);
    alice.send(`<message type='groupchat' to='${room}' id='g1'><body>who goes there</body></message>`);
    await bob.take(/who goes there/);
    bob.send(`<message type='chat' to='${room}/Ghost' id='p1'><body>only you</body></message>`);
    await alice.take(/only you/);
    expect(messages().filter(({ id }) => id === 'g1')).toHaveLength(1);
    expect(byId('g1')).toMatchObject({
      type: 'groupchat',
      room,
      from: ALICE,
      nick: 'Ghost',
      machine: 'WS-1',
      archiveId: expect.any(String),
    });
    expect(messages().filter(({ id }) => id === 'p1')).toHaveLength(1);
    expect(byId('p1')).toMatchObject({
      type: 'private',
      room,
      from: BOB,
      to: ALICE,
      nick: 'Shade',
      toNick: 'Ghost',
    });
    // Who is asked in through the room, who would not come, and what they say to it.
    const through = (id: string, what: string, to: string, reason: string) =>
      `<message to='${room}' id='${id}'><x xmlns='http://jabber.org/protocol/muc#user'><${what} to='${to}'><reason>${reason}</reason></${what}></x></message>`;
    alice.send(through('i1', 'invite', BOB, 'the relay is down'));
    await bob.take(/<invite [^>]*>[\s\S]*?the relay is down/);
    expect(messages().filter(({ id }) => id === 'i1')).toEqual([
      expect.objectContaining({
        type: 'invite',
        room,
        from: ALICE,
        to: BOB,
        reason: 'the relay is down',
        machine: 'WS-1',
      }),
    ]);
    bob.send(through('d1', 'decline', `${room}/Ghost`, 'on the phone'));
    await alice.take(/<decline [^>]*>[\s\S]*?on the phone/);
    expect(byId('d1')).toMatchObject({
      type: 'decline',
      room,
      from: BOB,
      to: ALICE,
      reason: 'on the phone',
      machine: 'WS-2',
    });
    alice.send(through('i2', 'invite', BOB, '').replace('</message>', '<body>said past it</body></message>'));
    await bob.take(/said past it/);
    expect(byId('i2')).toMatchObject({ type: 'invite', body: 'said past it' });
    // A drawing is logged with what it draws, and nobody but a moderator empties a whiteboard.
    const draw = (id: string, body: string, operation: string) =>
      `<message type='groupchat' to='${room}' id='${id}'><body>[whiteboard] ${body}</body><board xmlns='urn:sallyport:whiteboard:0'>${operation}</board></message>`;
    bob.send(draw('w1', '1 line', "<line id='a' colour='red' width='thin' from='0,0' to='9,9'/>"));
    await alice.take(/<line [^>]*to='9,9'/);
    expect(byId('w1')).toMatchObject({ room, from: BOB, body: '[whiteboard] 1 line' });
    expect(byId('w1')?.payloads).toContain("to='9,9'");
    bob.send(draw('w2', 'cleared', '<clear/>'));
    expect(await bob.take(/<message [^>]*id='w2'[\s\S]*?<\/message>/)).toContain('forbidden');
    expect(byId('w2')).toBeUndefined();
    alice.send(draw('w3', 'cleared', '<clear/>'));
    await bob.take(/<clear\/>/);
    expect(byId('w3')).toMatchObject({ room, from: ALICE });
    alice.close();
    bob.close();
  });

  it('has no message of somebody who is not in the room, and none that the receiver has blocked', async () => {
    const bob = await bound('bob', 'WS-2');
    bob.send(
      `<message type='groupchat' to='watch@${site.server.roomService}' id='n1'><body>x</body></message>`,
    );
    expect(await bob.take(/<message [^>]*type='error'/)).toBeTruthy();
    bob.send(
      `<iq type='set' id='block'><block xmlns='urn:xmpp:blocking'><item jid='${ALICE}'/></block></iq>`,
    );
    await bob.take(/<iq [^>]*id='block'[^>]*\/>/);
    bob.send(`<message type='chat' to='${ALICE}' id='n2'><body>x</body></message>`);
    await bob.settled();
    expect(byId('n1')).toBeUndefined();
    expect(byId('n2')).toBeUndefined();
    bob.send("<iq type='set' id='unblock'><unblock xmlns='urn:xmpp:blocking'/></iq>");
    await bob.take(/<iq [^>]*id='unblock'[^>]*\/>/);
    bob.close();
  });

  it('belongs to the server alone', () => {
    const names = readdirSync(site.server.logDirectory);
    expect(names.some((name) => name.startsWith('messages-'))).toBe(true);
    for (const name of names) {
      expect(statSync(join(site.server.logDirectory, name)).mode & 0o777, name).toBe(0o600);
    }
  });

  it('goes on behind the half line that a power cut left', async () => {
    await site.server.stop();
    const path = join(site.server.logDirectory, `messages-${new Date().toISOString().slice(0, 10)}.ndjson`);
    const whole = readFileSync(path, 'utf8');
    writeFileSync(path, `${whole}{"time":"2026-`);
    await site.server.start();
    const alice = await bound('alice', 'WS-1');
    alice.send(`<message type='chat' to='${BOB}' id='t1'><body>after the cut</body></message>`);
    await alice.settled();
    const found = await tool.records('search', '--word', 'after the cut');
    expect(found).toMatchObject([{ id: 't1' }]);
    writeFileSync(path, readFileSync(path, 'utf8').replace('{"time":"2026-\n', ''));
    alice.close();
  });
});

describe('when the logs cannot be written', () => {
  it('messages are refused, nobody signs in, and both work again afterwards', async () => {
    const alice = await bound('alice', 'WS-1');
    const bob = await bound('bob', 'WS-2');
    const room = `watch@${site.server.roomService}`;
    alice.send(`<presence to='${room}/A'><x xmlns='http://jabber.org/protocol/muc'/></presence>`);
    await alice.take(/code='110'/);
    // A new directory in the place of the log's, which the server may not write to, and files of a new day.
    await site.server.stop();
    const directory = site.server.logDirectory;
    renameSync(directory, `${directory}-aside`);
    mkdirSync(directory, { mode: 0o500 });
    chmodSync(directory, 0o500);
    await site.server.start();
    const late = await site.connect(site.card('alice'));
    await late.passLock(site.machine('WS-1', 1));
    expect(await late.external()).toContain('<temporary-auth-failure/>');
    expect(site.server.log()).toContain('the audit log cannot be written');
    rmdirSync(directory);
    renameSync(`${directory}-aside`, directory);
    await bound('alice', 'WS-1');
    alice.close();
    bob.close();
  });

  it('a message is refused to its sender and not delivered, between people and in rooms', async () => {
    const alice = await bound('alice', 'WS-1');
    const bob = await bound('bob', 'WS-2');
    const room = `full@${site.server.roomService}`;
    for (const [client, nick] of [
      [alice, 'A'],
      [bob, 'B'],
    ] as const) {
      client.send(`<presence to='${room}/${nick}'><x xmlns='http://jabber.org/protocol/muc'/></presence>`);
      await client.take(/code='110'/);
    }
    await site.server.restart();
    const path = join(site.server.logDirectory, `messages-${new Date().toISOString().slice(0, 10)}.ndjson`);
    // Readable by others: the log refuses to write where others may look.
    chmodSync(path, 0o644);
    const sender = await bound('alice', 'WS-1');
    const receiver = await bound('bob', 'WS-2');
    for (const [client, nick] of [
      [sender, 'A'],
      [receiver, 'B'],
    ] as const) {
      client.send(`<presence to='${room}/${nick}'><x xmlns='http://jabber.org/protocol/muc'/></presence>`);
      await client.take(/code='110'/);
    }
    sender.send(`<message type='chat' to='${BOB}' id='f1'><body>unlogged</body></message>`);
    expect(await sender.take(/<message [^>]*id='f1'.*?<\/message>/s)).toContain('internal-server-error');
    sender.send(`<message type='groupchat' to='${room}' id='f2'><body>unlogged</body></message>`);
    expect(await sender.take(/<message [^>]*id='f2'.*?<\/message>/s)).toContain('internal-server-error');
    sender.send(`<message type='chat' to='${room}/B' id='f3'><body>unlogged</body></message>`);
    expect(await sender.take(/<message [^>]*id='f3'.*?<\/message>/s)).toContain('internal-server-error');
    await receiver.settled();
    expect(receiver.received).not.toContain('unlogged');
    chmodSync(path, 0o600);
    sender.send(`<message type='chat' to='${BOB}' id='f4'><body>logged</body></message>`);
    await receiver.take(/<body>logged<\/body>/);
    sender.close();
    receiver.close();
  });
});

describe('search', () => {
  it.each([
    ['by user', ['--user', 'bob'], ['m1', 'p1'], ['c4']],
    ['by full address', ['--user', BOB], ['m1', 'p1'], ['c4']],
    ['by room', ['--room', 'watch'], ['g1', 'p1'], ['m1']],
    ['by word, whatever its case', ['--word', 'WHO GOES'], ['g1'], ['m1', 'p1']],
    ['by a word with quotation marks', ['--word', '“gate”'], ['m1'], ['g1']],
    ['by user and word', ['--user', 'alice', '--word', 'only you'], ['p1'], ['m1', 'g1']],
    ['since today', ['--since', new Date(Date.now() - DAY_MS).toISOString().slice(0, 10)], ['m1', 'g1'], []],
    [
      'until yesterday',
      ['--until', new Date(Date.now() - DAY_MS).toISOString().slice(0, 10)],
      [],
      ['m1', 'g1'],
    ],
  ])('finds %s', async (_how, args, present, absent) => {
    const ids = (await tool.records('search', ...args)).map(({ id }) => id);
    for (const id of present) expect(ids).toContain(id);
    for (const id of absent) expect(ids).not.toContain(id);
  });

  it('shows text so that it cannot steer a terminal, and is on record itself', async () => {
    const alice = await bound('alice', 'WS-1');
    alice.send(`<message type='chat' to='${BOB}' id='e1'><body>a\u009b31mred\u202eevil</body></message>`);
    await alice.settled();
    const { out } = await tool.run('search', '--word', 'red');
    expect(out).toContain('a\\u009b31mred\\u202eevil');
    expect(out).not.toMatch(/[\u009b\u202e]/);
    const searches = await tool.records('events', '--event', 'admin.search');
    expect(searches.at(-1)).toMatchObject({ query: { word: 'red' }, user: expect.any(String) });
    alice.close();
  });

  it('keeps to its limit and says that there is more', async () => {
    const { out, err } = await tool.run('search', '--limit', '2', '--json');
    expect(out.trim().split('\n')).toHaveLength(2);
    expect(err).toContain('older ones are not shown');
    expect((await tool.run('search', '--limit', '0')).code).toBe(2);
    expect((await tool.run('search', '--since', 'yesterday')).code).toBe(2);
    expect((await tool.run('search', '--since', '2026-13-45')).code).toBe(2);
  });
});

describe('the audit log', () => {
  it('has who came from which machine, who was refused and why, and no message', async () => {
    const bad = await site.connect(site.card('mallory'));
    await bad.passLock(site.machine('WS-1', 1));
    expect(await bad.external()).toContain('<not-authorized/>');
    const wrong = await site.connect(site.card('alice'));
    await expect(wrong.passLock(site.machine('WS-NOBODY', 1))).rejects.toThrow(/refused/);
    const records = site.server.records('audit');
    const has = (fields: object) => expect(records).toContainEqual(expect.objectContaining(fields));
    has({ event: 'lock.verified', machine: 'WS-1', ip: '127.0.0.1', epoch: '1' });
    has({ event: 'lock.refused', machine: 'WS-NOBODY', reason: 'unknown-or-revoked-machine' });
    has({ event: 'sign-in.accepted', user: ALICE, machine: 'WS-1' });
    has({ event: 'sign-in.refused', machine: 'WS-1', condition: 'not-authorized' });
    has({ event: 'session.started', user: ALICE, resource: 'log' });
    has({ event: 'session.ended', user: ALICE });
    has({ event: 'room.created', user: ALICE, room: `watch@${site.server.roomService}` });
    has({ event: 'server.started' });
    const text = JSON.stringify(records);
    for (const secret of ['who goes there', 'only you', 'open 🚪']) expect(text).not.toContain(secret);
    for (const record of records) expect(record.time).toMatch(/\.\d{3}Z$/);
  });

  it('has what room owners do', async () => {
    const alice = await bound('alice', 'WS-1');
    const room = `owned@${site.server.roomService}`;
    alice.send(`<presence to='${room}/A'><x xmlns='http://jabber.org/protocol/muc'/></presence>`);
    await alice.take(/code='110'/);
    const query = (id: string, name: string, inner: string) =>
      `<iq type='set' id='${id}' to='${room}'><query xmlns='http://jabber.org/protocol/muc#${name}'>${inner}</query></iq>`;
    alice.send(query('a1', 'admin', `<item affiliation='member' jid='${BOB}'/>`));
    await alice.take(/<iq [^>]*id='a1'[^>]*/);
    alice.send(query('a2', 'owner', '<destroy><reason>done</reason></destroy>'));
    await alice.take(/<iq [^>]*id='a2'[^>]*/);
    const records = site.server.records('audit');
    expect(records).toContainEqual(
      expect.objectContaining({
        event: 'room.affiliation',
        room,
        subject: BOB,
        affiliation: 'member',
        user: ALICE,
      }),
    );
    expect(records).toContainEqual(
      expect.objectContaining({ event: 'room.destroyed', room, reason: 'done' }),
    );
    alice.close();
  });
});

testRetention(() => site.server);
