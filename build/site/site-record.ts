/** What is kept of a site between two starts: its PKI, its port and the lock's master key. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import { DOMAIN, ORGANISATION_SETTINGS } from './analysts.ts';
import { type CardUser, makePki, type Pki } from './pki.ts';
import { freePort } from './prosody-process.ts';

export interface SiteRecord {
  readonly format: 'sallyport.demo-site/1';
  /** Milliseconds since 1970. */
  readonly madeAt: number;
  readonly fingerprint: string;
  /** The server's port; the signed policy names it. */
  readonly port: number;
  /** The file gate's. */
  readonly gatePort: number;
  /** base64 of 32 bytes. */
  readonly lockMaster: string;
  readonly pki: Pki;
}

/** Certificates and policy live longer than a site is kept. */
const KEEP_MS = 3 * 24 * 60 * 60 * 1000;

/** To be raised when a site is made otherwise than before. */
const RECIPE = 2;

const FILE = 'site.json';

/** Differs when the people or what their organisation sets differ: the policy that was signed would be another. */
function fingerprintOf(users: readonly CardUser[]): string {
  const text = JSON.stringify([RECIPE, ORGANISATION_SETTINGS, users]);
  return Buffer.from(nodeCrypto.sha256(Buffer.from(text))).toString('hex');
}

function portIsFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}

/** The site of an earlier start, if it can be used again. */
export async function readRecord(
  directory: string,
  users: readonly CardUser[],
): Promise<SiteRecord | undefined> {
  const file = join(directory, FILE);
  if (!existsSync(file)) return undefined;
  const record = JSON.parse(readFileSync(file, 'utf8')) as SiteRecord;
  const usable =
    record.format === 'sallyport.demo-site/1' &&
    record.fingerprint === fingerprintOf(users) &&
    Date.now() - record.madeAt < KEEP_MS &&
    existsSync(record.pki.chain) &&
    (await portIsFree(record.port)) &&
    (await portIsFree(record.gatePort));
  return usable ? record : undefined;
}

/** Empties `directory` and makes a new PKI and keys in it. */
export async function makeRecord(directory: string, users: readonly CardUser[]): Promise<SiteRecord> {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  return {
    format: 'sallyport.demo-site/1',
    madeAt: Date.now(),
    fingerprint: fingerprintOf(users),
    port: await freePort(),
    gatePort: await freePort(),
    lockMaster: Buffer.from(nodeCrypto.random(32)).toString('base64'),
    pki: await makePki({ directory: join(directory, 'pki'), domain: DOMAIN, users }),
  };
}

/** Written when everything of the site is there, so that an interrupted start leaves none behind. */
export function keepRecord(directory: string, record: SiteRecord): void {
  writeFileSync(join(directory, FILE), JSON.stringify(record), { mode: 0o600 });
}
