/** What the TLS tests share: a throw-away PKI, options that work, and servers that end with the test. */

import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KeyType, makePki, type Pki } from '../../build/site/pki.ts';
import {
  connectTls,
  stopTlsWorkers,
  type TlsClientOptions,
  type TlsConnection,
} from '../../src/tls/index.ts';
import { bundleTlsWorker } from './bundle-worker.ts';
import { type OpensslServer, startOpensslServer } from './openssl-server.ts';
import { readCertificates, softwareIdentity } from './software-identity.ts';

export const DOMAIN = 'chat.example.mil';
const KEY_TYPES = ['rsa2048', 'p256', 'p384'] as const satisfies readonly KeyType[];

export interface TlsFixture {
  readonly pki: Pki;
  readonly workerFile: string;
  /** Options for the `good` server on `port`; `changes` win. */
  options(port: number, changes?: Partial<TlsClientOptions>): TlsClientOptions;
  connect(port: number, changes?: Partial<TlsClientOptions>): Promise<TlsConnection>;
  /** `openssl s_server` with the certificate of `files`, asking for a client certificate. */
  serve(args?: readonly string[], files?: { certificate: string; key: string }): Promise<OpensslServer>;
  identity(type: KeyType): ReturnType<typeof softwareIdentity>;
  stop(): Promise<void>;
}

/** `sha256/…` of the first certificate of a PEM file. */
export function pinOf(certificateFile: string): string {
  const { publicKey } = new X509Certificate(readFileSync(certificateFile));
  const spki = createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })).export({
    type: 'spki',
    format: 'der',
  });
  return `sha256/${createHash('sha256').update(spki).digest('base64')}`;
}

/** Makes the PKI and the worker's bundle. */
export async function startTlsFixture(): Promise<TlsFixture> {
  const directory = await mkdtemp(join(tmpdir(), 'sallyport-tls-'));
  await chmod(directory, 0o711);
  const [pki, workerFile] = await Promise.all([
    makePki({
      directory: join(directory, 'pki'),
      domain: DOMAIN,
      users: KEY_TYPES.map((keyType, index) => ({
        account: keyType,
        commonName: `TESTER.${keyType.toUpperCase()}.A.100000000${index}`,
        edipi: `100000000${index}`,
        upn: `100000000${index}@mil`,
        email: `${keyType}@example.mil`,
        keyType,
      })),
    }),
    bundleTlsWorker(),
  ]);
  const servers: OpensslServer[] = [];
  const identity = (type: KeyType) => {
    const card = pki.cards[type];
    if (card === undefined) throw new Error(`no card ${type}`);
    return softwareIdentity(card.slots['9a']);
  };
  const identities = new Map(KEY_TYPES.map((type) => [type, identity(type)]));
  const defaultIdentity = identities.get('p256');
  if (defaultIdentity === undefined) throw new Error('no identity');
  const intermediate = readCertificates(pki.ca.id.certificate);
  const options = (port: number, changes: Partial<TlsClientOptions> = {}): TlsClientOptions => ({
    host: '127.0.0.1',
    port,
    serverName: DOMAIN,
    trustAnchors: readCertificates(pki.ca.root.certificate),
    pins: [pinOf(pki.server.good.certificate)],
    minVersion: '1.3',
    maxVersion: '1.3',
    groups: ['P-384', 'P-256', 'X25519'],
    cipherSuites: ['TLS_AES_256_GCM_SHA384'],
    cipherList: [],
    requireFips: false,
    identity: { ...defaultIdentity, chain: intermediate },
    timeouts: { connectMs: 5_000, handshakeMs: 5_000, signMs: 5_000 },
    workerFile,
    ...changes,
  });
  return {
    pki,
    workerFile,
    options,
    connect: (port, changes) => connectTls(options(port, changes)),
    serve: async (args = [], files = pki.server.good) => {
      const server = await startOpensslServer([
        '-cert',
        files.certificate,
        '-cert_chain',
        pki.ca.server.certificate,
        '-key',
        files.key,
        '-CAfile',
        pki.chain,
        ...(args.includes('-Verify') || args.includes('-noask') ? [] : ['-Verify', '5']),
        '-verify_return_error',
        ...args.filter((arg) => arg !== '-noask'),
      ]);
      servers.push(server);
      return server;
    },
    identity,
    stop: async () => {
      await stopTlsWorkers();
      await Promise.all(servers.map((server) => server.stop()));
      await rm(directory, { recursive: true, force: true });
    },
  };
}
