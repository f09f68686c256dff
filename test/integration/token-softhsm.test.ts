/** The token process on another vendor's module: SoftHSM2 has no slot events, shows keys only after login and never locks. */

import { execFileSync } from 'node:child_process';
import { createHash, verify, X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makePki, type Pki } from '../../build/site/pki.ts';
import { bundleTokenProcess } from '../../build/site/token-process.ts';
import { forkTokenProcess, moduleSha256, type TokenStatus, TokenSupervisor } from '../../src/token/index.ts';

const MODULE = '/usr/lib/softhsm/libsofthsm2.so';
const PIN = '246813';

let directory: string;
let pki: Pki;
let supervisor: TokenSupervisor;
let processFile: string;

const certificate = () => new X509Certificate(readFileSync(pki.cards.alice?.slots['9a'].certificate ?? ''));

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'sp-softhsm-'));
  pki = await makePki({
    directory: join(directory, 'pki'),
    domain: 'mail.example',
    users: [
      {
        account: 'alice',
        commonName: 'ALLEN.ALICE.A.1000000001',
        edipi: '1000000001',
        upn: '1000000001@mil',
        email: 'alice@mail.example',
        keyType: 'p384',
      },
    ],
  });
  mkdirSync(join(directory, 'tokens'));
  const configuration = join(directory, 'softhsm2.conf');
  writeFileSync(
    configuration,
    `directories.tokendir = ${join(directory, 'tokens')}\nobjectstore.backend = file\n`,
  );
  const env = { ...process.env, SOFTHSM2_CONF: configuration };
  const der = join(directory, '9a.der');
  writeFileSync(der, certificate().raw);
  const run = (program: string, ...args: string[]) => execFileSync(program, args, { env, stdio: 'pipe' });
  run('softhsm2-util', '--init-token', '--free', '--label', 'card', '--so-pin', '12345678', '--pin', PIN);
  const key = pki.cards.alice?.slots['9a'].key ?? '';
  run('softhsm2-util', '--import', key, '--token', 'card', '--label', 'auth', '--id', '01', '--pin', PIN);
  run(
    'pkcs11-tool',
    '--module',
    MODULE,
    '--token-label',
    'card',
    '--login',
    '--pin',
    PIN,
    '--write-object',
    der,
    '--type',
    'cert',
    '--id',
    '01',
    '--label',
    'auth',
  );
  processFile = bundleTokenProcess();
  const config = {
    modules: [{ path: MODULE, sha256: await moduleSha256(MODULE) }],
    certificate: {
      issuerSpkiSha256: [],
      extendedKeyUsages: ['1.3.6.1.5.5.7.3.2'],
      policyOids: [],
      upnPattern: '^[0-9]{10}@mil$',
    },
    environment: { SOFTHSM2_CONF: configuration },
  };
  supervisor = new TokenSupervisor({
    config,
    spawn: () => forkTokenProcess(processFile, { PATH: process.env.PATH }),
  });
});

afterAll(async () => {
  await supervisor?.stop();
  if (processFile) rmSync(join(processFile, '..'), { recursive: true, force: true });
  rmSync(directory, { recursive: true, force: true });
});

test('shows the certificate, refuses a wrong PIN, signs after the right one', async () => {
  const shown = new Promise<TokenStatus>((done) => supervisor.onStatus(done));
  supervisor.start();
  expect(await shown).toMatchObject({
    kind: 'card',
    certificates: [{ upn: '1000000001@mil' }],
    loggedIn: false,
  });
  const pin = (digits: string) => new TextEncoder().encode(digits);
  expect(await supervisor.login(pin('999999'))).toMatchObject({
    error: { code: 'PIN_INCORRECT' },
    locked: false,
  });
  expect(await supervisor.login(pin(PIN))).toEqual({ kind: 'accepted' });
  const data = createHash('sha384').update('message').digest();
  const signature = await supervisor.sign({ mechanism: 'ecdsa', data });
  const key = { key: certificate().publicKey, dsaEncoding: 'ieee-p1363' as const };
  expect(verify('sha384', Buffer.from('message'), key, signature)).toBe(true);
  expect(await supervisor.login(pin('999999'))).toMatchObject({ error: { code: 'PIN_INCORRECT' } });
  await expect(supervisor.sign({ mechanism: 'ecdsa', data })).rejects.toMatchObject({
    code: 'LOGIN_REQUIRED',
  });
});
