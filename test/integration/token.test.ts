/**
 * The token process against the real stack: OpenSC over a private pcscd over virtual CACs. Each test starts its own
 * token process; cards are shared and put back as they were.
 */
import {
  constants,
  createHash,
  createPublicKey,
  generateKeyPairSync,
  publicDecrypt,
  sign,
  verify,
  X509Certificate,
} from 'node:crypto';
import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
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

const PIN = '77777777';
const WRONG_PIN = '11111111';
const pin = (digits: string) => new TextEncoder().encode(digits);

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

/** Puts another card into the reader. */
async function swapTo(account: string): Promise<void> {
  await reader.remove();
  await reader.insert(cardOf(account));
}

function certificateOf(account: string): X509Certificate {
  return new X509Certificate(readFileSync(join(cardOf(account), '9a.crt')));
}

interface ConfigChange {
  readonly modules?: TokenConfig['modules'];
  readonly certificate?: Partial<TokenConfig['certificate']>;
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

interface Started {
  readonly supervisor: TokenSupervisor;
  /** The processes that were started, the newest last. */
  readonly children: TokenChild[];
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

/** The first status, from the present one on, that `accepts`. */
function statusThat(
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

async function errorStatus(supervisor: TokenSupervisor, code: ErrorCode): Promise<TokenStatus> {
  return statusThat(supervisor, (status) => status.kind === 'error' && status.error.code === code);
}

async function signedIn(account = 'alice'): Promise<Started> {
  const started = start();
  await cardStatus(started.supervisor, account);
  expect(await started.supervisor.login(pin(PIN))).toEqual({ kind: 'accepted' });
  return started;
}

/** Resolves when the card has forgotten the PIN: the card service resets it when our process is gone. */
async function cardLocked(): Promise<void> {
  await expect.poll(async () => (await reader.state()).verified, { timeout: 5_000 }).toBe(false);
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

function rawBlock(): Buffer {
  return Buffer.from(RAW_BLOCK);
}

const HASHES = { sha256: 32, sha384: 48 } as const;

function digest(name: keyof typeof HASHES, text: string): Buffer {
  return createHash(name).update(text).digest();
}

describe('a card that is good', () => {
  test('offers the PIV authentication certificate alone, never that of 9C, 9D or 9E', async () => {
    const { supervisor } = start();
    const status = await cardStatus(supervisor);
    const certificate = certificateOf('alice');
    expect(status.certificates).toEqual([
      {
        id: createHash('sha256').update(certificate.raw).digest('hex'),
        commonName: 'ALICE.TEST.A.1000000001',
        upn: '1000000001@mil',
        issuer: 'DOD TEST ID CA-59',
        notAfter: new Date(certificate.validTo).toISOString(),
      },
    ]);
    expect(status).toMatchObject({ finalTry: false, locked: false, pinPad: false, loggedIn: false });
  });

  test('signs raw RSA and PKCS#1, checked here with the certificate', async () => {
    const { supervisor } = await signedIn();
    const key = createPublicKey(certificateOf('alice').publicKey.export({ format: 'pem', type: 'spki' }));
    const raw = await supervisor.sign({ mechanism: 'rsa-raw', data: rawBlock() });
    expect(publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, raw)).toEqual(rawBlock());
    const digestInfo = Buffer.concat([
      Buffer.from('3031300d060960864801650304020105000420', 'hex'),
      digest('sha256', 'message'),
    ]);
    const pkcs1 = await supervisor.sign({ mechanism: 'rsa-pkcs1', data: digestInfo });
    expect(verify('sha256', Buffer.from('message'), key, pkcs1)).toBe(true);
  });

  test('tells of each signature, and of none that was refused', async () => {
    const { supervisor } = await signedIn();
    const told: string[] = [];
    supervisor.onSignature((certificateId) => told.push(certificateId));
    await supervisor.sign({ mechanism: 'rsa-raw', data: rawBlock() });
    await expect(supervisor.sign({ mechanism: 'rsa-raw', data: new Uint8Array(256) })).rejects.toMatchObject({
      code: 'SIGN_FAILED',
    });
    await supervisor.sign({ mechanism: 'rsa-raw', data: rawBlock() });
    const id = createHash('sha256').update(certificateOf('alice').raw).digest('hex');
    expect(told).toEqual([id, id]);
  });

  test.each([
    ['bob', 'sha256'],
    ['carol', 'sha384'],
    ['bob', 'sha384'],
  ] as const)('signs ECDSA with %s’s key over %s', async (account, hash) => {
    await swapTo(account);
    const { supervisor } = await signedIn(account);
    const signature = await supervisor.sign({ mechanism: 'ecdsa', data: digest(hash, 'message') });
    const key = { key: certificateOf(account).publicKey, dsaEncoding: 'ieee-p1363' as const };
    expect(verify(hash, Buffer.from('message'), key, signature)).toBe(true);
  });

  test('tells of the login and hands out the certificate with its issuer', async () => {
    const issuer = new X509Certificate(readFileSync(pki.ca.id.certificate));
    const root = new X509Certificate(readFileSync(pki.ca.root.certificate));
    const spki = issuer.publicKey.export({ format: 'der', type: 'spki' });
    const { supervisor } = start(
      config({
        certificate: {
          issuerSpkiSha256: [createHash('sha256').update(spki).digest('base64')],
          issuerCertificates: [root.raw, issuer.raw],
        },
      }),
    );
    const [choice] = (await cardStatus(supervisor)).certificates;
    const logins: string[] = [];
    supervisor.onLogin((id) => logins.push(id));
    const selected = await supervisor.select(choice?.id ?? '');
    expect(Buffer.from(selected.certificate)).toEqual(certificateOf('alice').raw);
    expect(selected.chain.map((der) => Buffer.from(der))).toEqual([issuer.raw]);
    await supervisor.login(pin(PIN));
    expect(logins).toEqual([choice?.id]);
  });

  test('serves many signatures at once, one after the other', async () => {
    const { supervisor } = await signedIn();
    await reader.setKeyDelay(50);
    const signatures = await Promise.all(
      Array.from({ length: 8 }, () => supervisor.sign({ mechanism: 'rsa-raw', data: rawBlock() })),
    );
    expect(signatures.every((signature) => signature.length === 256)).toBe(true);
  });

  test('asks for the PIN again after logout', async () => {
    const { supervisor } = await signedIn();
    const restarted = new Promise<void>((done) => supervisor.onRestart(done));
    await supervisor.logout();
    await restarted;
    expect(await cardStatus(supervisor)).toMatchObject({ loggedIn: false });
    await expect(supervisor.sign({ mechanism: 'rsa-raw', data: rawBlock() })).rejects.toMatchObject({
      code: 'LOGIN_REQUIRED',
    });
    await cardLocked();
  });

  test('leaves the card locked when it is stopped', async () => {
    const { supervisor } = await signedIn();
    expect((await reader.state()).verified).toBe(true);
    await supervisor.stop();
    await cardLocked();
  });
});

describe('the PIN', () => {
  test.each(['', '12345', '123456789', 'abcdef', '12345a', '７７７７７７', ' 777777', '777777\n'])(
    'of a form that no PIN has costs no try: %j',
    async (text) => {
      const { supervisor } = start();
      await cardStatus(supervisor);
      expect(await supervisor.login(pin(text))).toMatchObject({
        kind: 'refused',
        error: { code: 'PIN_FORMAT' },
      });
      expect((await reader.state()).triesLeft).toBe(3);
    },
  );

  test('is erased, right or wrong', async () => {
    const { supervisor } = start();
    await cardStatus(supervisor);
    for (const digits of [WRONG_PIN, PIN, 'abcdefgh']) {
      const bytes = pin(digits);
      await supervisor.login(bytes);
      expect([...bytes]).toEqual(Array(8).fill(0));
    }
  });

  test('wrong: said so, then the last try, then locked; the right one is not tried on a locked card', async () => {
    const { supervisor } = start();
    await cardStatus(supervisor);
    const refused = (code: ErrorCode, finalTry: boolean, locked: boolean) => ({
      kind: 'refused',
      error: { code },
      finalTry,
      locked,
    });
    expect(await supervisor.login(pin(WRONG_PIN))).toEqual(refused('PIN_INCORRECT', false, false));
    expect(await supervisor.login(pin(WRONG_PIN))).toEqual(refused('PIN_LAST_TRY', true, false));
    expect(supervisor.status).toMatchObject({ kind: 'card', finalTry: true, locked: false });
    expect(await supervisor.login(pin(WRONG_PIN))).toEqual(refused('PIN_LOCKED', false, true));
    expect(supervisor.status).toMatchObject({ kind: 'card', locked: true, loggedIn: false });
    expect(await supervisor.login(pin(PIN))).toEqual(refused('PIN_LOCKED', false, true));
  });

  test('on its last try is said before it is asked for, and no longer after it was right', async () => {
    await reader.setTries(1);
    const { supervisor } = start();
    expect(await cardStatus(supervisor)).toMatchObject({ finalTry: true });
    expect(await supervisor.login(pin(PIN))).toEqual({ kind: 'accepted' });
    expect(supervisor.status).toMatchObject({ finalTry: false, loggedIn: true });
  });

  test('is asked of the card even while somebody is logged in', async () => {
    const { supervisor } = await signedIn();
    expect(await supervisor.login(pin(WRONG_PIN))).toMatchObject({ error: { code: 'PIN_INCORRECT' } });
    expect(supervisor.status).toMatchObject({ kind: 'card', loggedIn: false });
    await expect(supervisor.sign({ mechanism: 'rsa-raw', data: rawBlock() })).rejects.toMatchObject({
      code: 'LOGIN_REQUIRED',
    });
  });

  test('without a PIN pad on the reader is not left to it', async () => {
    const { supervisor } = start();
    await cardStatus(supervisor);
    expect(await supervisor.login()).toMatchObject({ kind: 'refused', error: { code: 'PIN_FORMAT' } });
    expect((await reader.state()).triesLeft).toBe(3);
  });
});

describe('no card to sign in with', () => {
  test('no reader', async () => {
    const none = await startCardService({ directory: join(directory, 'none'), readers: [] });
    try {
      const { supervisor } = start(config(), none.environment);
      await errorStatus(supervisor, 'NO_READER');
      expect(await supervisor.login(pin(PIN))).toMatchObject({ error: { code: 'NO_READER' } });
    } finally {
      await none.stop();
    }
  });

  test('no card service at all', async () => {
    const { supervisor } = start(config(), { PCSCLITE_CSOCK_NAME: join(directory, 'nothing') });
    await errorStatus(supervisor, 'NO_READER');
  });

  test('no card, then one', async () => {
    await reader.remove();
    const { supervisor } = start();
    await errorStatus(supervisor, 'NO_CARD');
    await expect(supervisor.sign({ mechanism: 'rsa-raw', data: rawBlock() })).rejects.toMatchObject({
      code: 'NO_CARD',
    });
    await reader.insert();
    await cardStatus(supervisor, 'alice');
  });

  test.each([
    ['another UPN', { upnPattern: '[0-9]{10}@army' }],
    ['a UPN that the pattern fits only in part', { upnPattern: '[0-9]{4}' }],
    ['another purpose', { extendedKeyUsages: ['1.3.6.1.5.5.7.3.1'] }],
    [
      'the card authentication purpose, which asks for no PIN',
      { extendedKeyUsages: ['2.16.840.1.101.3.6.8'], upnPattern: '' },
    ],
    ['an unknown issuer', { issuerSpkiSha256: ['A'.repeat(43)] }],
  ])('no fitting certificate: the policy wants %s', async (_, certificate) => {
    const { supervisor } = start(config({ certificate }));
    await errorStatus(supervisor, 'CERTIFICATE_NOT_FOUND');
    expect(await supervisor.login(pin(PIN))).toMatchObject({ error: { code: 'CERTIFICATE_NOT_FOUND' } });
    expect((await reader.state()).verified).toBe(false);
  });

  test('an authority of the right name with another key is not the issuer', async () => {
    const other = new X509Certificate(readFileSync(pki.ca.other.certificate));
    const spki = other.publicKey.export({ format: 'der', type: 'spki' });
    const { supervisor } = start(
      config({
        certificate: {
          issuerSpkiSha256: [createHash('sha256').update(spki).digest('base64')],
          issuerCertificates: [other.raw],
        },
      }),
    );
    await errorStatus(supervisor, 'CERTIFICATE_NOT_FOUND');
  });

  test('an expired certificate, with its date', async () => {
    await swapTo('old');
    const { supervisor } = start();
    const notAfter = new Date(certificateOf('old').validTo).toISOString();
    expect(await errorStatus(supervisor, 'CERTIFICATE_EXPIRED')).toMatchObject({
      error: { detail: { notAfter } },
    });
  });

  test('a certificate of the future, with its date', async () => {
    await swapTo('early');
    const { supervisor } = start();
    const notBefore = new Date(certificateOf('early').validFrom).toISOString();
    expect(await errorStatus(supervisor, 'CERTIFICATE_NOT_YET_VALID')).toMatchObject({
      error: { detail: { notBefore } },
    });
  });
});

describe('a card that moves', () => {
  test('removal is seen, and the same card signs again after the PIN', async () => {
    const { supervisor, children } = await signedIn();
    const before = await cardStatus(supervisor);
    await reader.remove();
    await errorStatus(supervisor, 'NO_CARD');
    await reader.insert();
    const after = await cardStatus(supervisor);
    expect(after).toMatchObject({ cardId: before.cardId, loggedIn: false });
    await expect(supervisor.sign({ mechanism: 'rsa-raw', data: rawBlock() })).rejects.toMatchObject({
      code: 'LOGIN_REQUIRED',
    });
    expect(await supervisor.login(pin(PIN))).toEqual({ kind: 'accepted' });
    expect((await supervisor.sign({ mechanism: 'rsa-raw', data: rawBlock() })).length).toBe(256);
    expect(children.length).toBe(1);
  });

  test('out and in at once: the PIN is asked for again', async () => {
    const { supervisor } = await signedIn();
    const loggedOut = statusThat(supervisor, (status) => status.kind !== 'card' || !status.loggedIn);
    await reader.remove();
    await reader.insert();
    await loggedOut;
    await cardStatus(supervisor);
    expect(await supervisor.login(pin(PIN))).toEqual({ kind: 'accepted' });
  });

  test('pulled while it signs: an error, and it can sign in again', async () => {
    const { supervisor } = await signedIn();
    await reader.yank('sign', 20);
    const outcome = await supervisor.sign({ mechanism: 'rsa-raw', data: rawBlock() }).then(
      () => 'signed',
      (error: { code: string }) => error.code,
    );
    // OpenSC up to 0.23 may hang here; then the process is ended and started anew.
    expect(['CARD_REMOVED', 'SIGN_FAILED', 'MODULE_HUNG']).toContain(outcome);
    await errorStatus(supervisor, 'NO_CARD');
    await reader.insert();
    await cardStatus(supervisor, 'alice');
    expect(await supervisor.login(pin(PIN))).toEqual({ kind: 'accepted' });
  });

  test('swapped without a pause: no signature of the new card passes for the old one’s', async () => {
    const { supervisor } = await signedIn();
    for (const [account, other] of [
      ['bob', 'alice'],
      ['alice', 'bob'],
    ] as const) {
      await reader.remove();
      await reader.insert(cardOf(account));
      const outcomes = await Promise.all(
        [rawBlock(), digest('sha256', 'x')].map((data) =>
          supervisor.sign({ mechanism: data.length === 256 ? 'rsa-raw' : 'ecdsa', data }).then(
            () => 'signed',
            () => 'refused',
          ),
        ),
      );
      expect(outcomes).toEqual(['refused', 'refused']);
      const status = await cardStatus(supervisor, account);
      expect(status.certificates.map((choice) => choice.commonName)).not.toContain(
        `${other.toUpperCase()}.TEST`,
      );
      expect(status.loggedIn).toBe(false);
      expect(await supervisor.login(pin(PIN))).toEqual({ kind: 'accepted' });
    }
  });

  test('a PIN that was typed for one card never reaches another that was put in its place', async () => {
    const { supervisor } = start();
    const alice = (await cardStatus(supervisor, 'alice')).certificates[0]?.id ?? '';
    await supervisor.select(alice);
    await reader.remove();
    // No hand is faster than two looks of the card service (50 ms each); the virtual reader would be.
    await sleep(100);
    await reader.insert(cardOf('bob'));
    // Sent while the card was being swapped, and sent when the new card has been read already.
    const swapping = await supervisor.login(pin(PIN));
    expect(swapping.kind).toBe('refused');
    await cardStatus(supervisor, 'bob');
    expect(await supervisor.login(pin(PIN))).toMatchObject({ error: { code: 'CARD_REMOVED' } });
    expect((await reader.state()).verified).toBe(false);
    const bob = (await cardStatus(supervisor, 'bob')).certificates[0]?.id ?? '';
    await supervisor.select(bob);
    expect(await supervisor.login(pin(WRONG_PIN))).toMatchObject({ error: { code: 'PIN_INCORRECT' } });
    expect(await supervisor.login(pin(PIN))).toEqual({ kind: 'accepted' });
  });

  test('a certificate that was selected on one card is not used on another', async () => {
    const { supervisor } = start();
    const alice = (await cardStatus(supervisor, 'alice')).certificates[0]?.id ?? '';
    await swapTo('bob');
    await cardStatus(supervisor, 'bob');
    await expect(supervisor.select(alice)).rejects.toMatchObject({ code: 'CERTIFICATE_NOT_FOUND' });
  });
});

describe('a card that misbehaves', () => {
  test('a signature that does not fit the certificate is not handed out', async () => {
    const { supervisor } = await signedIn();
    await reader.spoilSignatures(true);
    await expect(supervisor.sign({ mechanism: 'rsa-raw', data: rawBlock() })).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
    });
    await statusThat(supervisor, (status) => status.kind !== 'card' || !status.loggedIn);
  });

  test('a signature that fails: an error, and after the PIN the card signs again', async () => {
    const { supervisor } = await signedIn();
    await reader.fail('sign', 0x6f00, 2);
    await expect(supervisor.sign({ mechanism: 'rsa-raw', data: rawBlock() })).rejects.toMatchObject({
      code: 'SIGN_FAILED',
    });
    await statusThat(supervisor, (status) => status.kind === 'card' && !status.loggedIn);
    expect(await supervisor.login(pin(PIN))).toEqual({ kind: 'accepted' });
    expect((await supervisor.sign({ mechanism: 'rsa-raw', data: rawBlock() })).length).toBe(256);
  });

  test.each([
    ['rsa-raw', 255],
    ['rsa-raw', 257],
    ['rsa-pkcs1', 246],
    ['ecdsa', 32],
  ] as const)('what does not fit an RSA-2048 key is refused: %s over %i bytes', async (mechanism, length) => {
    const { supervisor } = await signedIn();
    await expect(supervisor.sign({ mechanism, data: Buffer.alloc(length, 1) })).rejects.toMatchObject({
      code: 'SIGN_FAILED',
    });
  });

  test('a request of the wrong form is refused by the process', async () => {
    const { supervisor } = await signedIn();
    const data = Buffer.alloc(1025);
    await expect(supervisor.sign({ mechanism: 'rsa-raw', data })).rejects.toMatchObject({
      code: 'IPC_REFUSED',
    });
    expect((await supervisor.sign({ mechanism: 'rsa-raw', data: rawBlock() })).length).toBe(256);
  });
});

describe('the process and its module', () => {
  test('a module that hangs while it signs ends in MODULE_HUNG within 5 s, and the next process works', async () => {
    const { supervisor, children } = await signedIn();
    await reader.hang('sign');
    const started = performance.now();
    await expect(supervisor.sign({ mechanism: 'rsa-raw', data: rawBlock() })).rejects.toMatchObject({
      code: 'MODULE_HUNG',
    });
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(supervisor.status).toEqual({ kind: 'error', error: { code: 'MODULE_HUNG' } });
    await swapTo('alice');
    await cardStatus(supervisor, 'alice');
    expect(await supervisor.login(pin(PIN))).toEqual({ kind: 'accepted' });
    expect((await supervisor.sign({ mechanism: 'rsa-raw', data: rawBlock() })).length).toBe(256);
    expect(children.length).toBeGreaterThan(1);
  });

  test('a PIN check that hangs ends the same way', async () => {
    const { supervisor } = start();
    await cardStatus(supervisor);
    await reader.hang('verify');
    const started = performance.now();
    expect(await supervisor.login(pin(PIN))).toMatchObject({
      kind: 'refused',
      error: { code: 'MODULE_HUNG' },
    });
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  test('a card service that stands still (the event loop hangs with it) ends the same way', async () => {
    const { supervisor } = await signedIn();
    process.kill(cards.pid, 'SIGSTOP');
    try {
      await errorStatus(supervisor, 'MODULE_HUNG');
    } finally {
      process.kill(cards.pid, 'SIGCONT');
    }
    await cardStatus(supervisor, 'alice');
  });

  test('a killed process: MODULE_CRASHED to whoever waits, and a new one goes on', async () => {
    const { supervisor, children } = await signedIn();
    await reader.setKeyDelay(1_000);
    const waiting = supervisor.sign({ mechanism: 'rsa-raw', data: rawBlock() });
    const outcome = expect(waiting).rejects.toMatchObject({ code: 'MODULE_CRASHED' });
    const restarted = new Promise<void>((done) => supervisor.onRestart(done));
    children[0]?.kill();
    await outcome;
    await restarted;
    await reader.setKeyDelay(0);
    expect(await cardStatus(supervisor, 'alice')).toMatchObject({ loggedIn: false });
    expect(await supervisor.login(pin(PIN))).toEqual({ kind: 'accepted' });
    expect((await supervisor.sign({ mechanism: 'rsa-raw', data: rawBlock() })).length).toBe(256);
  });

  test('an unknown or oversize message changes nothing', async () => {
    const { supervisor, children } = await signedIn();
    for (const message of [
      { kind: 'quit' },
      { kind: 'start' },
      { kind: 'sign', id: -1 },
      { kind: 'login', id: 9_999, request: { kind: 'login', pin: new Uint8Array(100_000) } },
      { kind: '__proto__', id: 9_998 },
      ['sign'],
    ]) {
      children[0]?.postMessage(message);
    }
    expect((await supervisor.sign({ mechanism: 'rsa-raw', data: rawBlock() })).length).toBe(256);
  });

  test('a module that is not installed', async () => {
    const path = '/nowhere/pkcs11.so';
    const { supervisor } = start(config({ modules: [{ path, sha256: moduleHash }] }));
    expect(await errorStatus(supervisor, 'MODULE_MISSING')).toMatchObject({ error: { detail: { path } } });
    expect(await supervisor.login(pin(PIN))).toMatchObject({ error: { code: 'MODULE_MISSING' } });
  });

  test('no module in the policy', async () => {
    const { supervisor } = start(config({ modules: [] }));
    await errorStatus(supervisor, 'MODULE_NOT_CONFIGURED');
  });

  test('a module with another hash is not loaded', async () => {
    const { supervisor } = start(config({ modules: [{ path: modulePath, sha256: '0'.repeat(64) }] }));
    await errorStatus(supervisor, 'MODULE_HASH_MISMATCH');
  });

  test('a module changed by one byte is not loaded, even where another would follow', async () => {
    const path = join(directory, 'tampered.so');
    const bytes = readFileSync(modulePath);
    writeFileSync(path, Buffer.concat([bytes, Buffer.from([0])]));
    const modules = [
      { path, sha256: moduleHash },
      { path: modulePath, sha256: moduleHash },
    ];
    const { supervisor } = start(config({ modules }));
    await errorStatus(supervisor, 'MODULE_HASH_MISMATCH');
  });

  test('the first module that is installed is taken, with any of the hashes that are named for it', async () => {
    const modules = [
      { path: '/nowhere/pkcs11.so', sha256: moduleHash },
      { path: modulePath, sha256: '0'.repeat(64) },
      { path: modulePath, sha256: moduleHash.toUpperCase() },
    ];
    const { supervisor } = start(config({ modules }));
    await cardStatus(supervisor, 'alice');
  });

  test('an approved file that is no module', async () => {
    const path = join(directory, 'text.so');
    writeFileSync(path, 'not a library');
    const sha256 = await moduleSha256(path);
    const { supervisor } = start(config({ modules: [{ path, sha256 }] }));
    await errorStatus(supervisor, 'MODULE_LOAD_FAILED');
  });
});
