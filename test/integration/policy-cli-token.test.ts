/** Signing with keys on a token: SoftHSM2, with the three kinds of keys that a root may list. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundlePolicyCommand, type PolicyCommand } from '../support/policy-command.ts';

const MODULE = '/usr/lib/softhsm/libsofthsm2.so';
const PIN = 'Zw3lf-Zeichen';
const base = mkdtempSync(join(tmpdir(), 'sallyport-cli-token-'));
const at = (...parts: string[]): string => join(base, ...parts);
const pinFile = at('pin');
const configuration = at('softhsm2.conf');
const key = (name: string): string => at('authority', 'keys', `${name}.key.pem`);
const env = { SOFTHSM2_CONF: configuration };

let command: PolicyCommand;

const token = (name: string): string[] => [
  ...['--pkcs11-module', MODULE, '--pkcs11-token', 'signing', '--pkcs11-key', name, '--pin-file', pinFile],
];

function tool(program: string, ...args: string[]): void {
  execFileSync(program, args, { env: { ...process.env, ...env }, stdio: 'pipe' });
}

function makeKey(label: string, id: string, kind: string): void {
  tool(
    'pkcs11-tool',
    ...['--module', MODULE, '--token-label', 'signing', '--login', '--pin', PIN],
    ...['--keypairgen', '--key-type', kind, '--label', label, '--id', id],
  );
}

beforeAll(async () => {
  mkdirSync(at('tokens'));
  writeFileSync(configuration, `directories.tokendir = ${at('tokens')}\nobjectstore.backend = file\n`);
  writeFileSync(pinFile, `${PIN}\n`);
  writeFileSync(at('wrong-pin'), '000000000000\n');
  tool('softhsm2-util', '--init-token', '--free', '--label', 'signing', '--so-pin', '12345678', '--pin', PIN);
  makeKey('ed', '01', 'EC:edwards25519');
  makeKey('p256', '02', 'EC:prime256v1');
  makeKey('p384', '03', 'EC:secp384r1');
  makeKey('p521', '04', 'EC:secp521r1');
  makeKey('twin', '05', 'EC:prime256v1');
  makeKey('twin', '06', 'EC:prime256v1');
  command = bundlePolicyCommand(env);
  for (const name of ['ed', 'p256', 'p384']) {
    const imported = await command.run(
      'key',
      'import-public',
      ...token(name),
      '--out',
      at(`${name}.pub.pem`),
    );
    expect(imported).toMatchObject({ code: 0, err: '' });
  }
  const made = await command.run(
    ...['init', '--directory', at('authority'), '--org', 'example', '--author', 'IT', '--unencrypted-keys'],
    ...['--policy-keys', '0', '--policy-threshold', '1', '--freshness-keys', '1'],
    ...['ed', 'p256', 'p384'].flatMap((name) => ['--policy-public-key', at(`${name}.pub.pem`)]),
    ...['--root-keys', '1', '--root-threshold', '2', '--root-public-key', at('p384.pub.pem')],
  );
  expect(made).toMatchObject({ code: 0, err: '' });
  expect(made.out).toContain('trustRootComplete: false');
});

afterAll(() => {
  command?.remove();
  rmSync(base, { recursive: true, force: true });
});

const sign = (...args: string[]) =>
  command.run(
    ...['sign', '--trust-root', at('root.json'), '--policy', at('authority', 'policy.json')],
    ...['--key', key('freshness-1'), ...args],
  );

describe('a key on a token', () => {
  it('completes the first trust root together with a key file', async () => {
    const pending = [
      '--trust-root',
      at('authority', 'trust-root.json'),
      '--pending',
      at('authority', 'trust-root.json'),
    ];
    const done = await command.json('rotate-root', ...pending, ...token('p384'), '--out', at('root.json'));
    expect(done).toMatchObject({ code: 0, value: { version: 1, complete: true } });
  });

  it.each(['ed', 'p256', 'p384', 'id:01', 'id:03'])(
    '%s signs a policy that the client takes',
    async (name) => {
      const out = at(`${name.replace(':', '-')}.bundle`);
      expect(await sign(...token(name), '--out', out)).toMatchObject({ code: 0, err: '' });
      const verified = await command.json('verify', out, '--trust-root', at('root.json'));
      expect(verified).toMatchObject({ code: 0, value: { sequence: 1 } });
      expect(verified.value.signers).toHaveLength(1);
    },
  );

  it('is found by its certificate where the token has no public key object, as on a card', async () => {
    const key = at('card.key');
    execFileSync('openssl', [
      'genpkey',
      '-algorithm',
      'EC',
      '-pkeyopt',
      'ec_paramgen_curve:P-384',
      '-out',
      key,
    ]);
    const subject = ['-subj', '/CN=J. Doe', '-days', '30', '-outform', 'DER', '-out', at('card.der')];
    execFileSync('openssl', ['req', '-x509', '-new', '-key', key, ...subject]);
    tool(
      'softhsm2-util',
      '--import',
      key,
      '--token',
      'signing',
      '--label',
      'card',
      '--id',
      '09',
      '--pin',
      PIN,
    );
    const object = ['--module', MODULE, '--token-label', 'signing', '--login', '--pin', PIN, '--id', '09'];
    tool('pkcs11-tool', ...object, '--delete-object', '--type', 'pubkey');
    expect((await command.run('key', 'show', at('card.der'))).code).toBe(5);
    expect((await command.run('key', 'import-public', ...token('card'), '--out', at('c.pem'))).code).toBe(5);
    tool('pkcs11-tool', ...object, '--write-object', at('card.der'), '--type', 'cert', '--label', 'card');
    const imported = await command.json('key', 'import-public', ...token('card'), '--out', at('c.pem'));
    expect(imported).toMatchObject({ code: 0, value: { algorithm: 'ecdsa-p384-sha384' } });
    const expected = execFileSync('openssl', ['pkey', '-in', key, '-pubout'], { encoding: 'utf8' });
    expect(readFileSync(at('c.pem'), 'utf8')).toBe(expected);
  });

  it('is exported as OpenSSL reads it', () => {
    const text = execFileSync('openssl', ['pkey', '-pubin', '-in', at('p384.pub.pem'), '-noout', '-text'], {
      encoding: 'utf8',
    });
    expect(text).toContain('secp384r1');
  });

  it.each([
    ['a wrong PIN', 5, 'PIN', ['--pin-file', at('wrong-pin')], 'p256'],
    ['a key that is not there', 5, 'no key', [], 'nothing'],
    ['an id that is not there', 5, 'no key', [], 'id:77'],
    ['a label of two keys', 5, 'several', [], 'twin'],
    ['a key of another curve', 5, 'P-384', [], 'p521'],
    ['a token that is not there', 5, '"signing"', ['--pkcs11-token', 'other'], 'p256'],
    ['a module that is not there', 4, 'cannot be read', ['--pkcs11-module', at('nowhere.so')], 'p256'],
    ['a module that is none', 5, 'could not be loaded', ['--pkcs11-module', at('pin')], 'p256'],
    ['a key the root does not know', 5, 'the root does not let key', [], 'id:05'],
  ])('%s ends with code %i', async (_name, code, words, args, name) => {
    const out = at('never.bundle');
    const refused = await sign(...token(name), ...args, '--out', out);
    expect(refused.code).toBe(code);
    expect(refused.err).toContain(words);
    expect(existsSync(out)).toBe(false);
  });

  it('needs its module named, and a PIN without a terminal', async () => {
    expect((await sign('--pkcs11-key', 'p256', '--out', at('never.bundle'))).code).toBe(2);
    const options = token('p256').slice(0, -2);
    expect((await sign(...options, '--out', at('never.bundle'))).code).toBe(5);
  });

  it('takes the PIN from a descriptor', async () => {
    const options = token('p256').slice(0, -2);
    const args = [
      ...[command.file, 'sign', '--trust-root', at('root.json'), '--policy', at('authority', 'policy.json')],
      ...['--key', key('freshness-1'), ...options, '--pin-fd', '3', '--out', at('fd.bundle')],
    ];
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const pipe = child.stdio[3] as NodeJS.WritableStream;
    pipe.end(`${PIN}\n`);
    expect(await new Promise((done) => child.on('exit', done))).toBe(0);
    expect(existsSync(at('fd.bundle'))).toBe(true);
  });

  it('leaves no PIN in anything that was printed', () => {
    expect(command.printed()).not.toContain(PIN);
    expect(readFileSync(pinFile, 'utf8')).toContain(PIN);
  });
});
