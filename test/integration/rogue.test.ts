/**
 * Clients that are not ours against the servers of the kit: xmpp.js as it comes, a script, and openings in the manner of
 * Gajim and Psi+, each without lock or card. None gets past TLS or the lock.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LockBinding } from '../../src/lock/index.ts';
import { startEjabberdSite } from '../support/ejabberd-site.ts';
import { DOMAIN, issueCertificate, startTestSite, type TestSite, testUser } from '../support/prosody-site.ts';
import { attribute } from '../support/raw-xmpp.ts';
import {
  type Loot,
  OPENINGS,
  plainXmppJs,
  playInTheClear,
  playOverTls,
  type RogueTarget,
} from '../support/rogue-clients.ts';

const USERS = [testUser('alice', 1), testUser('bob', 2)];
const KIT = {
  accounts: [
    { account: 'alice', upn: '1000000001@mil' },
    { account: 'bob', upn: '1000000002@mil' },
  ],
  machines: [{ kid: 'WS-1' }, { kid: 'WS-BOB', users: ['bob'] }],
};

interface Server {
  readonly name: string;
  readonly binding: LockBinding;
  readonly start: () => Promise<TestSite>;
  /**
   * What a connection without a good certificate ends with, in TLS or at its first stream header. Whoever still writes when
   * the alert comes may see no more of it than the reset.
   */
  readonly noCertificate: RegExp;
  readonly foreignCertificate: RegExp;
}

const SERVERS: readonly Server[] = [
  {
    name: 'Prosody',
    binding: 'tls-exporter',
    start: () => startTestSite({ users: USERS, epochs: [1], prosody: KIT }),
    noCertificate: /alert certificate required|ECONNRESET/,
    foreignCertificate: /alert unknown ca|ECONNRESET/,
  },
  {
    name: 'ejabberd',
    binding: 'tls-server-end-point',
    start: () =>
      startEjabberdSite({ users: USERS, epochs: [1], ejabberd: { ...KIT, lockTimeoutSeconds: 3 } }),
    noCertificate: /not-authorized|alert/,
    foreignCertificate: /not-authorized|alert/,
  },
];

describe.each(SERVERS)('$name', ({ start, binding, noCertificate, foreignCertificate }) => {
  let site: TestSite;
  let target: RogueTarget;

  beforeAll(async () => {
    site = await start();
    const ca = readFileSync(site.pki.ca.root.certificate, 'utf8');
    target = { port: site.server.port, domain: DOMAIN, ca };
  });
  afterAll(() => site?.stop());

  /** The server hung up, told nothing that helps, and let nobody do anything. */
  function expectNothing({ received, error }: Loot): void {
    expect(error).not.toBe('the server kept the connection');
    expect(received).not.toMatch(
      /<success|<mechanism|<bind|<jid>|<query|jabber:iq:register|<proceed|<verified/,
    );
    expect(received.replace(/\s+$/, '')).toMatch(/^$|<\/stream:stream>$/);
  }

  const foreign = () =>
    issueCertificate(site.directory, {
      commonName: 'rogue',
      subjectAltName: 'otherName:1.3.6.1.4.1.311.20.2.3;UTF8:1000000001@mil',
      by: site.pki.ca.other,
    });

  describe.each(Object.entries(OPENINGS))('%s', (_name, opening) => {
    it('in the clear gets no answer in XMPP', async () => {
      const loot = await playInTheClear(target, opening(DOMAIN));
      expect(loot.received).not.toContain('stream');
      expectNothing({ ...loot, received: '' });
    });

    it('without card and lock ends before it is offered anything', async () => {
      const loot = await playOverTls(target, undefined, opening(DOMAIN));
      expect(`${loot.error}${loot.received}`).toMatch(noCertificate);
      expect(loot.received).not.toContain('urn:sallyport:lock:1');
      expectNothing(loot);
    });

    it('with another authority’s card ends likewise', async () => {
      const loot = await playOverTls(target, foreign(), opening(DOMAIN));
      expect(`${loot.error}${loot.received}`).toMatch(foreignCertificate);
      expectNothing(loot);
    });

    it('with a good card and without the lock’s key sees the lock and no more', async () => {
      const loot = await playOverTls(target, site.card('alice'), opening(DOMAIN));
      expect(loot.received).toContain('urn:sallyport:lock:1');
      expect(loot.received).toMatch(/<stream:error>|<refused /);
      expectNothing(loot);
    });
  });

  describe('xmpp.js', () => {
    it('without card and lock gets nowhere', async () => {
      const loot = await plainXmppJs(target, undefined);
      expect(loot.error).not.toBe('the server kept the connection');
      expect(`${loot.error}${loot.received}`).toMatch(noCertificate);
      expect(loot.received).not.toMatch(/<success|<mechanism|urn:sallyport:lock:1/);
    });

    it('with a good card and without the lock’s key sees the lock and no more', async () => {
      const loot = await plainXmppJs(target, site.card('alice'));
      expect(loot.error).not.toBe('the server kept the connection');
      expect(loot.received).toContain('urn:sallyport:lock:1');
      expect(loot.received).not.toMatch(/<success|<mechanism|<bind/);
    });
  });

  describe('who knows a machine’s key', () => {
    it('and has no card gets nowhere', async () => {
      const client = await site.connect();
      const failure = await client.passLock(site.machine('WS-1', 1), binding).then(
        () => 'passed',
        (error: Error) => `${error.message}${client.received}`,
      );
      expect(failure).toMatch(noCertificate);
      expect(client.received).not.toMatch(/<verified|<mechanism/);
    });

    it('and has another authority’s card gets nowhere', async () => {
      const client = await site.connect(foreign());
      const failure = await client.passLock(site.machine('WS-1', 1), binding).then(
        () => 'passed',
        (error: Error) => `${error.message}${client.received}`,
      );
      expect(failure).toMatch(foreignCertificate);
      expect(client.received).not.toMatch(/<verified|<mechanism/);
    });

    it('and has a card of somebody the machine is not for passes the lock and signs nobody in', async () => {
      const client = await site.connect(site.card('alice'));
      await client.passLock(site.machine('WS-BOB', 1), binding);
      expect(await client.external(`alice@${DOMAIN}`)).toContain('<not-authorized/>');
      client.close();
    });
  });

  it('a recorded exchange of a good machine is worth nothing on another connection', async () => {
    const good = await site.connect(site.card('alice'));
    await good.open();
    const lock = good.lockClient(site.machine('WS-1', 1), [binding]);
    const hello = lock.begin([binding]);
    const { mac } = lock.challenge(await good.hello(hello));
    good.proof(mac);
    attribute(await good.take(/<verified [^>]*\/>/), 'mac');
    good.close();

    const replay = await site.connect(site.card('alice'));
    await replay.open();
    await replay.hello(hello);
    replay.proof(mac);
    expect(await replay.rest()).toBe("<refused xmlns='urn:sallyport:lock:1'/></stream:stream>");
  });

  it('and after all of that lets the analyst in', async () => {
    const client = await site.connect(site.card('alice'));
    await client.passLock(site.machine('WS-1', 1), binding);
    expect(await client.external(`alice@${DOMAIN}`)).toContain('<success');
    expect(await client.bind()).toBe(`alice@${DOMAIN}/raw`);
    client.close();
  });
});
