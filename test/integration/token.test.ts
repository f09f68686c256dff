/** The token process with a card: what it offers and signs, the PIN, its module and what becomes of a process that hangs. */
import { constants, createHash, createPublicKey, publicDecrypt, verify, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../src/shared/errors.ts';
import { moduleSha256 } from '../../src/token/index.ts';
import { digest, errorStatus, PIN, pin, rawBlock, tokenBench, WRONG_PIN } from '../support/token-bench.ts';

const bench = tokenBench();
const { swapTo, certificateOf, config, start, cardStatus, signedIn, cardLocked } = bench;

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
    const issuer = new X509Certificate(readFileSync(bench.pki.ca.id.certificate));
    const root = new X509Certificate(readFileSync(bench.pki.ca.root.certificate));
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
    await bench.reader.setKeyDelay(50);
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
    expect((await bench.reader.state()).verified).toBe(true);
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
      expect((await bench.reader.state()).triesLeft).toBe(3);
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
    await bench.reader.setTries(1);
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
    expect((await bench.reader.state()).triesLeft).toBe(3);
  });
});

describe('the process and its module', () => {
  test('a module that hangs while it signs ends in MODULE_HUNG within 5 s, and the next process works', async () => {
    const { supervisor, children } = await signedIn();
    await bench.reader.hang('sign');
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
    await bench.reader.hang('verify');
    const started = performance.now();
    expect(await supervisor.login(pin(PIN))).toMatchObject({
      kind: 'refused',
      error: { code: 'MODULE_HUNG' },
    });
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  test('a card service that stands still (the event loop hangs with it) ends the same way', async () => {
    const { supervisor } = await signedIn();
    process.kill(bench.cards.pid, 'SIGSTOP');
    try {
      await errorStatus(supervisor, 'MODULE_HUNG');
    } finally {
      process.kill(bench.cards.pid, 'SIGCONT');
    }
    await cardStatus(supervisor, 'alice');
  });

  test('a killed process: MODULE_CRASHED to whoever waits, and a new one goes on', async () => {
    const { supervisor, children } = await signedIn();
    await bench.reader.setKeyDelay(1_000);
    const waiting = supervisor.sign({ mechanism: 'rsa-raw', data: rawBlock() });
    const outcome = expect(waiting).rejects.toMatchObject({ code: 'MODULE_CRASHED' });
    const restarted = new Promise<void>((done) => supervisor.onRestart(done));
    children[0]?.kill();
    await outcome;
    await restarted;
    await bench.reader.setKeyDelay(0);
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
    const { supervisor } = start(config({ modules: [{ path, sha256: bench.moduleHash }] }));
    expect(await errorStatus(supervisor, 'MODULE_MISSING')).toMatchObject({ error: { detail: { path } } });
    expect(await supervisor.login(pin(PIN))).toMatchObject({ error: { code: 'MODULE_MISSING' } });
  });

  test('no module in the policy', async () => {
    const { supervisor } = start(config({ modules: [] }));
    await errorStatus(supervisor, 'MODULE_NOT_CONFIGURED');
  });

  test('a module with another hash is not loaded', async () => {
    const { supervisor } = start(config({ modules: [{ path: bench.modulePath, sha256: '0'.repeat(64) }] }));
    await errorStatus(supervisor, 'MODULE_HASH_MISMATCH');
  });

  test('a module changed by one byte is not loaded, even where another would follow', async () => {
    const path = join(bench.directory, 'tampered.so');
    const bytes = readFileSync(bench.modulePath);
    writeFileSync(path, Buffer.concat([bytes, Buffer.from([0])]));
    const modules = [
      { path, sha256: bench.moduleHash },
      { path: bench.modulePath, sha256: bench.moduleHash },
    ];
    const { supervisor } = start(config({ modules }));
    await errorStatus(supervisor, 'MODULE_HASH_MISMATCH');
  });

  test('the first module that is installed is taken, with any of the hashes that are named for it', async () => {
    const modules = [
      { path: '/nowhere/pkcs11.so', sha256: bench.moduleHash },
      { path: bench.modulePath, sha256: '0'.repeat(64) },
      { path: bench.modulePath, sha256: bench.moduleHash.toUpperCase() },
    ];
    const { supervisor } = start(config({ modules }));
    await cardStatus(supervisor, 'alice');
  });

  test('an approved file that is no module', async () => {
    const path = join(bench.directory, 'text.so');
    writeFileSync(path, 'not a library');
    const sha256 = await moduleSha256(path);
    const { supervisor } = start(config({ modules: [{ path, sha256 }] }));
    await errorStatus(supervisor, 'MODULE_LOAD_FAILED');
  });
});
