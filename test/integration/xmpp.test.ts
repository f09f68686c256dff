/** The XMPP client against the real Prosody: chat, rooms, and everything that can happen to a connection. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BareJid } from '../../src/shared/jid.ts';
import { startTestSite, type TestSite, testUser } from '../support/prosody-site.ts';
import type { RawXmpp } from '../support/raw-xmpp.ts';
import { Analyst, openChannel, until } from '../support/xmpp-analyst.ts';

let site: TestSite;
const analysts: Analyst[] = [];

beforeAll(async () => {
  site = await startTestSite({
    users: [testUser('alice', 1), testUser('bob', 2), testUser('carol', 3)],
    epochs: [4],
    prosody: {
      accounts: [
        { account: 'alice', upn: '1000000001@mil', name: 'Alice Allen' },
        { account: 'bob', upn: '1000000002@mil' },
        { account: 'carol', upn: '1000000003@mil' },
      ],
      machines: [{ kid: 'WS-1' }],
    },
  });
});
afterEach(async () => {
  await Promise.all(analysts.splice(0).map((analyst) => analyst.client.disconnect()));
});
afterAll(() => site?.stop());

async function signIn(account: string): Promise<Analyst> {
  const analyst = new Analyst(site, account);
  analysts.push(analyst);
  await analyst.connect();
  // The server works in order: by the answer it has the presence, and nothing is kept for later.
  await analyst.client.ping();
  return analyst;
}

function roomJid(name: string): BareJid {
  return `${name}@${site.server.roomService}` as BareJid;
}

describe('signing in', () => {
  it('passes the lock, signs in by certificate alone and gets a session with stream management', async () => {
    const alice = new Analyst(site, 'alice');
    analysts.push(alice);
    const session = await alice.connect();
    expect(session).toMatchObject({
      resumed: false,
      streamManagement: true,
      lock: { binding: 'tls-exporter', epoch: 4 },
    });
    expect(session.jid).toMatch(/^alice@chat\.example\.mil\/test-[\w-]{11}$/);
    expect(await alice.client.ping()).toBeGreaterThan(0);
  });

  it('shows contacts with names and presence', async () => {
    const bob = await signIn('bob');
    await until('contacts', () => bob.contacts.size === 2);
    expect(bob.contacts.get('alice@chat.example.mil')).toMatchObject({
      name: 'Alice Allen',
      groups: ['Analysts'],
      availability: 'offline',
    });
    const alice = await signIn('alice');
    alice.client.setPresence('away', 'at lunch <& more>');
    await until('away', () => bob.contacts.get(alice.jid)?.availability === 'away');
    expect(bob.contacts.get(alice.jid)?.status).toBe('at lunch <& more>');
    await alice.client.disconnect();
    await until('offline', () => bob.contacts.get(alice.jid)?.availability === 'offline');
    expect(alice.closed).toEqual([undefined]);
  });

  it('is refused with a wrong machine key, before any name was said', async () => {
    const stranger = new Analyst(site, 'alice', {
      lock: { kid: 'WS-1', keys: [{ epoch: 4, key: new Uint8Array(32) }], bindings: ['tls-exporter'] },
    });
    await expect(stranger.connect()).rejects.toMatchObject({ code: 'LOCK_REFUSED' });
    expect(stranger.closed).toEqual([]);
  });

  it('ends when it is told to, whatever it waits for', async () => {
    const alice = new Analyst(site, 'alice');
    const channel = await openChannel(site, 'alice');
    const abort = new AbortController();
    const attempt = alice.client.connect(channel, abort.signal);
    abort.abort(new Error('not wanted any more'));
    await expect(attempt).rejects.toThrow('not wanted any more');
    await until('channel destroyed', () => channel.destroyed);
  });
});

describe('one-to-one chat', () => {
  it('takes a message through sent and stored to delivered, both ways, with any text', async () => {
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    const text = '<b>&amp; "quoted" \' 😀 ]]> \u0000\ud800 end';
    const sent = alice.client.sendMessage(bob.jid, text);
    expect(sent).toMatchObject({ direction: 'out', delivery: 'sent', sender: alice.jid });
    await alice.reached(sent.id, 'delivered');
    expect(bob.messages).toHaveLength(1);
    expect(bob.messages[0]).toMatchObject({
      conversation: alice.jid,
      kind: 'contact',
      message: { direction: 'in', sender: alice.jid, delayed: false },
    });
    expect(bob.bodies(alice.jid)).toEqual(['<b>&amp; "quoted" \' 😀 ]]> \ufffd\ufffd end']);
    const answer = bob.client.sendMessage(alice.jid, 'got it');
    await bob.reached(answer.id, 'delivered');
    expect(alice.bodies(bob.jid, 'in')).toEqual(['got it']);
  });

  it('copies both directions to the other machine of the same account', async () => {
    const [desk, laptop, bob] = [await signIn('alice'), await signIn('alice'), await signIn('bob')];
    const asked = desk.client.sendMessage(bob.jid, 'from the desk');
    await desk.reached(asked.id, 'delivered');
    const answered = bob.client.sendMessage(desk.jid, 'to all your machines');
    await bob.reached(answered.id, 'delivered');
    for (const machine of [desk, laptop]) {
      await until('answer', () => machine.bodies(bob.jid, 'in').includes('to all your machines'));
    }
    expect(laptop.bodies(bob.jid, 'out')).toEqual(['from the desk']);
    expect(desk.bodies(bob.jid, 'in')).toEqual(['to all your machines']);
  });

  it('fails with the server’s condition for an address that does not exist, and can be sent again', async () => {
    const alice = await signIn('alice');
    const nobody = `nobody@${site.server.domain}` as BareJid;
    const { id } = alice.client.sendMessage(nobody, 'anyone there?');
    await alice.reached(id, 'failed');
    alice.delivery.clear();
    expect(alice.client.sendMessage(nobody, 'anyone there?', id).id).toBe(id);
    await alice.reached(id, 'failed');
  });

  it('keeps what is sent while offline for an absent contact', async () => {
    const alice = await signIn('alice');
    const { id } = alice.client.sendMessage('carol@chat.example.mil' as BareJid, 'for later');
    await alice.reached(id, 'stored');
    const carol = await signIn('carol');
    await until('offline message', () => carol.bodies(alice.jid).length === 1);
    expect(carol.messages[0]?.message.delayed).toBe(true);
    await alice.reached(id, 'delivered');
  });

  it('refuses addresses outside the policy before anything is sent', async () => {
    const alice = await signIn('alice');
    for (const target of ['eve@evil.example', 'not an address', 'bob@chat.example.mil/resource', '']) {
      expect(() => alice.client.sendMessage(target as BareJid, 'x'), target).toThrow('GUARD_REFUSED');
    }
    expect(() => alice.client.joinRoom('room@elsewhere.example' as BareJid)).toThrow('GUARD_REFUSED');
    expect(() => alice.client.sendMessage('bob@chat.example.mil' as BareJid, 'x'.repeat(20_000))).toThrow(
      'MESSAGE_TOO_LONG',
    );
  });
});

describe('rooms', () => {
  it('enters, talks, sees occupants and the subject, and reads the history', async () => {
    const room = roomJid('ops');
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    await alice.join(room);
    await bob.join(room);
    const sent = alice.client.sendRoomMessage(room, 'good morning');
    await alice.reached(sent.id, 'stored');
    await until('bob reads', () => bob.bodies(room).includes('good morning'));
    expect(bob.messages.at(-1)).toMatchObject({ kind: 'room', message: { sender: 'alice', delayed: false } });
    expect(alice.bodies(room)).toEqual([]);
    await until('occupants', () => alice.occupants.get(room)?.size === 2);
    expect(alice.occupants.get(room)?.get('alice')).toMatchObject({ self: true, affiliation: 'owner' });
    expect(alice.occupants.get(room)?.get('bob')).toMatchObject({ self: false, jid: bob.jid });

    await alice.client.setSubject(room, 'Operations');
    await until('subject', () => bob.room(room)?.subject === 'Operations');
    await expect(bob.client.setSubject(room, 'mine')).rejects.toMatchObject({ code: 'MESSAGE_REFUSED' });

    const carol = await signIn('carol');
    await carol.join(room);
    await until('history', () => carol.bodies(room).includes('good morning'));
    expect(carol.messages[0]?.message).toMatchObject({ sender: 'alice', delayed: true, direction: 'in' });
    await until('subject', () => carol.room(room)?.subject === 'Operations');

    bob.client.leaveRoom(room);
    await until('bob gone', () => carol.occupants.get(room)?.has('bob') === false);
    expect(() => bob.client.sendRoomMessage(room, 'x')).toThrow('NOT_CONNECTED');
  });

  it('takes another nickname when the wanted one is someone else’s', async () => {
    const room = roomJid('nicks');
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    await alice.join(room, 'Watch');
    await bob.join(room, 'Watch');
    expect(bob.room(room)).toMatchObject({ state: 'joined', nick: 'Watch-2' });
  });
});

describe('connections that end', () => {
  it('resumes after a cut: nothing lost, nothing doubled, in order', async () => {
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    const room = roomJid('cut');
    await alice.join(room);
    await bob.join(room);
    const written: string[] = [];
    const say = (text: string) => {
      written.push(text);
      bob.client.sendMessage(alice.jid, text);
      bob.client.sendRoomMessage(room, text);
    };
    for (let n = 0; n < 20; n += 1) say(`before ${n}`);
    alice.channel.destroy();
    bob.channel.destroy();
    for (let n = 0; n < 20; n += 1) say(`cut ${n}`);
    await until('both closed', () => alice.closed.length === 1 && bob.closed.length === 1);
    for (let n = 0; n < 20; n += 1) say(`offline ${n}`);
    expect((await alice.connect()).resumed).toBe(true);
    expect((await bob.connect()).resumed).toBe(true);
    say('after');
    await until('all direct', () => alice.bodies(bob.jid, 'in').includes('after'));
    await until('all in the room', () => alice.bodies(room).includes('after'));
    expect(alice.bodies(bob.jid, 'in')).toEqual(written);
    expect(alice.bodies(room)).toEqual(written);
    await until('all delivered or stored', () =>
      [...bob.delivery.values()].every((state) => state === 'delivered' || state === 'stored'),
    );
    expect(bob.delivery.size).toBe(written.length * 2);
  });

  it('keeps everything over a restart of the server under load, once and in order', async () => {
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    const room = roomJid('restart');
    await alice.join(room);
    await bob.join(room);
    const written: string[] = [];
    let writing = true;
    const writer = (async () => {
      for (let n = 0; writing && n < 2_000; n += 1) {
        const text = `message ${n}`;
        written.push(text);
        bob.client.sendMessage(alice.jid, text);
        bob.client.sendRoomMessage(room, text);
        await new Promise((resolve) => setTimeout(resolve, 3));
      }
    })();
    await until('some arrived', () => alice.bodies(room).length > 30);
    const restarted = site.server.restart();
    await until('closed', () => alice.closed.length === 1 && bob.closed.length === 1);
    const sessions = await Promise.all([restarted, alice.reconnect(), bob.reconnect()]);
    expect(sessions[1].resumed).toBe(false);
    await until('rejoined', () => bob.room(room)?.state === 'joined' && alice.room(room)?.state === 'joined');
    await new Promise((resolve) => setTimeout(resolve, 300));
    writing = false;
    await writer;
    await until('all stored', () =>
      [...bob.delivery.values()].every((state) => state === 'stored' || state === 'delivered'),
    );
    await until('all direct', () => alice.bodies(bob.jid, 'in').length >= written.length);
    await until('all in the room', () => alice.bodies(room, 'in').length >= written.length);
    expect(alice.bodies(bob.jid, 'in')).toEqual(written);
    expect(alice.bodies(room, 'in')).toEqual(written);
    expect(bob.bodies(room)).toEqual([]);
  });

  it('hears that the account was disabled, and is told so when it comes again', async () => {
    const carol = await signIn('carol');
    await site.server.disableAccount('carol');
    try {
      await until('thrown out', () => carol.closed.length === 1);
      await expect(carol.connect()).rejects.toMatchObject({ code: 'ACCOUNT_DISABLED' });
    } finally {
      await site.server.enableAccount('carol');
    }
    expect((await carol.connect()).resumed).toBe(false);
  });

  it('tells a conflict when the same resource signs in elsewhere', async () => {
    const first = await signIn('carol');
    const jid = first.client.jid ?? '';
    const raw = await site.connect(site.card('carol'));
    await raw.passLock(site.machine('WS-1', 4));
    await raw.external();
    await raw.bind(jid.slice(jid.indexOf('/') + 1));
    await until('conflict', () => first.closed.length === 1);
    expect(first.closed[0]).toMatchObject({ code: 'CONFLICT' });
    raw.close();
  });
});

describe('a long absence', () => {
  it('loses nothing that was said in a busy room meanwhile', async () => {
    const room = roomJid('busy');
    const [alice, bob] = [await signIn('alice'), await signIn('bob')];
    await alice.join(room);
    await bob.join(room);
    const said = Array.from({ length: 300 }, (_, n) => `report ${n}`);
    bob.client.sendRoomMessage(room, 'before');
    await until('before', () => alice.messages.length === 1);
    await alice.client.disconnect();
    const ids = said.map((body) => bob.client.sendRoomMessage(room, body).id);
    await bob.reached(ids.at(-1) ?? '', 'stored');
    await alice.connect();
    await until('the room again', () => alice.messages.length > said.length || undefined);
    expect(alice.bodies(room)).toEqual(['before', ...said]);
  });
});

describe('a hostile colleague', () => {
  /** Bob, with a client that sends anything. */
  async function hostile(): Promise<RawXmpp> {
    const bob = await site.connect(site.card('bob'));
    await bob.passLock(site.machine('WS-1', 4));
    await bob.external();
    await bob.bind('hostile');
    bob.send('<presence/>');
    return bob;
  }
  const nested = `<x xmlns='u:x'>${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}</x>`;
  const poison = [
    nested,
    `<x xmlns='u:x' a='${'v'.repeat(5000)}'/>`,
    `<subject>${"'".repeat(100_000)}</subject>`,
  ];

  it("ends nobody's session with a message, be it kept for later", async () => {
    const bob = await hostile();
    const message = (inner: string, body = 'poison') =>
      `<message to='alice@${site.server.domain}' type='chat'><body>${body}</body>${inner}</message>`;
    for (const one of poison) bob.send(message(one));
    bob.send(message('', 'before'));
    const alice = await signIn('alice');
    for (const one of poison) bob.send(message(one));
    bob.send(message('', 'after'));
    await until('the good messages', () => alice.messages.length === 2);
    expect(alice.messages.map((one) => one.message.body)).toEqual(['before', 'after']);
    expect(alice.closed).toEqual([]);
    // The server itself may have dropped what it was to keep.
    const limits = alice.audits.filter((one) => one.detail.reason === 'limit');
    expect(limits.length).toBeGreaterThanOrEqual(poison.length);
    bob.close();
  });

  it('neither dates messages back nor names them', async () => {
    const bob = await hostile();
    const alice = await signIn('alice');
    const room = roomJid('forgeries');
    await alice.join(room);
    bob.send(`<presence to='${room}/bob'><x xmlns='http://jabber.org/protocol/muc'/></presence>`);
    await until('bob in the room', () => alice.occupants.get(room)?.has('bob'));
    const forged = (by: string) =>
      `<delay xmlns='urn:xmpp:delay' from='${by}' stamp='2020-01-01T00:00:00Z'/>` +
      `<stanza-id xmlns='urn:xmpp:sid:0' by='${by}' id='forged'/>`;
    bob.send(
      `<message to='${alice.jid}' type='chat'><body>1</body>${forged(site.server.domain)}${forged(alice.jid)}</message>`,
    );
    bob.send(
      `<message to='${room}' type='groupchat'><body>2</body>${forged(room)}${forged(site.server.domain)}</message>`,
    );
    await until('both', () => alice.messages.length === 2);
    for (const { message } of alice.messages) {
      expect(message.delayed).toBe(false);
      expect(message.at).toBeGreaterThan(Date.now() - 600_000);
    }
    bob.close();
  });

  it('cannot speak to one occupant in the name of the room', async () => {
    const bob = await hostile();
    const alice = await signIn('alice');
    const room = roomJid('asides');
    await alice.join(room);
    bob.send(`<presence to='${room}/bob'><x xmlns='http://jabber.org/protocol/muc'/></presence>`);
    await until('bob in the room', () => alice.occupants.get(room)?.has('bob'));
    const { id } = alice.client.sendRoomMessage(room, 'hello');
    await alice.reached(id, 'stored');
    const aside = (type: string, inner: string) =>
      `<message to='${room}/alice' type='${type}' id='${id}'>${inner}</message>`;
    for (const type of ['headline', 'normal', 'chat']) {
      bob.send(aside(type, '<body>for alice alone</body>') + aside(type, '<subject>forged</subject>'));
    }
    bob.send(
      aside(
        'error',
        "<error type='cancel'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
      ),
    );
    bob.send(`<message to='${room}' type='groupchat' id='${id}'><body>not hidden</body></message>`);
    await until('what is public', () => alice.messages.length > 0);
    expect(alice.bodies(room)).toEqual(['not hidden']);
    expect(alice.room(room)).toMatchObject({ state: 'joined', subject: '' });
    expect(alice.delivery.get(id)).toBe('stored');
    bob.close();
  });
});
