/**
 * The token process against the real stack: OpenSC over a private pcscd over virtual CACs. Each test starts its own
 * token process; cards are shared and put back as they were.
 */
import {
  constants,
  createHash,
  generateKeyPairSync,
  publicDecrypt,
  sign,
  X509Certificate,
} from 'node:crypto';
import { chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { ordinaryUser } from '../../build/lib/ordinary-user.ts';
import { type CardService, startCardService, type VirtualCardReader } from '../../build/site/pcscd.ts';
import { makePki, type Pki } from '../../build/site/pki.ts';
import { bundleTokenProcess } from '../../build/site/token-process.ts';
import type { ErrorCode } from '../../src/shared/errors.ts';
import {
  forkTokenProcess,
  installedModules,
  moduleSha256,
  type TokenChild,
  type TokenConfig,
  type TokenStatus,
  TokenSupervisor,
} from '../../src/token/index.ts';

type CardStatus = Extract<TokenStatus, { kind: 'card' }>;

export const PIN = '77777777';
export const WRONG_PIN = '11111111';
export const pin = (digits: string) => new TextEncoder().encode(digits);

interface ConfigChange {
  readonly modules?: TokenConfig['modules'];
  readonly certificate?: Partial<TokenConfig['certificate']>;
}

export interface Started {
  readonly supervisor: TokenSupervisor;
  /** The processes that were started, the newest last. */
  readonly children: TokenChild[];
}

/** What TLS 1.3 has signed with RSA-2048: an encoded message of RSASSA-PSS, here out of somebody else's signature. */
const RAW_BLOCK = (() => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const made = sign('sha256', Buffer.from('handshake'), {
    key: privateKey,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: 32,
  });
  return publicDecrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, made);
})();

export function rawBlock(): Buffer {
  return Buffer.from(RAW_BLOCK);
}

const HASHES = { sha256: 32, sha384: 48 } as const;

export function digest(name: keyof typeof HASHES, text: string): Buffer {
  return createHash(name).update(text).digest();
}

/** The first status, from the present one on, that `accepts`. */
export function statusThat(
  supervisor: TokenSupervisor,
  accepts: (status: TokenStatus) => boolean,
  limitMs = 15_000,
): Promise<TokenStatus> {
  return new Promise((resolve, reject) => {
    const seen: TokenStatus[] = [];
    let stop = () => {};
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`no such status; seen: ${JSON.stringify(seen)}`));
    }, limitMs);
    const look = (status: TokenStatus) => {
      seen.push(status);
      if (!accepts(status)) return;
      clearTimeout(timer);
      stop();
      resolve(status);
    };
    stop = supervisor.onStatus(look);
    look(supervisor.status);
  });
}

export async function errorStatus(supervisor: TokenSupervisor, code: ErrorCode): Promise<TokenStatus> {
  return statusThat(supervisor, (status) => status.kind === 'error' && status.error.code === code);
}

/** There from the first test on. */
export interface TokenBench {
  /** Removed at the end; for what a test writes, too. */
  readonly directory: string;
  readonly pki: Pki;
  readonly cards: CardService;
  readonly reader: VirtualCardReader;
  readonly modulePath: string;
  readonly moduleHash: string;
  cardOf(account: string): string;
  /** Puts another card into the reader. */
  swapTo(account: string): Promise<void>;
  certificateOf(account: string): X509Certificate;
  config(change?: ConfigChange): TokenConfig;
  start(tokenConfig?: TokenConfig, environment?: Record<string, string>): Started;
  cardStatus(supervisor: TokenSupervisor, account?: string): Promise<CardStatus>;
  signedIn(account?: string): Promise<Started>;
  /** Resolves when the card has forgotten the PIN: the card service resets it when our process is gone. */
  cardLocked(): Promise<void>;
}

/** A reader with cards, and token processes that end with their test, for the file that calls this. */
export function tokenBench(): TokenBench {
  let directory: string;
  let pki: Pki;
  let cards: CardService;
  let reader: VirtualCardReader;
  let processFile: string;
  let modulePath: string;
  let moduleHash: string;
  let supervisors: TokenSupervisor[] = [];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'sp-token-'));
    const user = (account: string, n: number) => ({
      account,
      commonName: `${account.toUpperCase()}.TEST.A.100000000${n}`,
      edipi: `100000000${n}`,
      upn: `100000000${n}@mil`,
      email: `${account}@mail.example`,
    });
    pki = await makePki({
      directory: join(directory, 'pki'),
      domain: 'mail.example',
      users: [
        { ...user('alice', 1), keyType: 'rsa2048' },
        { ...user('bob', 2), keyType: 'p256' },
        { ...user('carol', 3), keyType: 'p384' },
        { ...user('old', 4), keyType: 'p256', state: 'expired' },
        { ...user('early', 5), keyType: 'p256', state: 'not-yet-valid' },
      ],
    });
    const opensc = (await installedModules()).find((module) => module.name === 'OpenSC');
    if (opensc === undefined) throw new Error('OpenSC is not installed');
    modulePath = opensc.path;
    moduleHash = await moduleSha256(modulePath);
    processFile = bundleTokenProcess();
    // The directory is made by root and read by pcscd's user.
    const { uid, gid, dropped } = ordinaryUser();
    if (dropped) chownSync(directory, uid, gid);
    cards = await startCardService({
      directory: join(directory, 'cards'),
      readers: [{ name: 'one', card: cardOf('alice') }],
    });
    reader = cards.reader('one');
  });

  afterAll(async () => {
    await cards?.stop();
    if (processFile) rmSync(join(processFile, '..'), { recursive: true, force: true });
    rmSync(directory, { recursive: true, force: true });
  });

  beforeEach(async () => {
    await swapTo('alice');
  });

  afterEach(async () => {
    await Promise.all(supervisors.map((supervisor) => supervisor.stop()));
    supervisors = [];
    await reader.setKeyDelay(0);
    await reader.spoilSignatures(false);
    await reader.setTries(3);
  });

  function cardOf(account: string): string {
    const card = pki.cards[account];
    if (card === undefined) throw new Error(`no card of ${account}`);
    return card.directory;
  }

  async function swapTo(account: string): Promise<void> {
    await reader.remove();
    await reader.insert(cardOf(account));
  }

  function certificateOf(account: string): X509Certificate {
    return new X509Certificate(readFileSync(join(cardOf(account), '9a.crt')));
  }

  function config(change: ConfigChange = {}): TokenConfig {
    return {
      modules: change.modules ?? [{ path: modulePath, sha256: moduleHash }],
      certificate: {
        issuerSpkiSha256: [],
        extendedKeyUsages: ['1.3.6.1.5.5.7.3.2', '1.3.6.1.4.1.311.20.2.2'],
        policyOids: [],
        upnPattern: '[0-9]{10}@mil',
        ...change.certificate,
      },
    };
  }

  function start(tokenConfig = config(), environment: Record<string, string> = cards.environment): Started {
    const children: TokenChild[] = [];
    const supervisor = new TokenSupervisor({
      config: tokenConfig,
      spawn: () => {
        const child = forkTokenProcess(processFile, { PATH: process.env.PATH, ...environment });
        children.push(child);
        return child;
      },
    });
    supervisors.push(supervisor);
    supervisor.start();
    return { supervisor, children };
  }

  async function cardStatus(supervisor: TokenSupervisor, account?: string): Promise<CardStatus> {
    const id = account && createHash('sha256').update(certificateOf(account).raw).digest('hex');
    const status = await statusThat(
      supervisor,
      (candidate) =>
        candidate.kind === 'card' && (!id || candidate.certificates.some((choice) => choice.id === id)),
    );
    if (status.kind !== 'card') throw new Error('not a card');
    return status;
  }

  async function signedIn(account = 'alice'): Promise<Started> {
    const started = start();
    await cardStatus(started.supervisor, account);
    expect(await started.supervisor.login(pin(PIN))).toEqual({ kind: 'accepted' });
    return started;
  }

  async function cardLocked(): Promise<void> {
    await expect.poll(async () => (await reader.state()).verified, { timeout: 30_000 }).toBe(false);
  }

  return {
    get directory() {
      return directory;
    },
    get pki() {
      return pki;
    },
    get cards() {
      return cards;
    },
    get reader() {
      return reader;
    },
    get modulePath() {
      return modulePath;
    },
    get moduleHash() {
      return moduleHash;
    },
    swapTo,
    cardOf,
    certificateOf,
    config,
    start,
    cardStatus,
    signedIn,
    cardLocked,
  };
}
