/** ejabberd as the site's server: what it does and does not, the kill switch and the logs. */
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BINDING, boundClient, type EjabberdSite, startEjabberdSite } from '../support/ejabberd-site.ts';
import { DOMAIN, testUser } from '../support/prosody-site.ts';
import { attribute, type RawXmpp } from '../support/raw-xmpp.ts';

const USERS = [testUser('alice', 1), testUser('bob', 2), testUser('carol', 3)];
const ACCOUNTS = [
  { account: 'alice', upn: '1000000001@mil' },
  { account: 'bob', upn: '1000000002@mil' },
  { account: 'carol', upn: '1000000003@mil' },
];
const EJABBERD = { accounts: ACCOUNTS, machines: [{ kid: 'WS-1' }, { kid: 'WS-2' }] };

async function isAlive(client: RawXmpp): Promise<boolean> {
  client.send("<iq type='get' id='alive'><ping xmlns='urn:xmpp:ping'/></iq>");
  return (await client.take(/<iq [^>]*id='alive'[^>]*\/>/)).includes("type='result'");
}

let site: EjabberdSite;
beforeAll(async () => {
  site = await startEjabberdSite({ users: USERS, epochs: [4], ejabberd: EJABBERD });
});
afterAll(() => site?.stop());

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
    const alice = await boundClient(site, 'alice', 'hider');
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
    const [alice, bob] = [await boundClient(site, 'alice', 'past'), await boundClient(site, 'bob', 'past')];
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
    const [alice, bob] = [await boundClient(site, 'alice', 'one'), await boundClient(site, 'bob', 'one')];
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
    const [alice, bob] = [await boundClient(site, 'alice', 'owner'), await boundClient(site, 'bob', 'guest')];
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
    const [alice, bob] = [await boundClient(site, 'alice', 'busy'), await boundClient(site, 'bob', 'busy')];
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
    const alice = await boundClient(site, 'alice', 'one');
    alice.send(`<message type='chat' to='carol@${DOMAIN}' id='m2'><body>later</body></message>`);
    expect(await isAlive(alice)).toBe(true);
    await site.server.restart();
    const carol = await boundClient(site, 'carol', 'two');
    carol.send('<presence/>');
    expect(await carol.take(/<message .*?<\/message>/s)).toContain('later');
    carol.close();
  });

  it('makes no account in anybody’s name, lets no stranger make a room, and talks to no other server', async () => {
    const alice = await boundClient(site, 'alice', 'strange');
    alice.send("<iq type='set' id='s1' to='elsewhere.example'><ping xmlns='urn:xmpp:ping'/></iq>");
    expect(await alice.take(/<iq [^>]*id='s1'.*?<\/iq>/s)).toContain("type='error'");
    alice.send(
      `<message type='chat' id='s2' from='bob@${DOMAIN}' to='carol@${DOMAIN}'><body>x</body></message>`,
    );
    expect(await alice.rest()).toContain('<invalid-from ');
  });

  it('resumes a session (XEP-0198) only behind the lock, and the machine that resumed answers for it', async () => {
    const first = await boundClient(site, 'alice', 'sm', { kid: 'WS-1' });
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
    const alice = await boundClient(site, 'alice', 'commands');
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
      const [alice, bob] = [await boundClient(site, 'alice', 'off'), await boundClient(site, 'bob', 'off')];
      const waiting = await site.connect(site.card('carol'));
      await waiting.open();
      await site.server.setSwitch({ service: 'off' });
      for (const client of [alice, bob, waiting]) expect(await client.rest()).toContain('<system-shutdown ');
      const late = await site.connect(site.card('alice'));
      await expect(late.open()).rejects.toThrow(/system-shutdown/);
      expect(late.received).not.toMatch(/<lock|mechanism/);
      await site.server.setSwitch({});
      (await boundClient(site, 'alice', 'on')).close();
    });

    it('puts one user off', async () => {
      const [alice, bob] = [await boundClient(site, 'alice', 'off'), await boundClient(site, 'bob', 'off')];
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
        await boundClient(site, 'alice', 'off', { kid: 'WS-1' }),
        await boundClient(site, 'bob', 'off', { kid: 'WS-2' }),
      ];
      await site.server.setSwitch({ machines: ['WS-2'] });
      expect(await bob.rest()).toContain('<policy-violation ');
      expect(await isAlive(alice)).toBe(true);
      const late = await site.connect(site.card('bob'));
      await expect(late.passLock(site.machine('WS-2', 4), BINDING)).rejects.toThrow(/<refused /);
      alice.close();
    });

    it('puts a partner’s domain off, with all below it: said to whoever writes there', async () => {
      const alice = await boundClient(site, 'alice', 'off');
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
      const alice = await boundClient(site, 'alice', 'audited');
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
