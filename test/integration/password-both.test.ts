/** A server for cards and passwords: each client gets the one way that it came for, and no way round it. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { stopTlsWorkers } from '../../src/tls/index.ts';
import { bundleTlsWorker } from '../support/bundle-worker.ts';
import { PasswordSession, passwordConfig, utf8 } from '../support/password-session.ts';
import { startProductSession } from '../support/product-session.ts';
import { startTestSite, type TestSite, testUser } from '../support/prosody-site.ts';

const RIGHT = 'Canary-7f3a9c-correct-horse';
const ALICE = testUser('alice', 1);
let site: TestSite;
let workerFile: string;

beforeAll(async () => {
  workerFile = await bundleTlsWorker();
  site = await startTestSite({
    users: [ALICE],
    epochs: [4],
    prosody: {
      signIn: 'both',
      accounts: [
        { account: 'alice', upn: ALICE.upn },
        { account: 'bob', password: RIGHT },
      ],
      machines: [{ kid: 'WS-1' }],
    },
  });
});
afterEach(() => stopTlsWorkers());
afterAll(() => site?.stop());

async function byPassword(username: string): Promise<string> {
  const session = new PasswordSession(workerFile, site.server.domain);
  const outcome = await session.signIn(passwordConfig(site, username), utf8(RIGHT));
  await session.stop();
  return outcome;
}

it('a card signs in with EXTERNAL, a password with SCRAM', async () => {
  const slot = site.pki.cards.alice?.slots['9a'];
  if (slot === undefined) throw new Error('no card');
  const carded = await startProductSession({
    workerFile,
    domain: site.server.domain,
    port: site.server.port,
    pinned: site.server.certificate,
    root: site.pki.ca.root.certificate,
    card: slot,
    lock: site.machine('WS-1', 4),
  });
  expect(carded.outcome).toBe('online');
  expect(carded.jid).toMatch(/^alice@/);
  carded.stop();
  expect(await byPassword('bob')).toBe('online');
});

it('somebody with a card only has no password', async () => {
  expect(await byPassword('alice')).toBe('PASSWORD_WRONG');
});

it('a server for cards alone shows a client without one the door, before anything is said', async () => {
  const cards = await startTestSite({
    users: [ALICE],
    epochs: [4],
    prosody: { accounts: [{ account: 'alice', upn: ALICE.upn }], machines: [{ kid: 'WS-1' }] },
  });
  try {
    const session = new PasswordSession(workerFile, cards.server.domain);
    expect(await session.signIn(passwordConfig(cards, 'alice'), utf8(RIGHT))).toBe(
      'TLS_CLIENT_CERTIFICATE_REFUSED',
    );
    await session.stop();
    expect(cards.server.log()).not.toMatch(/lock (?:verified|refused)|sign-in/);
  } finally {
    await cards.stop();
  }
});
