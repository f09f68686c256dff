/**
 * Opens and closes many TLS connections in one worker and prints what memory it took, as JSON lines. A process of its
 * own, so that nothing but the TLS code is measured. Arguments: a JSON object {@link SoakOptions}.
 */
import { AppError } from '../../src/shared/errors.ts';
import { connectTls, stopTlsWorkers, type TlsClientOptions, workerHost } from '../../src/tls/index.ts';
import { readCertificates, softwareIdentity } from './software-identity.ts';

export interface SoakOptions {
  readonly port: number;
  readonly workerFile: string;
  readonly serverName: string;
  readonly anchors: string;
  readonly pin: string;
  readonly identities: readonly { readonly certificate: string; readonly key: string }[];
  readonly batches: number;
  readonly connectionsPerBatch: number;
}

export interface SoakLine {
  readonly batch: number;
  readonly rssBytes: number;
  readonly statistics: Awaited<ReturnType<ReturnType<typeof workerHost>['statistics']>>;
  /** How often each outcome came. */
  readonly outcomes: Readonly<Record<string, number>>;
}

const options = JSON.parse(process.argv[2] ?? '') as SoakOptions;
const identities = options.identities.map((files) => softwareIdentity(files));
const outcomes: Record<string, number> = {};

/** One connection; every fourth goes wrong in one of several ways, since that frees along another path. */
async function once(index: number): Promise<void> {
  const identity = identities[index % identities.length];
  if (identity === undefined) throw new Error('no identity');
  const good: TlsClientOptions = {
    host: '127.0.0.1',
    port: options.port,
    serverName: options.serverName,
    trustAnchors: readCertificates(options.anchors),
    pins: [options.pin],
    minVersion: index % 2 === 0 ? '1.3' : '1.2',
    maxVersion: index % 2 === 0 ? '1.3' : '1.2',
    groups: ['P-384', 'P-256'],
    cipherSuites: ['TLS_AES_256_GCM_SHA384'],
    cipherList: ['ECDHE-ECDSA-AES256-GCM-SHA384'],
    requireFips: false,
    revocationLists: undefined,
    integrityOnly: false,
    identity,
    timeouts: { connectMs: 10_000, handshakeMs: 10_000, signMs: 10_000 },
    workerFile: options.workerFile,
  };
  const changes: Partial<TlsClientOptions>[] = [
    { pins: [`sha256/${'A'.repeat(43)}=`] },
    { serverName: 'elsewhere.example' },
    { identity: { ...identity, sign: () => Promise.reject(new AppError('CARD_REMOVED')) } },
    { identity: { ...identity, sign: async () => new Uint8Array(64) } },
    { groups: ['P-999'] },
    { trustAnchors: [new Uint8Array([0x30, 0x03, 0x02, 0x01, 0xff])] },
  ];
  const change = index % 4 === 3 ? changes[Math.floor(index / 4) % changes.length] : undefined;
  let outcome = 'connected';
  try {
    const connection = await connectTls({ ...good, ...change });
    await new Promise<void>((resolve, reject) => {
      connection.once('error', reject);
      connection.once('close', () => resolve());
      connection.resume();
      if (index % 3 === 0) connection.destroy();
      else connection.end('a few bytes');
    });
  } catch (error) {
    outcome = error instanceof AppError ? error.code : String(error);
  }
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
}

async function run(): Promise<void> {
  const host = workerHost(options.workerFile, undefined);
  // An idle worker does not keep a process alive; this one waits for its statistics.
  const alive = setInterval(() => undefined, 1_000);
  let index = 0;
  for (let batch = 0; batch < options.batches; batch += 1) {
    for (let done = 0; done < options.connectionsPerBatch; done += 4) {
      await Promise.all([0, 1, 2, 3].map(() => once(index++)));
    }
    // Sockets of destroyed connections are closed a moment later.
    let statistics = await host.statistics();
    while (statistics.connections > 0) statistics = await host.statistics();
    globalThis.gc?.();
    const line: SoakLine = {
      batch,
      rssBytes: process.memoryUsage.rss(),
      statistics,
      outcomes,
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
  await stopTlsWorkers();
  clearInterval(alive);
}

void run();
