/** ejabberd as the site's server: the product's own client signs in and talks, and goes no further where a server is set up wrongly. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BareJid } from '../../src/shared/jid.ts';
import { BINDING, boundClient, type EjabberdSite, startEjabberdSite } from '../support/ejabberd-site.ts';
import { DOMAIN, testUser } from '../support/prosody-site.ts';
import { Analyst, until } from '../support/xmpp-analyst.ts';

const USERS = [testUser('alice', 1), testUser('bob', 2), testUser('carol', 3)];
const ACCOUNTS = [
  { account: 'alice', upn: '1000000001@mil' },
  { account: 'bob', upn: '1000000002@mil' },
  { account: 'carol', upn: '1000000003@mil' },
];
const EJABBERD = { accounts: ACCOUNTS, machines: [{ kid: 'WS-1' }, { kid: 'WS-2' }] };

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
    const carol = await boundClient(site, 'carol', 'archive');
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
