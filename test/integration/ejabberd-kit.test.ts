/** The administrators' command on the real ejabberd: the kill switch with live sessions, status, search, events, retention, backup and restore. */
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STAFF, startConsoleBeside } from '../support/console-site.ts';
import { BINDING, type EjabberdSite, startEjabberdSite } from '../support/ejabberd-site.ts';
import { DOMAIN, testUser } from '../support/prosody-site.ts';
import { attribute, type RawXmpp } from '../support/raw-xmpp.ts';
import { type ServerTool, serverTool } from '../support/server-tool.ts';

const ALICE = `alice@${DOMAIN}`;
const BOB = `bob@${DOMAIN}`;
const CAROL = `carol@${DOMAIN}`;
const DAY_MS = 86_400_000;

let site: EjabberdSite;
let tool: ServerTool;

beforeAll(async () => {
  site = await startEjabberdSite({
    users: [testUser('alice', 1), testUser('bob', 2), testUser('carol', 3), ...STAFF],
    epochs: [1],
    ejabberd: {
      accounts: [
        { account: 'alice', upn: '1000000001@mil' },
        { account: 'bob', upn: '1000000002@mil' },
        { account: 'carol', upn: '1000000003@mil' },
      ],
      machines: [{ kid: 'WS-1' }, { kid: 'WS-2' }],
      admins: [ALICE],
    },
  });
  tool = serverTool(site.server, {}, 'ejabberd');
});
afterAll(() => site?.stop());

async function bound(account: string, kid = 'WS-1', resource = 'kit'): Promise<RawXmpp> {
  const client = await site.connect(site.card(account));
  await client.passLock(site.machine(kid, 1), BINDING);
  expect(await client.external(`${account}@${DOMAIN}`)).toContain('<success');
  await client.bind(resource);
  return client;
}

/** A round trip: what was sent before it has been dealt with, and the session is alive. */
async function settled(client: RawXmpp): Promise<void> {
  client.send("<iq type='get' id='settled'><ping xmlns='urn:xmpp:ping'/></iq>");
  expect(await client.take(/<iq [^>]*id='settled'[^>]*\/>/)).toContain("type='result'");
}

describe('the console beside it', () => {
  it('shows who is online, switches, and finds what was written', async () => {
    const beside = await startConsoleBeside(site, { engine: 'ejabberd' });
    try {
      const [oakes, sato] = [await beside.seat('oakes'), await beside.seat('sato')];
      const client = await bound('carol', 'WS-2');
      client.send(`<message to='${BOB}' type='chat' id='c1'><body>said beside the console</body></message>`);
      await settled(client);
      const sessions = async () =>
        (await oakes.ask('GET', '/api/now/sessions?text=carol')).json<{ sessions: object[] }>().sessions;
      await expect
        .poll(sessions, { timeout: 10_000 })
        .toMatchObject([{ user: CAROL, machine: 'WS-2', epoch: 1 }]);
      const words = { words: 'beside console', reason: 'test' };
      const search = async () =>
        (await sato.ask('POST', '/api/records/messages', words)).json<{ records: object[] }>().records;
      await expect.poll(search, { timeout: 10_000 }).toMatchObject([{ from: CAROL, to: BOB }]);
      const position = (to: 'on' | 'off') =>
        oakes.ask('PUT', '/api/switch/user/carol', { position: to, reason: 'test' });
      expect((await position('off')).json()).toMatchObject({ ended: 1 });
      expect(await client.rest()).toContain('<not-authorized ');
      await expect.poll(sessions, { timeout: 10_000 }).toEqual([]);
      expect((await position('on')).status).toBe(200);

      const known = site.machine('WS-1', 1);
      const stranger = { kid: 'WS-1', keys: known.keys.map((key) => ({ ...key, key: new Uint8Array(32) })) };
      await expect((await site.connect(site.card('bob'))).passLock(stranger, BINDING)).rejects.toThrow();
      const other = await site.connect(site.card('bob'));
      await other.passLock(known, BINDING);
      expect(await other.external(ALICE)).toContain('invalid-authzid');
      const counts = async () =>
        (await oakes.ask('GET', '/api/now')).json<{ alarms: { counts: object } }>().alarms.counts;
      await expect.poll(counts, { timeout: 10_000 }).toMatchObject({ impersonation: 2 });
    } finally {
      await beside.stop();
    }
  });
});

describe('the kill switch', () => {
  it('off for everybody ends every session and lets nobody in, not even to the lock; on again all is as before', async () => {
    const live = [await bound('alice'), await bound('bob', 'WS-2')];
    const off = await tool.run('off', '--all', '--reason', 'exercise');
    expect(off).toMatchObject({ code: 0, err: '' });
    expect(off.out).toContain('ended 2 sessions');
    for (const client of live) expect(await client.rest()).toContain('<system-shutdown ');
    const late = await site.connect(site.card('alice'));
    await expect(late.open()).rejects.toThrow(/system-shutdown/);
    expect(late.received).not.toContain('urn:sallyport:lock:1');
    const status = await tool.run('status');
    expect(status.code).toBe(1);
    expect(status.out).toContain('service    OFF');
    expect(await tool.run('on', '--all')).toMatchObject({ code: 0, err: '' });
    await settled(await bound('alice'));
  });

  it('off for a user ends all of that user’s sessions and no others, also one that waits to be resumed', async () => {
    const [one, two] = [await bound('alice', 'WS-1', 'one'), await bound('alice', 'WS-2', 'two')];
    const bob = await bound('bob');
    const sleeping = await bound('alice', 'WS-1', 'sleeping');
    sleeping.send("<enable xmlns='urn:xmpp:sm:3' resume='true'/>");
    const previd = attribute(await sleeping.take(/<enabled [^>]*>/), 'id');
    sleeping.close();
    expect(await tool.run('off', '--user', 'alice', '--reason', 'lost card')).toMatchObject({ code: 0 });
    for (const client of [one, two]) expect(await client.rest()).toContain('<not-authorized ');
    await settled(bob);
    bob.close();
    const refused = await site.connect(site.card('alice'));
    await refused.passLock(site.machine('WS-1', 1), BINDING);
    expect(await refused.external(ALICE)).toContain('<account-disabled/>');
    expect(await tool.run('on', '--user', 'alice')).toMatchObject({ code: 0 });
    const again = await site.connect(site.card('alice'));
    await again.passLock(site.machine('WS-1', 1), BINDING);
    await again.external(ALICE);
    await again.open();
    again.send(`<resume xmlns='urn:xmpp:sm:3' previd='${previd}' h='0'/>`);
    expect(await again.take(/<(?:resumed|failed)[^>]*>/)).toContain('<failed');
    again.close();
  });

  it('off for a machine ends its sessions, whoever sits there, and the lock refuses it until it is on again', async () => {
    const [alice, bob] = [await bound('alice', 'WS-2'), await bound('bob', 'WS-1')];
    expect(await tool.run('off', '--machine', 'WS-2', '--reason', 'seized')).toMatchObject({ code: 0 });
    expect(await alice.rest()).toContain('<policy-violation ');
    await settled(bob);
    bob.close();
    const refused = await site.connect(site.card('alice'));
    await expect(refused.passLock(site.machine('WS-2', 1), BINDING)).rejects.toThrow(/refused/);
    expect(await tool.run('on', '--machine', 'WS-2')).toMatchObject({ code: 0 });
    await settled(await bound('alice', 'WS-2'));
  });

  it('ends a session that the server is stuck with because its client reads nothing', async () => {
    const [carol, bob] = [await bound('carol'), await bound('bob')];
    carol.send('<presence/>');
    await carol.take(/<presence [^>]*from=/);
    carol.stopReading();
    for (let sent = 0; sent < 100; sent += 1) {
      bob.send(`<message type='chat' to='carol@${DOMAIN}'><body>${'x'.repeat(60_000)}</body></message>`);
    }
    await settled(bob);
    expect(await tool.run('off', '--user', 'carol', '--reason', 'silent')).toMatchObject({ code: 0 });
    expect(await site.server.command('user_resources', 'carol', DOMAIN)).toBe('');
    await settled(bob);
    expect(await tool.run('on', '--user', 'carol')).toMatchObject({ code: 0 });
    carol.close();
    bob.close();
  });

  it('is on record: who threw it and why, and which sessions it ended', async () => {
    const thrown = await tool.records('events', '--event', 'admin.switch', '--user', 'alice');
    expect(thrown[0]).toMatchObject({ position: 'off', target: 'user', name: 'alice', reason: 'lost card' });
    const applied = await tool.records('events', '--event', 'switch.applied');
    expect(applied.some(({ service, ended }) => service === 'off' && ended === 2)).toBe(true);
    const ended = await tool.records('events', '--event', 'session.ended', '--user', 'alice');
    expect(ended.map(({ reason }) => reason)).toContain('user-off');
    for (const { server } of [...applied, ...ended]) expect(server).toBe('ejabberd');
    expect(await tool.records('events', '--event', 'lock.refused', '--machine', 'WS-2')).not.toHaveLength(0);
  });
});

describe('status', () => {
  it('says that the server runs, and until when certificate and revocation lists are good', async () => {
    const { code, out } = await tool.run('status');
    expect(code).toBe(0);
    expect(out).toContain(`running, process ${site.server.pid}`);
    expect(out).toMatch(/^good .* certificate of the server$/m);
    expect(out.match(/^good .* revocation list of /gm)).toHaveLength(3);
  });
});

describe('search', () => {
  it('finds messages by person, room and word, and is on record itself', async () => {
    const [alice, bob] = [await bound('alice'), await bound('bob')];
    const room = `search@${site.server.roomService}`;
    alice.send(`<presence to='${room}/A'><x xmlns='http://jabber.org/protocol/muc'/></presence>`);
    await alice.take(/code='201'/);
    alice.send(
      `<iq type='set' id='owner' to='${room}'><query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query></iq>`,
    );
    await alice.take(/<iq [^>]*id='owner'/);
    alice.send(`<message type='chat' to='${BOB}' id='k1'><body>the eagle has landed</body></message>`);
    alice.send(`<message type='groupchat' to='${room}' id='k2'><body>good morning, room</body></message>`);
    bob.send(`<message type='chat' to='${ALICE}' id='k3'><body>nothing to say</body></message>`);
    await settled(alice);
    await settled(bob);
    const ids = async (...query: readonly string[]) =>
      (await tool.records('search', ...query)).map(({ id }) => id).sort();
    expect(await ids('--word', 'EAGLE')).toEqual(['k1']);
    expect(await ids('--room', 'search')).toEqual(['k2']);
    expect(await ids('--user', 'alice')).toEqual(['k1', 'k2', 'k3']);
    expect(await ids('--user', 'bob', '--word', 'to say')).toEqual(['k3']);
    expect(await ids('--user', 'mallory')).toEqual([]);
    expect(await ids('--until', '2026-01-01')).toEqual([]);
    const searches = await tool.records('events', '--event', 'admin.search');
    expect(searches.map(({ query }) => query)).toContainEqual({ word: 'EAGLE' });
    for (const client of [alice, bob]) client.close();
  });
});

describe('whiteboards', () => {
  it('are logged with what is drawn, and emptied by moderators alone', async () => {
    const [alice, bob] = [await bound('alice'), await bound('bob')];
    const room = `board@${site.server.roomService}`;
    const enter = (nick: string) =>
      `<presence to='${room}/${nick}'><x xmlns='http://jabber.org/protocol/muc'/></presence>`;
    alice.send(enter('A'));
    await alice.take(/code='201'/);
    alice.send(
      `<iq type='set' id='owner' to='${room}'><query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query></iq>`,
    );
    await alice.take(/<iq [^>]*id='owner'/);
    bob.send(enter('B'));
    await bob.take(/code='110'/);
    const draw = (id: string, body: string, operation: string) =>
      `<message type='groupchat' to='${room}' id='${id}'><body>[whiteboard] ${body}</body><board xmlns='urn:sallyport:whiteboard:0'>${operation}</board></message>`;
    const byId = (id: string) => site.server.records('messages').find((record) => record.id === id);
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
    for (const client of [alice, bob]) client.close();
  });
});

describe('retention', () => {
  it('deletes what is old, keeps what is on hold and what the server writes today', async () => {
    const day = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
    const old = join(site.server.logDirectory, `messages-${day(40)}.ndjson`);
    const line = (from: string) =>
      `${JSON.stringify({ time: `${day(40)}T09:00:00.000Z`, type: 'chat', from, to: BOB, body: 'x' })}\n`;
    writeFileSync(old, line(ALICE) + line(`mallory@${DOMAIN}`));
    const today = site.server.records('messages').length;
    const held = serverTool(
      site.server,
      { retention: { messageDays: 30, auditDays: 365, holdUsers: ['mallory'], holdRooms: [] } },
      'ejabberd',
    );
    expect((await held.run('retention', '--dry-run')).out).toContain('Would delete 1 records');
    expect((await held.run('retention')).out).toContain(
      'Deleted 1 records, 0 whole files; 1 records are on hold',
    );
    expect(readFileSync(old, 'utf8')).toBe(line(`mallory@${DOMAIN}`));
    tool = serverTool(site.server, {}, 'ejabberd');
    expect((await tool.run('retention')).out).toContain('Deleted 1 records, 1 whole files');
    expect(readdirSync(site.server.logDirectory)).not.toContain(`messages-${day(40)}.ndjson`);
    expect(site.server.records('messages').length).toBe(today - 2);
  });
});

describe('backup and restore', () => {
  it('bring back accounts, keys, switch, rooms and archives after everything was lost', async () => {
    const root = dirname(site.server.logDirectory);
    const file = join(site.directory, 'backup.tar.gz');
    await site.server.command('create_room', 'kept', site.server.roomService, DOMAIN);
    await tool.run('off', '--user', 'bob', '--reason', 'before the backup');
    await site.server.stop();
    expect(await tool.run('backup', file)).toMatchObject({ code: 0, err: '' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    for (const name of ['database', 'lock-masters', 'accounts.json', 'machines.json', 'switch.json']) {
      rmSync(join(root, name), { recursive: true });
    }
    const other = serverTool(site.server, {}, 'prosody');
    expect((await other.run('restore', file)).err).toContain('another server');
    tool = serverTool(site.server, {}, 'ejabberd');
    expect(await tool.run('restore', file)).toMatchObject({ code: 0, err: '' });
    await site.server.start();
    expect((await tool.run('restore', file)).err).toContain('stop it first');
    expect(await site.server.command('muc_online_rooms', 'global')).toContain(
      `kept@${site.server.roomService}`,
    );
    const alice = await bound('alice');
    alice.send("<iq type='set' id='mam'><query xmlns='urn:xmpp:mam:2'/></iq>");
    await alice.take(/<iq [^>]*id='mam'/);
    expect(alice.received).toContain('the eagle has landed');
    const bob = await site.connect(site.card('bob'));
    await bob.passLock(site.machine('WS-1', 1), BINDING);
    expect(await bob.external(BOB)).toContain('<account-disabled/>');
    expect(statSync(join(root, 'lock-masters', 'epoch-1.json')).mode & 0o777).toBe(0o600);
    expect(await tool.records('events', '--event', 'admin.restore')).toHaveLength(1);
    alice.close();
  });
});
