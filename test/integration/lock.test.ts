/** The lock against the real Prosody. */
import { describe, expect, it } from 'vitest';
import { LOCK_SERVER, LOCK_SITE, REFUSED, testLock } from '../support/lock-suite.ts';
import { startTestSite } from '../support/prosody-site.ts';
import type { RawXmpp } from '../support/raw-xmpp.ts';

const { site, openStream } = testLock({
  start: () => startTestSite({ ...LOCK_SITE, prosody: LOCK_SERVER }),
  binding: 'tls-exporter',
  notOffered: 'tls-server-end-point',
  endlessKilobytes: 40,
  onChangedHost: 'not-authorized',
});

describe.concurrent('a slow client', () => {
  it.each([
    ['says nothing', async (_client: RawXmpp) => undefined],
    [
      'stops after the hello',
      async (client: RawXmpp) => {
        await client.open();
        await client.hello(client.lockClient(site().machine('WS-1', 4)).begin(['tls-exporter']));
      },
    ],
  ])('that %s is put out', async (_what, act) => {
    const client = await site().connect(site().card('alice'));
    await act(client);
    expect(await client.rest()).toContain('<connection-timeout ');
  });
});

describe('a relay', () => {
  it('cannot use the proof of a machine on another connection', async () => {
    const relay = await openStream();
    const victim = await openStream();
    const honest = victim.lockClient(site().machine('WS-1', 4));
    const nonce = await relay.hello(honest.begin(['tls-exporter']));
    relay.proof(honest.challenge(nonce).mac);
    expect(await relay.rest()).toBe(REFUSED);
    victim.close();
  });
});
