/** The session process's object against the real Prosody, with a card's key from a file: what others see of its end. */
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import { Session } from '../../src/session/index.ts';
import type { Port } from '../../src/session/ports.ts';
import type { SessionOptions } from '../../src/session/session.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import type { SessionConfig, SessionReport, SignPortRequest } from '../../src/shared/session-contract.ts';
import { NO_PREFS, NOTHING_WATCHED } from '../../src/shared/watch-contract.ts';
import { stopTlsWorkers } from '../../src/tls/index.ts';
import { bundleTlsWorker } from '../support/bundle-worker.ts';
import { guardPolicy } from '../support/guard-policy.ts';
import { startTestSite, type TestSite, testUser } from '../support/prosody-site.ts';
import { readCertificates, softwareIdentity } from '../support/software-identity.ts';
import { Analyst, until } from '../support/xmpp-analyst.ts';

const ALICE = testUser('alice', 1);
let site: TestSite;
let workerFile: string;
const started: Session[] = [];

beforeAll(async () => {
  workerFile = await bundleTlsWorker();
  site = await startTestSite({
    users: [ALICE, testUser('bob', 2)],
    epochs: [4],
    prosody: {
      accounts: [
        { account: 'alice', upn: ALICE.upn },
        { account: 'bob', upn: '1000000002@mil' },
      ],
      machines: [{ kid: 'WS-1' }],
    },
  });
});
afterEach(async () => {
  for (const session of started.splice(0)) session.handle({ kind: 'stop' }, undefined);
  await stopTlsWorkers();
});
afterAll(() => site?.stop());

function files(): { readonly certificate: string; readonly key: string } {
  const slot = site.pki.cards.alice?.slots['9a'];
  if (slot === undefined) throw new Error('no card');
  return slot;
}

function config(): SessionConfig {
  const { certificate, chain } = softwareIdentity(files());
  const key = new X509Certificate(readFileSync(site.server.certificate)).publicKey;
  const pin = createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('base64');
  return {
    domain: site.server.domain,
    servers: [{ host: '127.0.0.1', port: site.server.port, pins: [`sha256/${pin}`] }],
    trustAnchors: readCertificates(site.pki.ca.root.certificate),
    tls: {
      minVersion: '1.3',
      maxVersion: '1.3',
      groups: ['P-384'],
      cipherSuites: ['TLS_AES_256_GCM_SHA384'],
      cipherList: [],
      requireFips: false,
      integrityOnly: false,
    },
    lock: { ...site.machine('WS-1', 4), bindings: ['tls-exporter'] },
    identity: {
      certificate,
      chain,
      commonName: ALICE.commonName,
      upn: ALICE.upn,
      issuer: 'ID CA',
      notAfter: '2030-01-01T00:00:00Z',
    },
    rooms: { autojoin: [] },
    guard: guardPolicy(site.server.domain, []),
    resourcePrefix: 'desk',
    watch: { policy: NOTHING_WATCHED, prefs: NO_PREFS },
  };
}

/** The token process's end of the port: signs with the file. */
function tokenPort(): Port {
  const { sign } = softwareIdentity(files());
  let receive: (data: unknown) => void = () => undefined;
  return {
    postMessage: (message) => {
      const { id, mechanism, data } = message as SignPortRequest;
      void sign({ mechanism, data }).then((signature) => receive({ id, ok: true, signature }));
    },
    onMessage: (listener) => {
      receive = listener;
    },
    onClose: () => undefined,
    close: () => undefined,
  };
}

/** A session of Alice that is online. */
async function online(
  changes: Partial<SessionConfig> = {},
  drop: NonNullable<SessionOptions['drop']> = {},
): Promise<{ readonly session: Session; readonly reports: SessionReport[] }> {
  const reports: SessionReport[] = [];
  const report = (one: SessionReport) => reports.push(one);
  const session = new Session({ report, crypto: nodeCrypto, workerFile, drop });
  started.push(session);
  session.handle({ kind: 'attach-token' }, tokenPort());
  session.handle({ kind: 'start', config: { ...config(), ...changes } }, undefined);
  await until('online', () =>
    reports.some((report) => report.kind === 'link' && report.link.kind === 'online'),
  );
  return { session, reports };
}

/** Presence of Alice, as Bob sees it. */
function presence(bob: Analyst): string | undefined {
  return bob.contacts.get(`alice@${site.server.domain}`)?.availability;
}

it.each(['stop', 'suspend'] as const)('%s says farewell: the others see her go at once', async (kind) => {
  const bob = new Analyst(site, 'bob');
  await bob.connect();
  const { session, reports } = await online();
  await until('Alice is there', () => presence(bob) === 'available');
  session.handle({ kind }, undefined);
  await until('Alice is gone', () => presence(bob) === 'offline');
  await until('reported', () =>
    reports.some((report) =>
      kind === 'stop'
        ? report.kind === 'stopped' && report.error === undefined
        : report.kind === 'link' && report.link.kind === 'offline',
    ),
  );
  await bob.client.disconnect();
});

it('comes back after suspend as the same person', async () => {
  const { session, reports } = await online();
  session.handle({ kind: 'suspend' }, undefined);
  session.handle({ kind: 'start', config: config() }, undefined);
  await until(
    'online again',
    () => reports.filter((report) => report.kind === 'link' && report.link.kind === 'online').length === 2,
  );
});

it('can be stopped while it connects', async () => {
  const reports: SessionReport[] = [];
  const session = new Session({ report: (report) => reports.push(report), crypto: nodeCrypto, workerFile });
  session.handle({ kind: 'attach-token' }, tokenPort());
  session.handle({ kind: 'start', config: config() }, undefined);
  await until('connecting', () =>
    reports.some((report) => report.kind === 'link' && report.link.kind === 'connecting'),
  );
  session.handle({ kind: 'stop' }, undefined);
  await until('stopped', () => reports.some((report) => report.kind === 'stopped'));
  expect(reports.some((report) => report.kind === 'link' && report.link.kind === 'online')).toBe(false);
});

it('makes a new client when the policy changed what the client was made with', async () => {
  const { session, reports } = await online();
  session.handle({ kind: 'suspend' }, undefined);
  const changed = { ...config(), resourcePrefix: 'other' };
  session.handle({ kind: 'start', config: changed }, undefined);
  await until('online again', () => reports.filter((report) => report.kind === 'bound').length === 2);
  const jids = reports.flatMap((report) => (report.kind === 'bound' ? [report.jid] : []));
  expect(jids[0]).toContain('/desk');
  expect(jids[1]).toContain('/other');
});

it('asks the policy’s drop no longer than it has a session', async () => {
  const drop = { host: '127.0.0.1', port: 1, pins: ['sha256/x'], path: '/policy.bundle' };
  const { reports } = await online({ policyDrop: drop }, { firstMs: 10, intervalMs: 10 });
  const asked = () =>
    reports.filter((report) => report.kind === 'audit' && report.record.event === 'policy-drop').length;
  await until('the drop is asked again and again', () => asked() > 2);
  await site.server.setSwitch({ users: ['alice'] });
  try {
    await until('the session has given up', () => reports.some((report) => report.kind === 'stopped'));
    const before = asked();
    await sleep(200);
    expect(asked()).toBe(before);
  } finally {
    await site.server.setSwitch({});
  }
});

it('joins the rooms that the policy names, without being asked', async () => {
  const { domain, roomService } = site.server;
  const room = `watch-floor@${roomService}` as BareJid;
  const bob = new Analyst(site, 'bob');
  await bob.connect();
  await bob.join(room);
  await online({ rooms: { autojoin: [room] }, guard: guardPolicy(domain, [roomService]) });
  await until('Alice is in the room', () => bob.occupants.get(room)?.size === 2);
  await bob.client.disconnect();
});
