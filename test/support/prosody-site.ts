/** A throw-away site for the tests of the server: a PKI, a Prosody, and clients with software keys. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CardUser, makePki, type Pki } from '../../build/site/pki.ts';
import type { Slot } from '../../build/site/pki-card.ts';
import { type ProsodyOptions, type ProsodyServer, startProsody } from '../../build/site/prosody.ts';
import { deriveMachineKey } from '../../src/lock/index.ts';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import { type LockIdentity, RawXmpp } from './raw-xmpp.ts';

export const DOMAIN = 'chat.example.mil';

/** A certificate and its key, PEM. */
export interface SoftIdentity {
  readonly certificate: string;
  readonly key: string;
}

export function testUser(account: string, number: number, changes: Partial<CardUser> = {}): CardUser {
  const edipi = String(1_000_000_000 + number);
  return {
    account,
    commonName: `TEST.${account.toUpperCase()}.A.${edipi}`,
    edipi,
    upn: `${edipi}@mil`,
    email: `${account}@${DOMAIN}`,
    keyType: 'p256',
    ...changes,
  };
}

export interface TestSite {
  readonly directory: string;
  readonly pki: Pki;
  readonly server: ProsodyServer;
  readonly masters: ReadonlyMap<number, Uint8Array>;
  /** The identity of a machine with the keys of these epochs. */
  machine(kid: string, ...epochs: readonly number[]): LockIdentity;
  /** A key and certificate of an account's card; those for authentication (9A) by default. */
  card(account: string, slot?: Slot): SoftIdentity;
  /** A TLS connection with this identity; `undefined` shows no certificate. */
  connect(identity?: SoftIdentity, changes?: { maxVersion?: 'TLSv1.2' }): Promise<RawXmpp>;
  /** Ends the server and all connections, and removes the directory. */
  stop(): Promise<void>;
}

type TestProsody = Omit<ProsodyOptions, 'directory' | 'domain' | 'pki' | 'lockMasters'>;

export async function startTestSite(options: {
  readonly users: readonly CardUser[];
  readonly epochs: readonly number[];
  /** What needs files of the PKI may be a function of it. */
  readonly prosody: TestProsody | ((pki: Pki) => TestProsody);
  /** Starts another server of the kit in Prosody's place. */
  readonly start?: (options: ProsodyOptions) => Promise<ProsodyServer>;
}): Promise<TestSite> {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-prosody-'));
  execFileSync('chmod', ['755', directory]);
  const pki = await makePki({ directory: join(directory, 'pki'), domain: DOMAIN, users: options.users });
  const masters = new Map(options.epochs.map((epoch) => [epoch, nodeCrypto.random(32)]));
  const server = await (options.start ?? startProsody)({
    ...(typeof options.prosody === 'function' ? options.prosody(pki) : options.prosody),
    directory: join(directory, 'prosody'),
    domain: DOMAIN,
    pki,
    lockMasters: [...masters].map(([epoch, key]) => ({ epoch, key })),
  });
  const ca = readFileSync(pki.ca.root.certificate, 'utf8');
  const open = new Set<RawXmpp>();
  return {
    directory,
    pki,
    server,
    masters,
    machine: (kid, ...epochs) => ({
      kid,
      keys: epochs.map((epoch) => ({
        epoch,
        key: deriveMachineKey(nodeCrypto, masters.get(epoch) ?? nodeCrypto.random(32), DOMAIN, kid, epoch),
      })),
    }),
    card: (account, slot = '9a') => {
      const files = pki.cards[account]?.slots[slot];
      if (files === undefined) throw new Error(`no card of ${account}`);
      return { certificate: readFileSync(files.certificate, 'utf8'), key: readFileSync(files.key, 'utf8') };
    },
    connect: async (identity, changes = {}) => {
      const client = await RawXmpp.connect({
        port: server.port,
        domain: DOMAIN,
        ca,
        ...identity,
        ...changes,
      });
      open.add(client);
      return client;
    },
    stop: async () => {
      for (const client of open) client.close();
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Issues a certificate for a fresh P-256 key; without `by` it signs itself. */
export function issueCertificate(
  directory: string,
  options: {
    readonly commonName: string;
    readonly by?: { readonly certificate: string; readonly key: string };
    /** OpenSSL's names. */
    readonly extendedKeyUsage?: string;
    readonly subjectAltName?: string;
    /** In hex, with `0x` before it; a random one by default. */
    readonly serial?: string;
    /** More extensions in OpenSSL's names: `subjectKeyIdentifier=hash`. */
    readonly extensions?: readonly string[];
  },
): SoftIdentity {
  const base = join(directory, `issued-${options.commonName.replaceAll(/[^A-Za-z0-9]/g, '-')}`);
  const { by } = options;
  const extensions = [
    'basicConstraints=critical,CA:FALSE',
    'keyUsage=critical,digitalSignature',
    `extendedKeyUsage=${options.extendedKeyUsage ?? 'clientAuth'}`,
    ...(options.subjectAltName === undefined ? [] : [`subjectAltName=${options.subjectAltName}`]),
    ...(options.extensions ?? []),
  ];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'],
      ...['-config', '/dev/null', '-subj', `/CN=${options.commonName}`],
      ...['-keyout', `${base}.key`, '-out', `${base}.crt`],
      ...extensions.flatMap((extension) => ['-addext', extension]),
      ...(by === undefined ? [] : ['-CA', by.certificate, '-CAkey', by.key]),
      ...(options.serial === undefined ? [] : ['-set_serial', options.serial]),
    ],
    { stdio: 'pipe' },
  );
  return { certificate: readFileSync(`${base}.crt`, 'utf8'), key: readFileSync(`${base}.key`, 'utf8') };
}

/**
 * A stream of an account, through the lock and signed in, with its resource bound.
 *
 * @throws Error with the server's answer when it does not let the account in
 */
export async function boundStream(
  site: TestSite,
  account: string,
  resource: string,
  kid = 'WS-1',
): Promise<RawXmpp> {
  const client = await site.connect(site.card(account));
  await client.passLock(site.machine(kid, 1));
  const answer = await client.external();
  if (!answer.includes('<success')) throw new Error(`${account} was not let in: ${answer}`);
  await client.bind(resource);
  return client;
}
