/** TLS handshakes with the key on a card and with the same key in memory, against the same server, by the same code. */
import { join } from 'node:path';
import type { Site } from '../../build/site/site.ts';
import type { Workstation } from '../../build/site/workstation.ts';
import type { ClientIdentity, Sign } from '../../src/shared/signing.ts';
import { connectTls, stopTlsWorkers, type TlsClientOptions } from '../../src/tls/index.ts';
import { forkTokenProcess, TokenSupervisor } from '../../src/token/index.ts';
import { readCertificates, softwareIdentity } from '../support/software-identity.ts';
import { type Figure, figure, repeat, timed } from './measure.ts';

export interface HandshakeOptions {
  readonly site: Site;
  readonly workstation: Workstation;
  readonly settings: {
    readonly pin: string;
    readonly module: { readonly path: string; readonly sha256: string };
  };
  readonly runs: number;
}

/** Signs and remembers how long it took. */
function clocked(sign: Sign): { readonly sign: Sign; taken(): number } {
  let spent = 0;
  return {
    sign: async (request) => {
      const start = performance.now();
      try {
        return await sign(request);
      } finally {
        spent += performance.now() - start;
      }
    },
    taken: () => {
      const taken = spent;
      spent = 0;
      return taken;
    },
  };
}

/** What the client demands of the site's server. */
export function clientOptions(site: Site, pin: string, identity: ClientIdentity): TlsClientOptions {
  return {
    host: site.server.host,
    port: site.server.port,
    serverName: site.server.domain,
    trustAnchors: readCertificates(site.pki.ca.root.certificate),
    pins: [pin],
    minVersion: '1.3',
    maxVersion: '1.3',
    groups: ['P-384', 'P-256', 'X25519'],
    cipherSuites: ['TLS_AES_256_GCM_SHA384'],
    cipherList: [],
    requireFips: false,
    revocationLists: undefined,
    integrityOnly: false,
    identity,
    timeouts: { connectMs: 5_000, handshakeMs: 10_000, signMs: 10_000 },
    workerFile: join(site.app, 'tls-worker.cjs'),
  };
}

/** Milliseconds of one handshake without its signature. */
async function handshake(options: TlsClientOptions, taken: () => number): Promise<number> {
  const total = await timed(async () => (await connectTls(options)).destroy());
  return total - taken();
}

/** Unlocks the card in the token process. */
async function unlockCard(
  options: HandshakeOptions,
): Promise<{ supervisor: TokenSupervisor; identity: ClientIdentity }> {
  const { site, workstation, settings } = options;
  const supervisor = new TokenSupervisor({
    spawn: () =>
      forkTokenProcess(join(site.app, 'token.cjs'), { ...process.env, ...workstation.environment }),
    config: {
      modules: [settings.module],
      certificate: { issuerSpkiSha256: [], extendedKeyUsages: [], policyOids: [], upnPattern: '' },
    },
  });
  const card = new Promise<string>((resolve) => {
    supervisor.onStatus((status) => {
      if (status.kind === 'card' && status.certificates[0] !== undefined) resolve(status.certificates[0].id);
    });
  });
  supervisor.start();
  const { certificate, chain } = await supervisor.select(await card);
  const reply = await supervisor.login(Buffer.from(workstation.pin));
  if (reply.kind !== 'accepted') throw new Error(`the card refused the PIN: ${reply.error.code}`);
  return { supervisor, identity: { certificate, chain, sign: (request) => supervisor.sign(request) } };
}

export async function benchHandshake(options: HandshakeOptions): Promise<readonly Figure[]> {
  const { site, workstation, settings, runs } = options;
  const { supervisor, identity } = await unlockCard(options);
  try {
    const card = clocked(identity.sign);
    const files = { certificate: join(workstation.card, '9a.crt'), key: join(workstation.card, '9a.key') };
    const software = softwareIdentity(files);
    const memory = clocked(software.sign);
    const withCard = clientOptions(site, settings.pin, { ...identity, sign: card.sign });
    const withMemory = clientOptions(site, settings.pin, { ...software, sign: memory.sign });
    const cardTimes = await repeat(runs, 3, () => handshake(withCard, card.taken));
    const memoryTimes = await repeat(runs, 3, () => handshake(withMemory, memory.taken));
    const first = figure(
      { name: 'handshake, key on the card', unit: 'ms', note: 'signature excluded' },
      cardTimes,
    );
    const second = figure(
      { name: 'handshake, key in memory', unit: 'ms', note: 'signature excluded' },
      memoryTimes,
    );
    const ratio = { name: 'card against memory', unit: '×', target: 1.5 } as const;
    return [first, second, figure(ratio, [first.median / second.median])];
  } finally {
    await supervisor.stop();
    await stopTlsWorkers();
  }
}
