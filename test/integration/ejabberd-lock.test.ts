/** The lock against the real ejabberd. */
import { describe, expect, it } from 'vitest';
import { createLockClient } from '../../src/lock/index.ts';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import { BINDING, startEjabberdSite } from '../support/ejabberd-site.ts';
import { LOCK_SERVER, LOCK_SITE, REFUSED, testLock } from '../support/lock-suite.ts';
import { DOMAIN } from '../support/prosody-site.ts';

const { site, openStream } = testLock({
  start: () => startEjabberdSite({ ...LOCK_SITE, ejabberd: LOCK_SERVER }),
  binding: BINDING,
  notOffered: 'tls-exporter',
  endlessKilobytes: 300,
  onChangedHost: 'policy-violation',
});

describe.concurrent('a slow client', () => {
  it('that says nothing is put out', async () => {
    const client = await site().connect(site().card('alice'));
    expect(await client.rest()).toBe('');
  });

  it('that stops after the hello is put out', async () => {
    const client = await openStream();
    await client.hello(client.lockClient(site().machine('WS-1', 4), [BINDING]).begin([BINDING]));
    expect(await client.rest()).toContain('<connection-timeout ');
  });
});

describe('a relay', () => {
  it('cannot use the proof of a machine that sees another certificate', async () => {
    const relay = await openStream();
    const { kid, keys } = site().machine('WS-1', 4);
    const victim = createLockClient({
      domain: DOMAIN,
      kid,
      keys,
      bindings: [BINDING],
      channel: { tlsExporter: relay.tlsExporter, tlsServerEndPoint: nodeCrypto.random(32) },
      crypto: nodeCrypto,
    });
    relay.proof(victim.challenge(await relay.hello(victim.begin([BINDING]))).mac);
    expect(await relay.rest()).toBe(REFUSED);
  });
});
