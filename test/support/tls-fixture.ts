/** What the TLS tests share: a throw-away PKI, options that work, and servers that end with the test. */
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import tls from 'node:tls';
import { type KeyType, makePki, type Pki, type ServerFiles } from '../../build/site/pki.ts';
import { newKeyAndRequest, openssl } from '../../build/site/pki-openssl.ts';
import type { ClientIdentity } from '../../src/shared/signing.ts';
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

/** How a server's certificate of {@link TlsFixture.makeServer} differs from a good one. */
export interface ServerDifference {
  readonly names?: string;
  readonly digest?: string;
  readonly key?: KeyType;
  /** Lines of an extension file instead of the usual ones. */
  readonly extensions?: string;
}

export interface NodeServer {
  readonly port: number;
  readonly server: tls.Server;
  /** The next connection that completes its handshake. */
  accepted(): Promise<tls.TLSSocket>;
}

export interface TlsFixture {
  readonly pki: Pki;
  readonly workerFile: string;
  /** Options for the `good` server on `port`; `changes` win. */
  options(port: number, changes?: Partial<TlsClientOptions>): TlsClientOptions;
  connect(port: number, changes?: Partial<TlsClientOptions>): Promise<TlsConnection>;
  /** `openssl s_server` that wants a client certificate unless `noCertificate` is given. */
  serve(args?: readonly string[], files?: ServerFiles): Promise<OpensslServer>;
  /** Node's TLS server in this process; asks for a client certificate and accepts any. */
  serveNode(options?: tls.TlsOptions): Promise<NodeServer>;
  /** Issues a server certificate below the PKI's server authority. */
  makeServer(difference: ServerDifference): Promise<ServerFiles>;
  pin(files: ServerFiles): string;
  /** The hash of the certificate, hex. */
  digest(hash: string, files: ServerFiles): string;
  identity(type: KeyType): ClientIdentity;
  /** A worker file that is the real one, and hangs when it is sent `{ kind: 'hang' }`. */
  hangingWorker(): Promise<string>;
  stop(): Promise<void>;
}

/** For {@link TlsFixture.serve}: do not ask for a client certificate. */
export const NO_CERTIFICATE = 'no-certificate';

function firstCertificate(files: ServerFiles): X509Certificate {
  return new X509Certificate(readFileSync(files.certificate));
}

function pinOf(files: ServerFiles): string {
  const spki = firstCertificate(files).publicKey.export({ type: 'spki', format: 'der' });
  return `sha256/${createHash('sha256').update(spki).digest('base64')}`;
}

class Fixture implements TlsFixture {
  readonly pki: Pki;
  readonly workerFile: string;
  readonly #directory: string;
  readonly #identities: ReadonlyMap<KeyType, ClientIdentity>;
  readonly #servers: OpensslServer[] = [];
  readonly #nodeServers: tls.Server[] = [];
  readonly #sockets = new Set<tls.TLSSocket>();
  #made = 0;

  constructor(directory: string, pki: Pki, workerFile: string) {
    this.#directory = directory;
    this.pki = pki;
    this.workerFile = workerFile;
    const chain = readCertificates(pki.ca.id.certificate);
    this.#identities = new Map(
      KEY_TYPES.map((type) => {
        const card = pki.cards[type];
        if (card === undefined) throw new Error(`no card ${type}`);
        return [type, { ...softwareIdentity(card.slots['9a']), chain }];
      }),
    );
  }

  options(port: number, changes: Partial<TlsClientOptions> = {}): TlsClientOptions {
    return {
      host: '127.0.0.1',
      port,
      serverName: DOMAIN,
      trustAnchors: readCertificates(this.pki.ca.root.certificate),
      pins: [pinOf(this.pki.server.good)],
      minVersion: '1.3',
      maxVersion: '1.3',
      groups: ['P-384', 'P-256', 'X25519'],
      cipherSuites: ['TLS_AES_256_GCM_SHA384'],
      cipherList: [],
      requireFips: false,
      revocationLists: undefined,
      integrityOnly: false,
      identity: this.identity('p256'),
      timeouts: { connectMs: 5_000, handshakeMs: 5_000, signMs: 5_000 },
      workerFile: this.workerFile,
      ...changes,
    };
  }

  connect(port: number, changes?: Partial<TlsClientOptions>): Promise<TlsConnection> {
    return connectTls(this.options(port, changes));
  }

  async serve(args: readonly string[] = [], files = this.pki.server.good): Promise<OpensslServer> {
    const server = await startOpensslServer([
      '-cert',
      files.certificate,
      '-cert_chain',
      this.pki.ca.server.certificate,
      '-key',
      files.key,
      ...(args.includes('-CAfile') ? [] : ['-CAfile', this.pki.chain]),
      ...(args.includes(NO_CERTIFICATE) ? [] : ['-Verify', '5', '-verify_return_error']),
      ...args.filter((arg) => arg !== NO_CERTIFICATE),
    ]);
    this.#servers.push(server);
    return server;
  }

  async serveNode(options: tls.TlsOptions = {}): Promise<NodeServer> {
    const { certificate, key } = this.pki.server.good;
    const server = tls.createServer({
      cert: readFileSync(certificate),
      key: readFileSync(key),
      requestCert: true,
      rejectUnauthorized: false,
      ...options,
    });
    server.on('secureConnection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    server.on('tlsClientError', () => undefined);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.#nodeServers.push(server);
    const accepted = async (): Promise<tls.TLSSocket> => {
      const [socket] = await once(server, 'secureConnection');
      return socket as tls.TLSSocket;
    };
    return { port: (server.address() as AddressInfo).port, server, accepted };
  }

  async makeServer(difference: ServerDifference): Promise<ServerFiles> {
    this.#made += 1;
    const at = (kind: string): string => join(this.#directory, `made-${this.#made}.${kind}`);
    const files = { certificate: at('crt'), key: at('key') };
    await newKeyAndRequest({
      algorithm: difference.key ?? 'p256',
      key: files.key,
      out: at('csr'),
      subject: `/C=US/O=Test/CN=${DOMAIN}`,
    });
    const usual = [
      'basicConstraints=critical,CA:FALSE',
      'authorityKeyIdentifier=keyid',
      'subjectKeyIdentifier=hash',
      'keyUsage=critical,digitalSignature',
      'extendedKeyUsage=serverAuth',
      ...(difference.names === '' ? [] : [`subjectAltName=${difference.names ?? `DNS:${DOMAIN}`}`]),
    ].join('\n');
    await writeFile(at('ext'), `${difference.extensions ?? usual}\n`);
    const { certificate, key } = this.pki.ca.server;
    await openssl(
      'x509',
      '-req',
      '-in',
      at('csr'),
      '-CA',
      certificate,
      '-CAkey',
      key,
      '-CAcreateserial',
      '-CAserial',
      at('srl'),
      '-days',
      '30',
      `-${difference.digest ?? 'sha256'}`,
      '-extfile',
      at('ext'),
      '-out',
      files.certificate,
    );
    await chmod(files.key, 0o644);
    return files;
  }

  pin(files: ServerFiles): string {
    return pinOf(files);
  }

  digest(hash: string, files: ServerFiles): string {
    return createHash(hash).update(firstCertificate(files).raw).digest('hex');
  }

  identity(type: KeyType): ClientIdentity {
    const identity = this.#identities.get(type);
    if (identity === undefined) throw new Error(`no identity ${type}`);
    return identity;
  }

  async hangingWorker(): Promise<string> {
    const file = join(dirname(this.workerFile), `tls-worker-hanging-${process.pid}.cjs`);
    await writeFile(
      file,
      `require('node:worker_threads').parentPort.on('message', (message) => {
  if (message.kind === 'hang') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});
require(${JSON.stringify(this.workerFile)});
`,
    );
    return file;
  }

  async stop(): Promise<void> {
    await stopTlsWorkers();
    for (const socket of this.#sockets) socket.destroy();
    for (const server of this.#nodeServers) server.close();
    await Promise.all(this.#servers.map((server) => server.stop()));
    await rm(this.#directory, { recursive: true, force: true });
  }
}

/** Makes the PKI and the worker's bundle. */
export async function startTlsFixture(): Promise<TlsFixture> {
  const directory = await mkdtemp(join(tmpdir(), 'sallyport-tls-'));
  // Servers run as another user; what they may read is decided file by file.
  await chmod(directory, 0o711);
  const users = KEY_TYPES.map((keyType, index) => ({
    account: keyType,
    commonName: `TESTER.${keyType.toUpperCase()}.A.100000000${index}`,
    edipi: `100000000${index}`,
    upn: `100000000${index}@mil`,
    email: `${keyType}@example.mil`,
    keyType,
  }));
  const [pki, workerFile] = await Promise.all([
    makePki({ directory: join(directory, 'pki'), domain: DOMAIN, users }),
    bundleTlsWorker(),
  ]);
  return new Fixture(directory, pki, workerFile);
}
