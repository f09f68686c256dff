/** Servers that are not ours, against the product's own session code: it ends before it says who it is. */
import { createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ServerVariant } from '../../build/site/pki.ts';
import { freePort } from '../../build/site/prosody-process.ts';
import { stopTlsWorkers } from '../../src/tls/index.ts';
import { bundleTlsWorker } from '../support/bundle-worker.ts';
import { startEjabberdSite } from '../support/ejabberd-site.ts';
import { type ProductSession, startProductSession } from '../support/product-session.ts';
import { DOMAIN, startTestSite, type TestSite, testUser } from '../support/prosody-site.ts';

const USERS = [testUser('alice', 1)];
const KIT = { accounts: [{ account: 'alice', upn: '1000000001@mil' }], machines: [{ kid: 'WS-1' }] };

let workerFile: string;
const sessions: ProductSession[] = [];
let site: TestSite | undefined;

beforeAll(async () => {
  workerFile = await bundleTlsWorker();
});
afterEach(async () => {
  for (const session of sessions.splice(0)) session.stop();
  await site?.stop();
  site = undefined;
});
afterAll(() => stopTlsWorkers());

/** What becomes of signing in at `at`; `pinned` is the certificate that the policy pins, the server's own by default. */
async function signIn(
  at: TestSite,
  differences: { readonly port?: number; readonly pinned?: ServerVariant; readonly ejabberd?: boolean } = {},
): Promise<string> {
  const card = at.pki.cards.alice?.slots['9a'];
  if (card === undefined) throw new Error('no card');
  const { pinned } = differences;
  const session = await startProductSession({
    workerFile,
    domain: DOMAIN,
    port: differences.port ?? at.server.port,
    pinned: pinned === undefined ? at.server.certificate : at.pki.server[pinned].certificate,
    root: at.pki.ca.root.certificate,
    card,
    lock: at.machine('WS-1', 1),
    ...(differences.ejabberd === true ? { binding: 'tls-server-end-point' } : {}),
  });
  sessions.push(session);
  return session.outcome;
}

describe('a server', () => {
  it.each([
    ['Prosody', false],
    ['ejabberd', true],
  ])('as it should be (%s) gets the analyst', async (_name, ejabberd) => {
    site = ejabberd
      ? await startEjabberdSite({ users: USERS, epochs: [1], ejabberd: KIT })
      : await startTestSite({ users: USERS, epochs: [1], prosody: KIT });
    expect(await signIn(site, { ejabberd })).toBe('online');
  });

  it.each([
    ['Prosody', false],
    ['ejabberd', true],
  ])('without the lock (%s) gets nothing', async (_name, ejabberd) => {
    site = ejabberd
      ? await startEjabberdSite({ users: USERS, epochs: [1], ejabberd: { ...KIT, lock: false } })
      : await startTestSite({ users: USERS, epochs: [1], prosody: { ...KIT, lock: false } });
    expect(await signIn(site, { ejabberd })).toBe('LOCK_NOT_OFFERED');
  });

  it('with a lock that proves nothing gets nothing', async () => {
    site = await startTestSite({ users: USERS, epochs: [1], prosody: { ...KIT, lock: 'impostor' } });
    expect(await signIn(site)).toBe('LOCK_SERVER_PROOF_WRONG');
    expect(site.server.log()).not.toContain('impostor received');
  });

  it.each([
    ['another name', 'wrong-name', 'TLS_NAME_MISMATCH'],
    ['another authority', 'other-ca', 'TLS_UNTRUSTED_CHAIN'],
    ['none but its own authority', 'self-signed', 'TLS_UNTRUSTED_CHAIN'],
    ['an end that has passed', 'expired', 'TLS_CERTIFICATE_EXPIRED'],
    ['no purpose as a server', 'client-eku', 'TLS_EXTENDED_KEY_USAGE'],
  ] as const)('with a certificate of %s gets nothing', async (_what, serverCertificate, code) => {
    site = await startTestSite({ users: USERS, epochs: [1], prosody: { ...KIT, serverCertificate } });
    expect(await signIn(site, { pinned: serverCertificate })).toBe(code);
    expect(site.server.log()).not.toContain('lock verified');
  });

  it('with a key that is not pinned gets nothing', async () => {
    site = await startTestSite({ users: USERS, epochs: [1], prosody: KIT });
    expect(await signIn(site, { pinned: 'no-eku' })).toBe('TLS_PIN_MISMATCH');
    expect(site.server.log()).not.toContain('lock verified');
  });
});

describe('a server that speaks in the clear', () => {
  let server: Server;
  let heard: Buffer[];
  const OFFERS = `<?xml version='1.0'?><stream:stream from='${DOMAIN}' id='1' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'><stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></stream:features>`;
  afterEach(() => server.close());

  it.each([
    ['at once', 'connection'],
    ['when it hears TLS', 'data'],
  ])('%s gets a TLS handshake and nothing in it that names the user', async (_when, moment) => {
    site = await startTestSite({ users: USERS, epochs: [1], prosody: KIT });
    heard = [];
    const port = await freePort();
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        heard.push(data);
        if (moment === 'data') socket.write(OFFERS);
      });
      if (moment === 'connection') socket.write(OFFERS);
    });
    await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
    expect(await signIn(site, { port })).toMatch(/^TLS_/);
    const text = Buffer.concat(heard).toString('latin1');
    expect(text).not.toMatch(/stream|alice|1000000001|WS-1|desk/);
  });
});
