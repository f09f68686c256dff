/** ejabberd as the site's server: the product's own client signs in and talks, the kill switch, the logs, and wrong set-ups. */
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BareJid } from '../../src/shared/jid.ts';
import { BINDING, type EjabberdSite, startEjabberdSite } from '../support/ejabberd-site.ts';
import { DOMAIN, testUser } from '../support/prosody-site.ts';
import { attribute, type RawXmpp } from '../support/raw-xmpp.ts';
import { Analyst, until } from '../support/xmpp-analyst.ts';

const USERS = [testUser('alice', 1), testUser('bob', 2), testUser('carol', 3)];
const ACCOUNTS = [
  { account: 'alice', upn: '1000000001@mil' },
  { account: 'bob', upn: '1000000002@mil' },
  { account: 'carol', upn: '1000000003@mil' },
];
const EJABBERD = { accounts: ACCOUNTS, machines: [{ kid: 'WS-1' }, { kid: 'WS-2' }] };

async function signIn(site: EjabberdSite, account: string, resource: string, kid = 'WS-1'): Promise<RawXmpp> {
  const client = await site.connect(site.card(account));
  await client.passLock(site.machine(kid, 4), BINDING);
  expect(await client.external(`${account}@${DOMAIN}`)).toContain('<success');
  expect(await client.bind(resource)).toBe(`${account}@${DOMAIN}/${resource}`);
  return client;
}

async function isAlive(client: RawXmpp): Promise<boolean> {
  client.send("<iq type='get' id='alive'><ping xmlns='urn:xmpp:ping'/></iq>");
  return (await client.take(/<iq [^>]*id='alive'[^>]*\/>/)).includes("type='result'");
}

let site: EjabberdSite;
beforeAll(async () => {
  site = await startEjabberdSite({ users: USERS, epochs: [4], ejabberd: EJABBERD });
});
afterAll(() => site?.stop());

describe('the product’s client', () => {
  const analysts: Analyst[] = [];
  afterEach(async () => {
    await Promise.all(analysts.splice(0).map((analyst) => analyst.client.disconnect()));
  });

  function analyst(
    account: string,
    bindings: readonly ('tls-exporter' | typeof BINDING)[] = [BINDING],
  ): Analyst {
    return new Analyst(site, account, { lock: { ...site.machine('WS-1', 4), bindings } });
  }

  async function online(account: string): Promise<Analyst> {
    const one = analyst(account);
    analysts.push(one);
    await one.connect();
    return one;
  }

  it('signs in through TLS, lock and certificate, with stream management', async () => {
    const alice = analyst('alice');
    analysts.push(alice);
    const session = await alice.connect();
    expect(session).toMatchObject({
      resumed: false,
      streamManagement: true,
      lock: { binding: BINDING, epoch: 4 },
    });
    expect(session.jid).toMatch(/^alice@chat\.example\.mil\/test-/);
    expect(await alice.client.ping()).toBeGreaterThan(0);
  });

  it('refuses this server where the policy allows only the TLS exporter', async () => {
    await expect(analyst('alice', ['tls-exporter']).connect()).rejects.toMatchObject({
      code: 'LOCK_BINDING_UNAVAILABLE',
    });
  });

  it('is refused with a wrong machine key, before any name was said', async () => {
    const stranger = new Analyst(site, 'alice', {
      lock: { kid: 'WS-1', keys: [{ epoch: 4, key: new Uint8Array(32) }], bindings: [BINDING] },
    });
    await expect(stranger.connect()).rejects.toMatchObject({ code: 'LOCK_REFUSED' });
  });

  it('talks one to one, both ways, and sees contacts come and go', async () => {
    const bob = await online('bob');
    await until('contacts', () => bob.contacts.size === 2);
    const alice = await online('alice');
    await until('alice there', () => bob.contacts.get(alice.jid)?.availability === 'available');
    const text = '<b>&amp; "quoted" \' 😀 ]]> end';
    const sent = alice.client.sendMessage(bob.jid, text);
    await alice.reached(sent.id, 'delivered');
    expect(bob.bodies(alice.jid)).toEqual([text]);
    const answer = bob.client.sendMessage(alice.jid, 'got it');
    await bob.reached(answer.id, 'delivered');
    expect(alice.bodies(bob.jid, 'in')).toEqual(['got it']);
    await alice.client.disconnect();
    await until('alice gone', () => bob.contacts.get(alice.jid)?.availability === 'offline');
  });

  it('talks in a room, which stays, with its archive (XEP-0313), over a restart of the server', async () => {
    const room = `ops@${site.server.roomService}` as BareJid;
    const [alice, bob] = [await online('alice'), await online('bob')];
    await alice.join(room);
    await bob.join(room);
    const sent = alice.client.sendRoomMessage(room, 'good morning');
    await alice.reached(sent.id, 'stored');
    await until('bob reads', () => bob.bodies(room).includes('good morning'));
    expect(bob.messages.at(-1)).toMatchObject({ kind: 'room', message: { sender: 'alice' } });
    await Promise.all(analysts.splice(0).map((one) => one.client.disconnect()));
    await site.server.restart();
    const carol = await signIn(site, 'carol', 'archive');
    carol.send(`<presence to='${room}/carol'><x xmlns='http://jabber.org/protocol/muc'/></presence>`);
    const entered = await carol.take(/<presence [^>]*from='ops@[^>]*\/carol'.*?<\/presence>/s);
    expect(entered).toContain("code='110'");
    expect(entered).not.toContain("code='201'");
    carol.send(`<iq type='set' to='${room}' id='mam'><query xmlns='urn:xmpp:mam:2'/></iq>`);
    expect(await carol.take(/<result .*?<\/result>/s)).toContain('good morning');
    carol.close();
  });

  it('resumes after a cut: nothing lost, nothing doubled', async () => {
    const [alice, bob] = [await online('alice'), await online('bob')];
    await alice.cut();
    const waiting = bob.client.sendMessage(alice.jid, 'while you were out');
    expect(await alice.reconnect()).toMatchObject({ resumed: true });
    await bob.reached(waiting.id, 'delivered');
    expect(alice.bodies(bob.jid, 'in')).toEqual(['while you were out']);
  });

  it('sees who a message log says it is', async () => {
    const records = site.server.records('messages');
    expect(records.find((record) => record.body === 'got it')).toMatchObject({
      type: 'chat',
      from: `bob@${DOMAIN}`,
      to: `alice@${DOMAIN}`,
      machine: 'WS-1',
    });
    expect(records.find((record) => record.body === 'good morning')).toMatchObject({
      type: 'groupchat',
      room: `ops@${site.server.roomService}`,
      from: `alice@${DOMAIN}`,
      nick: 'alice',
      machine: 'WS-1',
    });
    for (const record of records) expect(record.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });
});

describe('the site', () => {
  it('listens for clients on one port of the loopback, answers nothing in the clear, and runs as an ordinary user', async () => {
    const status = readFileSync(`/proc/${site.server.pid}/status`, 'utf8');
    expect(status).not.toMatch(/^Uid:\t0\t/m);
    const answer = await new Promise<string>((done) => {
      const socket = connect(site.server.port, '127.0.0.1');
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1');
      });
      socket.on('error', () => undefined);
      socket.on('close', () => done(text));
      socket.write(`<stream:stream to='${DOMAIN}' xmlns='jabber:client' version='1.0'>`);
    });
    expect(answer).not.toContain('stream');
    expect(site.server.log().match(/Start accepting (?!TLS connections at 127\.0\.0\.1:)/g)).toBeNull();
  });

  it('logs what seems to carry nothing and does', async () => {
    const alice = await signIn(site, 'alice', 'hider');
    const to = `type='chat' to='bob@${DOMAIN}'`;
    const hidden = [
      `<message type='error' to='bob@${DOMAIN}' id='h0'><body>hidden</body><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
      `<message ${to} id='h1'><received xmlns='urn:xmpp:receipts' id='x'><a>hidden</a></received></message>`,
      `<message ${to} id='h2'><thread>${'hidden '.repeat(20)}</thread></message>`,
      `<message ${to} id='h3'><received xmlns='urn:xmpp:receipts' id='${'hidden'.repeat(200)}'/></message>`,
      `<message ${to} id='h4'><composing xmlns='http://jabber.org/protocol/chatstates'>hidden</composing></message>`,
    ];
    for (const message of hidden) alice.send(message);
    alice.send(`<message ${to} id='h9'><received xmlns='urn:xmpp:receipts' id='x'/></message>`);
    alice.send("<iq type='get' id='done'><ping xmlns='urn:xmpp:ping'/></iq>");
    await alice.take(/<iq [^>]*id='done'[^>]*\/>/);
    const logged = site.server.records('messages');
    for (const [i] of hidden.entries()) {
      const record = logged.find(({ id }) => id === `h${i}`) ?? '';
      expect([i, JSON.stringify(record)]).toEqual([i, expect.stringContaining('hidden')]);
    }
    expect(logged.some(({ id }) => id === 'h9')).toBe(false);
    alice.close();
  });

  it('logs what is of a room’s type and goes to a person', async () => {
    const [alice, bob] = [await signIn(site, 'alice', 'past'), await signIn(site, 'bob', 'past')];
    const to = `bob@${DOMAIN}`;
    alice.send(
      `<message type='groupchat' to='${to}/past' id='past'><body>past the log</body></message><message type='groupchat' to='${to}' id='bare'><body>to all of bob</body></message>`,
    );
    expect(await bob.take(/<message .*?<\/message>/s)).toContain('past the log');
    const logged = site.server.records('messages');
    expect(logged.find(({ id }) => id === 'past')).toMatchObject({
      type: 'groupchat',
      from: `alice@${DOMAIN}`,
      to,
      body: 'past the log',
      machine: 'WS-1',
    });
    expect(logged.filter(({ id }) => id === 'bare')).toHaveLength(1);
    for (const client of [alice, bob]) client.close();
  });

  it('takes out of messages what only servers may say', async () => {
    const [alice, bob] = [await signIn(site, 'alice', 'one'), await signIn(site, 'bob', 'one')];
    bob.send('<presence/>');
    await bob.take(/<presence [^>]*from='bob@[^>]*>/);
    alice.send(
      `<message type='chat' to='bob@${DOMAIN}' id='m1'><body>now</body><delay xmlns='urn:xmpp:delay' from='${DOMAIN}' stamp='2001-01-01T00:00:00Z'/><stanza-id xmlns='urn:xmpp:sid:0' id='forged' by='bob@${DOMAIN}'/></message>`,
    );
    const message = await bob.take(/<message .*?<\/message>/s);
    expect(message).toContain('<body>now</body>');
    expect(message).not.toMatch(/forged|2001-01-01/);
    for (const client of [alice, bob]) client.close();
  });

  it('has on record what happens to rooms: made, configured, whose standing changed, ended; not what was refused', async () => {
    const [alice, bob] = [await signIn(site, 'alice', 'owner'), await signIn(site, 'bob', 'guest')];
    const room = `record@${site.server.roomService}`;
    for (const [client, nick] of [
      [alice, 'alice'],
      [bob, 'bob'],
    ] as const) {
      client.send(`<presence to='${room}/${nick}'><x xmlns='http://jabber.org/protocol/muc'/></presence>`);
      await client.take(/<subject/);
    }
    const owner = 'http://jabber.org/protocol/muc#owner';
    const form = `<query xmlns='${owner}'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/muc#roomconfig</value></field><field var='muc#roomconfig_roomname'><value>Record</value></field></x></query>`;
    const item = `<query xmlns='http://jabber.org/protocol/muc#admin'><item affiliation='outcast' jid='carol@${DOMAIN}'><reason>spoke too much</reason></item></query>`;
    const ask = async (client: RawXmpp, id: string, what: string) => {
      client.send(`<iq type='set' id='${id}' to='${room}'>${what}</iq>`);
      return client.take(new RegExp(`<iq [^>]*id='${id}'(?:[^>]*/>|.*?</iq>)`, 's'));
    };
    for (const what of [form, item]) expect(await ask(bob, 'no', what)).toContain("type='error'");
    for (const what of [form, item]) expect(await ask(alice, 'yes', what)).toContain("type='result'");
    expect(await ask(alice, 'end', `<query xmlns='${owner}'><destroy/></query>`)).toContain("type='result'");
    const events = () => site.server.records('audit').filter((record) => record.room === room);
    await expect
      .poll(() => events().map(({ event }) => event), { timeout: 10_000 })
      .toEqual(['room.created', 'room.configured', 'room.affiliation', 'room.destroyed']);
    expect(events()[1]).toMatchObject({ user: `alice@${DOMAIN}`, machine: 'WS-1' });
    expect(events()[2]).toMatchObject({
      user: `alice@${DOMAIN}`,
      subject: `carol@${DOMAIN}`,
      affiliation: 'outcast',
      reason: 'spoke too much',
    });
    for (const client of [alice, bob]) client.close();
  });

  it('has on record every change of standing: by nick, of many at once, asked twice by one id, or before the stream ended', async () => {
    const [alice, bob] = [await signIn(site, 'alice', 'busy'), await signIn(site, 'bob', 'busy')];
    const room = `standing@${site.server.roomService}`;
    for (const [client, nick] of [
      [alice, 'alice'],
      [bob, 'the guest'],
    ] as const) {
      client.send(`<presence to='${room}/${nick}'><x xmlns='http://jabber.org/protocol/muc'/></presence>`);
      await client.take(/<subject/);
    }
    const set = (id: string, items: string) =>
      alice.send(
        `<iq type='set' id='${id}' to='${room}'><query xmlns='http://jabber.org/protocol/muc#admin'>${items}</query></iq>`,
      );
    const member = (name: string) => `<item affiliation='member' jid='${name}@${DOMAIN}'/>`;
    const answer = (id: string) => alice.take(new RegExp(`<iq [^>]*id='${id}'(?:[^>]*/>|.*?</iq>)`, 's'));
    const subjects = () =>
      site.server
        .records('audit')
        .filter((record) => record.room === room && record.event === 'room.affiliation')
        .map(({ subject }) => subject);
    set('nick', "<item affiliation='admin' nick='the guest'/>");
    expect(await answer('nick')).toContain("type='result'");
    const many = Array.from({ length: 120 }, (_, n) => `many${n}`);
    set('many', many.map(member).join(''));
    expect(await answer('many')).toContain("type='result'");
    set('twice', member('twice'));
    // the only owner stays one
    set('twice', `<item affiliation='none' jid='alice@${DOMAIN}'/>`);
    expect(await answer('twice')).toContain("type='result'");
    expect(await answer('twice')).toContain("type='error'");
    const expected = [`${room}/the guest`, ...[...many, 'twice'].map((name) => `${name}@${DOMAIN}`)];
    expect(subjects()).toEqual(expected);
    const late = Array.from({ length: 50 }, (_, n) => `late${n}`);
    for (const [n, name] of late.entries()) set(`late${n}`, member(name));
    alice.send('</stream:stream>');
    await alice.rest();
    await expect
      .poll(() => subjects().slice(expected.length), { timeout: 10_000 })
      .toEqual(late.map((name) => `${name}@${DOMAIN}`));
    bob.close();
  });

  it('keeps a message for whoever is away over a restart', async () => {
    const alice = await signIn(site, 'alice', 'one');
    alice.send(`<message type='chat' to='carol@${DOMAIN}' id='m2'><body>later</body></message>`);
    expect(await isAlive(alice)).toBe(true);
    await site.server.restart();
    const carol = await signIn(site, 'carol', 'two');
    carol.send('<presence/>');
    expect(await carol.take(/<message .*?<\/message>/s)).toContain('later');
    carol.close();
  });

  it('makes no account in anybody’s name, lets no stranger make a room, and talks to no other server', async () => {
    const alice = await signIn(site, 'alice', 'strange');
    alice.send("<iq type='set' id='s1' to='elsewhere.example'><ping xmlns='urn:xmpp:ping'/></iq>");
    expect(await alice.take(/<iq [^>]*id='s1'.*?<\/iq>/s)).toContain("type='error'");
    alice.send(
      `<message type='chat' id='s2' from='bob@${DOMAIN}' to='carol@${DOMAIN}'><body>x</body></message>`,
    );
    expect(await alice.rest()).toContain('<invalid-from ');
  });

  it('resumes a session (XEP-0198) only behind the lock, and the machine that resumed answers for it', async () => {
    const first = await signIn(site, 'alice', 'sm', 'WS-1');
    first.send("<enable xmlns='urn:xmpp:sm:3' resume='true'/>");
    const previd = attribute(await first.take(/<enabled [^>]*>/), 'id');
    first.close();
    const early = await site.connect(site.card('alice'));
    await early.open();
    early.send(`<resume xmlns='urn:xmpp:sm:3' h='0' previd='${previd}'/>`);
    expect(await early.rest()).toContain('<policy-violation ');
    const second = await site.connect(site.card('alice'));
    await second.passLock(site.machine('WS-2', 4), BINDING);
    await second.external(`alice@${DOMAIN}`);
    await second.open();
    second.send(`<resume xmlns='urn:xmpp:sm:3' h='0' previd='${previd}'/>`);
    expect(await second.take(/<(resumed|failed) [^>]*>/)).toContain('<resumed ');
    await site.server.setMachines([{ kid: 'WS-1', revoked: true }, { kid: 'WS-2' }]);
    expect(await isAlive(second)).toBe(true);
    await site.server.setMachines([{ kid: 'WS-1' }, { kid: 'WS-2', revoked: true }]);
    expect(await second.rest()).toContain('<policy-violation ');
    await site.server.setMachines(EJABBERD.machines);
  });

  it('is backed up and restored while it runs: rooms, contact lists, archives', async () => {
    const { server } = site;
    const file = join(server.logDirectory, '../home/backup.mnesia');
    const groups = () => server.command('srg_list', DOMAIN);
    await server.command('create_room', 'kept', server.roomService, DOMAIN);
    await server.command('backup', file);
    await server.command('srg_delete', 'analysts', DOMAIN);
    expect(await groups()).not.toContain('analysts');
    await server.command('restore', file);
    await server.restart();
    expect(await groups()).toContain('analysts');
    expect(await server.command('muc_online_rooms', 'global')).toContain(`kept@${server.roomService}`);
  });

  it('takes no command over the network, from whoever', async () => {
    const alice = await signIn(site, 'alice', 'commands');
    alice.send(
      `<iq type='get' id='c' to='${DOMAIN}'><query xmlns='http://jabber.org/protocol/disco#items' node='http://jabber.org/protocol/commands'/></iq>`,
    );
    expect(await alice.take(/<iq [^>]*id='c'.*?(?:<\/iq>|\/>)/s)).not.toContain('<item ');
    alice.close();
  });

  it('ends when it is stopped, and leaves no port mapper behind', async () => {
    const { pid } = site.server;
    await site.server.stop();
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    await site.server.start();
  });

  describe('the kill switch', () => {
    afterEach(() => site.server.setSwitch({}));

    it('puts everybody off, live sessions included, and on again', async () => {
      const [alice, bob] = [await signIn(site, 'alice', 'off'), await signIn(site, 'bob', 'off')];
      const waiting = await site.connect(site.card('carol'));
      await waiting.open();
      await site.server.setSwitch({ service: 'off' });
      for (const client of [alice, bob, waiting]) expect(await client.rest()).toContain('<system-shutdown ');
      const late = await site.connect(site.card('alice'));
      await expect(late.open()).rejects.toThrow(/system-shutdown/);
      expect(late.received).not.toMatch(/<lock|mechanism/);
      await site.server.setSwitch({});
      (await signIn(site, 'alice', 'on')).close();
    });

    it('puts one user off', async () => {
      const [alice, bob] = [await signIn(site, 'alice', 'off'), await signIn(site, 'bob', 'off')];
      await site.server.setSwitch({ users: ['alice'] });
      expect(await alice.rest()).toContain('<not-authorized ');
      expect(await isAlive(bob)).toBe(true);
      const late = await site.connect(site.card('alice'));
      await late.passLock(site.machine('WS-1', 4), BINDING);
      expect(await late.external(`alice@${DOMAIN}`)).toContain('<account-disabled/>');
      bob.close();
    });

    it('puts one machine off', async () => {
      const [alice, bob] = [
        await signIn(site, 'alice', 'off', 'WS-1'),
        await signIn(site, 'bob', 'off', 'WS-2'),
      ];
      await site.server.setSwitch({ machines: ['WS-2'] });
      expect(await bob.rest()).toContain('<policy-violation ');
      expect(await isAlive(alice)).toBe(true);
      const late = await site.connect(site.card('bob'));
      await expect(late.passLock(site.machine('WS-2', 4), BINDING)).rejects.toThrow(/<refused /);
      alice.close();
    });

    it('puts a partner’s domain off, with all below it: said to whoever writes there', async () => {
      const alice = await signIn(site, 'alice', 'off');
      await site.server.setSwitch({ partners: ['Partner.example.mil'] });
      for (const [i, domain] of ['partner.example.mil', 'ROOMS.partner.example.mil'].entries()) {
        alice.send(`<message type='chat' id='p${i}' to='eve@${domain}'><body>x</body></message>`);
        const refusal = await alice.take(new RegExp(`<message [^>]*id='p${i}'.*?</message>`, 's'));
        expect(refusal).toContain('<not-allowed ');
        expect(refusal).toContain(`Communication with ${domain.toLowerCase()} is switched off`);
      }
      // another domain is refused by the server's own rule, and this one's services answer
      alice.send(`<message type='chat' id='p9' to='eve@notpartner.example.mil'><body>x</body></message>`);
      expect(await alice.take(/<message [^>]*id='p9'.*?<\/message>/s)).not.toContain('switched off');
      expect(await isAlive(alice)).toBe(true);
      alice.close();
    });

    it('is in the audit log, with what it ended', async () => {
      const alice = await signIn(site, 'alice', 'audited');
      await site.server.setSwitch({ users: ['alice'] });
      await alice.rest();
      const events = site.server.records('audit');
      expect(events.filter(({ event }) => event === 'switch.applied').at(-1)).toMatchObject({
        service: 'on',
      });
      expect(
        events.find(({ event, reason }) => event === 'session.ended' && reason === 'user-off'),
      ).toMatchObject({ user: `alice@${DOMAIN}`, machine: 'WS-1', server: 'ejabberd' });
    });
  });

  it('logs who came and who was refused, no secret and no text of a message', () => {
    const events = site.server.records('audit');
    for (const event of [
      'server.started',
      'lock.verified',
      'lock.refused',
      'sign-in.accepted',
      'session.started',
    ]) {
      expect(events.map((record) => record.event)).toContain(event);
    }
    const master = Buffer.from(site.masters.get(4) ?? []).toString('base64');
    expect(master).toHaveLength(44);
    for (const text of [site.server.log(), JSON.stringify(events)]) {
      expect(text).not.toContain(master);
      expect(text).not.toContain('later');
    }
  });
});

describe('a server that is set up wrongly', () => {
  let wrong: EjabberdSite | undefined;
  afterEach(async () => {
    await wrong?.stop();
    wrong = undefined;
  });

  it('without the lock offers SASL at once and lets nobody in; the client refuses it', async () => {
    wrong = await startEjabberdSite({ users: USERS, epochs: [4], ejabberd: { ...EJABBERD, lock: false } });
    const client = await wrong.connect(wrong.card('alice'));
    expect(await client.open()).toContain('EXTERNAL');
    expect(await client.external(`alice@${DOMAIN}`)).toContain('<not-authorized/>');
    const alice = new Analyst(wrong, 'alice', { lock: { ...wrong.machine('WS-1', 4), bindings: [BINDING] } });
    await expect(alice.connect()).rejects.toMatchObject({ code: 'LOCK_NOT_OFFERED' });
  });

  it('with another certificate shows it, and the client goes no further', async () => {
    const ejabberd = { ...EJABBERD, serverCertificate: 'expired' } as const;
    wrong = await startEjabberdSite({ users: USERS, epochs: [4], ejabberd });
    await expect(wrong.connect(wrong.card('alice'))).rejects.toThrow(/expired/);
    await expect(new Analyst(wrong, 'alice').connect()).rejects.toThrow(/expired/);
  });

  it('asks for a policy that cards lack: nobody is let in', async () => {
    wrong = await startEjabberdSite({
      users: USERS,
      epochs: [4],
      ejabberd: { ...EJABBERD, cardPolicies: ['2.16.840.1.101.2.1.11.99'] },
    });
    const client = await wrong.connect(wrong.card('alice'));
    await expect(client.open()).rejects.toThrow(/not-authorized/);
  });

  it('without master keys accepts no machine', async () => {
    wrong = await startEjabberdSite({
      users: USERS,
      epochs: [],
      ejabberd: { ...EJABBERD, cardPolicies: ['2.16.840.1.101.2.1.11.42'] },
    });
    const client = await wrong.connect(wrong.card('alice'));
    await expect(client.passLock(wrong.machine('WS-1', 4), BINDING)).rejects.toThrow(/refused/);
  });
});
