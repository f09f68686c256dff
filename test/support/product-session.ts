/** The product's own session code signing in with a card's key from a file: whether it gets online, or what stops it. */
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { LockBinding } from '../../src/lock/index.ts';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import { Session } from '../../src/session/index.ts';
import type { Port } from '../../src/session/ports.ts';
import type { SessionConfig, SessionReport, SignPortRequest } from '../../src/shared/session-contract.ts';
import { NO_PREFS, NOTHING_WATCHED } from '../../src/shared/watch-contract.ts';
import { guardPolicy } from './guard-policy.ts';
import type { LockIdentity } from './raw-xmpp.ts';
import { readCertificates, softwareIdentity } from './software-identity.ts';
import { until } from './xmpp-analyst.ts';

export interface ProductSessionOptions {
  /** Of `bundleTlsWorker`. */
  readonly workerFile: string;
  readonly domain: string;
  readonly port: number;
  /** PEM file of the certificate whose key the policy pins. */
  readonly pinned: string;
  /** PEM file of the root that the policy trusts. */
  readonly root: string;
  /** PEM files of the card's certificate and key. */
  readonly card: { readonly certificate: string; readonly key: string };
  readonly lock: LockIdentity;
  readonly binding?: LockBinding;
}

export interface ProductSession {
  /** `online`, or the code of the error that the user is shown. */
  readonly outcome: string;
  readonly jid: string | undefined;
  stop(): void;
}

function tokenPort(card: ProductSessionOptions['card']): Port {
  const { sign } = softwareIdentity(card);
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

function configOf(options: ProductSessionOptions): SessionConfig {
  const { domain, port, pinned, root, card, lock, binding = 'tls-exporter' } = options;
  const { certificate, chain } = softwareIdentity(card);
  const spki = new X509Certificate(readFileSync(pinned)).publicKey.export({ type: 'spki', format: 'der' });
  const pin = `sha256/${createHash('sha256').update(spki).digest('base64')}`;
  return {
    domain,
    servers: [{ host: '127.0.0.1', port, pins: [pin] }],
    trustAnchors: readCertificates(root),
    tls: {
      minVersion: '1.3',
      maxVersion: '1.3',
      groups: ['P-384', 'P-256'],
      cipherSuites: ['TLS_AES_256_GCM_SHA384'],
      cipherList: [],
      requireFips: false,
      integrityOnly: false,
    },
    lock: { ...lock, bindings: [binding] },
    identity: {
      certificate,
      chain,
      commonName: 'TEST.ANALYST.A.1000000001',
      upn: '1000000001@mil',
      issuer: 'ID CA',
      notAfter: '2030-01-01T00:00:00Z',
    },
    rooms: { autojoin: [] },
    guard: guardPolicy(domain, []),
    resourcePrefix: 'desk',
    watch: { policy: NOTHING_WATCHED, prefs: NO_PREFS },
  };
}

/** What a report says about the outcome of signing in; undefined while it is open. */
function outcomeOf(report: SessionReport): string | undefined {
  if (report.kind === 'stopped') return report.error?.code ?? 'stopped';
  if (report.kind !== 'link') return undefined;
  if (report.link.kind === 'online') return 'online';
  return report.link.kind === 'waiting' ? report.link.error.code : undefined;
}

/** Starts a session and waits until it is online or has failed once. */
export async function startProductSession(options: ProductSessionOptions): Promise<ProductSession> {
  const reports: SessionReport[] = [];
  const session = new Session({
    report: (report) => reports.push(report),
    crypto: nodeCrypto,
    workerFile: options.workerFile,
  });
  session.handle({ kind: 'attach-token' }, tokenPort(options.card));
  session.handle({ kind: 'start', config: configOf(options) }, undefined);
  const outcome = await until('online or refused', () => reports.map(outcomeOf).find((found) => found));
  const bound = reports.find((report) => report.kind === 'bound');
  return { outcome, jid: bound?.jid, stop: () => session.handle({ kind: 'stop' }, undefined) };
}
