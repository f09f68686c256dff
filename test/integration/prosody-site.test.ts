/** The site's server as a place to chat: contact lists, rooms, what survives a restart, and the ways to set it up wrongly. */
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DOMAIN, startTestSite, type TestSite, testUser } from '../support/prosody-site.ts';
import { attribute, type RawXmpp } from '../support/raw-xmpp.ts';

const USERS = [testUser('alice', 1), testUser('bob', 2)];
const ACCOUNTS = [
  { account: 'alice', upn: '1000000001@mil', name: 'Alice Allen' },
  { account: 'bob', upn: '1000000002@mil', name: 'Bob Baker' },
];
const PROSODY = { accounts: ACCOUNTS, machines: [{ kid: 'WS-1' }, { kid: 'WS-2' }] };

/** Signs in and binds; returns the client behind resource binding. */
async function signIn(site: TestSite, account: string, resource: string, kid = 'WS-1'): Promise<RawXmpp> {
  const client = await site.connect(site.card(account));
  await client.passLock(site.machine(kid, 1));
  expect(await client.external()).toContain('<success');
  expect(await client.bind(resource)).toBe(`${account}@${DOMAIN}/${resource}`);
  return client;
}

describe('the site', () => {
  let site: TestSite;
  beforeAll(async () => {
    site = await startTestSite({ users: USERS, epochs: [1], prosody: PROSODY });
  });
  afterAll(() => site?.stop());

  it('listens on its one port only, as an ordinary user, on the loopback', async () => {
    expect(site.server.log()).toContain(
      `Activated service 'c2s_direct_tls' on [127.0.0.1]:${site.server.port}`,
    );
    const activated = site.server.log().match(/Activated service '[^']*' on \[.*/g) ?? [];
    expect(activated).toHaveLength(1);
    expect(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${site.server.pid}/status`, 'utf8'))?.[1]).not.toBe('0');
  });

  it('says nothing in the clear', async () => {
    const answer = await new Promise<string>((done) => {
      let text = '';
      const socket = connect(site.server.port, '127.0.0.1');
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1');
      });
      socket.on('error', () => undefined);
      socket.on('close', () => done(text));
      socket.write(`<stream:stream to='${DOMAIN}' xmlns='jabber:client' version='1.0'>`);
    });
    expect(answer).not.toContain('stream');
  });

  it('gives everybody everybody else as a contact', async () => {
    const alice = await signIn(site, 'alice', 'roster');
    alice.send("<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>");
    const roster = await alice.take(/<iq [^>]*id='r'.*?<\/iq>/s);
    expect(roster).toMatch(/<item [^>]*jid='bob@chat\.example\.mil'/);
    expect(roster).toContain("name='Bob Baker'");
    expect(roster).toContain("subscription='both'");
    expect(roster).not.toContain("jid='alice@");
    alice.close();
  });

  it('passes messages and presence, and keeps a message for whoever is away over a restart', async () => {
    const alice = await signIn(site, 'alice', 'one');
    const bob = await signIn(site, 'bob', 'one');
    bob.send('<presence/>');
    await bob.take(/<presence [^>]*from='bob@[^>]*>/);
    alice.send('<presence/>');
    expect(await bob.take(/<presence [^>]*from='alice@[^>]*>/)).toContain('alice@');
    alice.send(`<message type='chat' to='bob@${DOMAIN}' id='m1'><body>hello 🚪</body></message>`);
    const message = await bob.take(/<message .*?<\/message>/s);
    expect(message).toContain('hello 🚪');
    expect(attribute(message, 'from')).toBe(`alice@${DOMAIN}/one`);
    bob.send('</stream:stream>');
    await bob.rest();
    alice.send(`<message type='chat' to='bob@${DOMAIN}' id='m2'><body>later</body></message>`);
    alice.send("<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>");
    await alice.take(/<iq [^>]*id='p'/);
    await site.server.restart();
    const again = await signIn(site, 'bob', 'two');
    again.send('<presence/>');
    expect(await again.take(/<message .*?<\/message>/s)).toContain('later');
    again.close();
  });

  it('keeps rooms, their subject and their history over a restart', async () => {
    const room = `ops@${site.server.roomService}`;
    const join = `<presence to='${room}/Alice'><x xmlns='http://jabber.org/protocol/muc'/></presence>`;
    const alice = await signIn(site, 'alice', 'room');
    alice.send(join);
    await alice.take(/<presence [^>]*from='ops@[^>]*>.*?status code='201'/s);
    await alice.take(/<subject\/>|<subject>/);
    alice.send(`<message type='groupchat' to='${room}'><subject>Watch</subject></message>`);
    alice.send(`<message type='groupchat' to='${room}' id='g1'><body>first light</body></message>`);
    expect(await alice.take(/<body>first light<\/body>/)).toBeTruthy();
    await site.server.restart();
    const again = await signIn(site, 'bob', 'room');
    again.send(join.replace('/Alice', '/Bob'));
    const arrived = await again.take(/<body>first light<\/body>.*?<subject>Watch<\/subject>/s);
    expect(arrived).toContain('urn:xmpp:delay');
    expect(again.received).not.toContain("code='201'");
    again.close();
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
    await second.passLock(site.machine('WS-2', 1));
    await second.external();
    await second.open();
    second.send(`<resume xmlns='urn:xmpp:sm:3' h='0' previd='${previd}'/>`);
    expect(await second.take(/<(resumed|failed) [^>]*>/)).toContain('<resumed ');

    await site.server.setMachines([{ kid: 'WS-1', revoked: true }, { kid: 'WS-2' }]);
    second.send("<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>");
    expect(await second.take(/<iq [^>]*id='p'[^>]*\/>/)).toContain("type='result'");
    await site.server.setMachines([{ kid: 'WS-1' }, { kid: 'WS-2', revoked: true }]);
    expect(await second.rest()).toContain('<policy-violation ');
    await site.server.setMachines(PROSODY.machines);
  });

  it('resumes a session that broke in the middle of a stanza: the half is nobody’s, what comes next is whole', async () => {
    const bob = await signIn(site, 'bob', 'whole');
    bob.send('<presence/>');
    const first = await signIn(site, 'alice', 'half');
    first.send("<enable xmlns='urn:xmpp:sm:3' resume='true'/>");
    const previd = attribute(await first.take(/<enabled [^>]*>/), 'id');
    const message = (id: string, body: string) =>
      `<message type='chat' to='bob@${DOMAIN}' id='${id}'><body>${body}</body></message>`;
    const halves = [
      message('h1', 'in two halves').slice(0, -25),
      `<message type='chat' to='bob@${DOMAIN}' id='h2`,
    ];
    let broken = first;
    for (const [index, half] of halves.entries()) {
      broken.send(`<iq type='get' id='p${index}'><ping xmlns='urn:xmpp:ping'/></iq>${half}`);
      await broken.take(new RegExp(`<iq [^>]*id='p${index}'[^>]*>`));
      broken.close();
      broken = await site.connect(site.card('alice'));
      await broken.passLock(site.machine('WS-1', 1));
      await broken.external();
      await broken.open();
      broken.send(`<resume xmlns='urn:xmpp:sm:3' h='${index + 1}' previd='${previd}'/>`);
      expect(await broken.take(/<resumed [^>]*>|<failed .*?<\/failed>/s)).toContain(`h='${2 * index + 1}'`);
      broken.send(message(`n${index}`, `whole ${index}`));
      const arrived = await bob.take(/<message .*?<\/message>/s);
      expect(arrived).toContain(`<body>whole ${index}</body>`);
      expect(arrived).not.toContain('halves');
    }
    // What is no XML ends the session, as on any connection.
    broken.send('<message></iq>');
    expect(await broken.rest()).toContain('<not-well-formed ');
    bob.close();
  });

  it('forgets a sleeping session when its machine is revoked', async () => {
    const first = await signIn(site, 'alice', 'sleep', 'WS-1');
    first.send("<enable xmlns='urn:xmpp:sm:3' resume='true'/>");
    const previd = attribute(await first.take(/<enabled [^>]*>/), 'id');
    first.close();
    await site.server.revokeMachine('WS-1');
    const second = await site.connect(site.card('alice'));
    await second.passLock(site.machine('WS-2', 1));
    await second.external();
    await second.open();
    second.send(`<resume xmlns='urn:xmpp:sm:3' h='0' previd='${previd}'/>`);
    expect(await second.take(/<resumed [^>]*>|<failed .*?<\/failed>/s)).toContain('<item-not-found');
    second.close();
    await site.server.setMachines(PROSODY.machines);
  });

  it('logs who came, and no secret', () => {
    const log = site.server.log();
    expect(log).toMatch(/lock verified machine=WS-1 epoch=1 binding=tls-exporter ip=127\.0\.0\.1/);
    expect(log).toMatch(/sign-in accepted account=alice ip=127\.0\.0\.1/);
    const master = site.masters.get(1);
    expect(master).toBeDefined();
    expect(log).not.toContain(Buffer.from(master ?? []).toString('base64'));
    expect(log).not.toContain('hello 🚪');
  });

  it('ends when it is stopped', async () => {
    const { pid } = site.server;
    await site.server.stop();
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    await site.server.start();
  });
});

describe('a server that is set up wrongly', () => {
  let site: TestSite | undefined;
  afterEach(async () => {
    await site?.stop();
    site = undefined;
  });

  it('without the lock offers SASL at once, and nobody in', async () => {
    site = await startTestSite({ users: USERS, epochs: [1], prosody: { ...PROSODY, lock: false } });
    const client = await site.connect(site.card('alice'));
    const features = await client.open();
    expect(features).toContain('EXTERNAL');
    expect(features).not.toContain('lock');
    expect(await client.external()).toContain('<not-authorized/>');
  });

  it('with an impostor’s lock gives a proof that is none', async () => {
    site = await startTestSite({ users: USERS, epochs: [1], prosody: { ...PROSODY, lock: 'impostor' } });
    const client = await site.connect(site.card('alice'));
    await expect(client.passLock(site.machine('WS-1', 1))).rejects.toThrow('LOCK_SERVER_PROOF_WRONG');
  });

  it('that asks for no certificate offers no EXTERNAL', async () => {
    site = await startTestSite({
      users: USERS,
      epochs: [1],
      prosody: { ...PROSODY, requestClientCertificate: false },
    });
    const client = await site.connect();
    await expect(client.open()).rejects.toThrow(/undefined-condition/);
  });

  it('that offers passwords offers no EXTERNAL behind the lock', async () => {
    site = await startTestSite({ users: USERS, epochs: [1], prosody: { ...PROSODY, offerExternal: false } });
    const client = await site.connect(site.card('alice'));
    const features = await client.passLock(site.machine('WS-1', 1));
    expect(features).toContain('SCRAM-SHA-1');
    expect(features).not.toContain('EXTERNAL');
  });

  it('with another certificate shows it', async () => {
    site = await startTestSite({
      users: USERS,
      epochs: [1],
      prosody: { ...PROSODY, serverCertificate: 'expired' },
    });
    await expect(site.connect(site.card('alice'))).rejects.toThrow(/expired/);
  });

  it('that speaks only TLS 1.2 has no binding to offer, unless the certificate’s hash is allowed', async () => {
    site = await startTestSite({ users: USERS, epochs: [1], prosody: { ...PROSODY, tls: '1.2' } });
    const client = await site.connect(site.card('alice'));
    expect(client.protocol).toBe('TLSv1.2');
    expect(await client.open()).toBe(
      "<stream:features><lock xmlns='urn:sallyport:lock:1'/></stream:features>",
    );
    await site.stop();
    site = await startTestSite({
      users: USERS,
      epochs: [1],
      prosody: { ...PROSODY, tls: '1.2', lockBindings: ['tls-exporter', 'tls-server-end-point'] },
    });
    const other = await site.connect(site.card('alice'));
    expect(await other.passLock(site.machine('WS-1', 1), 'tls-server-end-point')).toContain('EXTERNAL');
    expect(other.received).not.toContain("cb type='tls-exporter'");
  });

  it('without master keys accepts no machine', async () => {
    site = await startTestSite({ users: USERS, epochs: [], prosody: PROSODY });
    const client = await site.connect(site.card('alice'));
    await expect(client.passLock(site.machine('WS-1', 1))).rejects.toThrow(/refused/);
  });
});
