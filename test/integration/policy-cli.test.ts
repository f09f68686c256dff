/** The administrators' command as it is run: as a process, with files, without a terminal. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundlePolicyCommand, type CommandResult, type PolicyCommand } from '../support/policy-command.ts';

const PASSPHRASE = 'correct horse battery staple';
const base = mkdtempSync(join(tmpdir(), 'sallyport-cli-'));
const at = (...parts: string[]): string => join(base, ...parts);
const passphraseFile = at('passphrase');
const authority = at('authority');
const trustRoot = join(authority, 'trust-root.json');
const machine = at('machine.json');
const bundle = at('policy.bundle');
const key = (name: string): string => join(authority, 'keys', `${name}.key.pem`);

let command: PolicyCommand;
const run = (...args: string[]): Promise<CommandResult> => command.run(...args);

const json = ({ out }: CommandResult) => JSON.parse(out);
const sign = (...args: string[]): Promise<CommandResult> =>
  run('sign', '--trust-root', trustRoot, '--passphrase-file', passphraseFile, ...args);
const signWithAll = ['--key', key('policy-1'), '--key', key('policy-2'), '--key', key('freshness-1')];

beforeAll(async () => {
  command = bundlePolicyCommand();
  writeFileSync(passphraseFile, `${PASSPHRASE}\n`);
  writeFileSync(
    machine,
    JSON.stringify({
      format: 'sallyport.machine/1',
      machineId: 'WS-0142',
      org: 'example',
      groups: [],
      channel: 'stable',
    }),
  );
  const made = await run(
    ...['init', '--directory', authority, '--org', 'example', '--author', 'IT', '--policy-threshold', '2'],
    ...['--passphrase-file', passphraseFile, '--json'],
  );
  expect(made).toMatchObject({ code: 0, err: '' });
  expect(json(made)).toMatchObject({ ok: true, encrypted: true });
});

afterAll(() => {
  command?.remove();
  rmSync(base, { recursive: true, force: true });
});

describe('init', () => {
  it('writes key files that only the owner may read and that OpenSSL opens with the passphrase', () => {
    const files = readdirSync(join(authority, 'keys'));
    expect(files).toHaveLength(6);
    for (const file of files) {
      const path = join(authority, 'keys', file);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      const structure = execFileSync('openssl', ['asn1parse', '-in', path], { encoding: 'utf8' });
      expect(structure).toContain(':scrypt');
      const opened = execFileSync(
        'openssl',
        ['pkey', '-in', path, '-passin', `file:${passphraseFile}`, '-noout', '-text'],
        { encoding: 'utf8' },
      );
      expect(opened).toContain('ED25519');
    }
  });

  it('never overwrites without --force', async () => {
    const before = readFileSync(key('root-1'));
    const again = await run(
      ...['init', '--directory', authority, '--org', 'example', '--author', 'IT'],
      ...['--passphrase-file', passphraseFile],
    );
    expect(again.code).toBe(3);
    expect(readFileSync(key('root-1')).equals(before)).toBe(true);
  });

  it.each([
    ['without a terminal and a passphrase file', 5, []],
    ['with both a passphrase and plain keys', 2, ['--passphrase-file', passphraseFile, '--unencrypted-keys']],
    ['with a threshold that cannot be reached', 2, ['--unencrypted-keys', '--root-threshold', '4']],
    ['with a number that is none', 2, ['--unencrypted-keys', '--root-keys', '1e1']],
    ['with an unknown algorithm', 2, ['--unencrypted-keys', '--algorithm', 'rsa']],
    ['with an unknown option', 2, ['--unencrypted-keys', '--backdoor']],
    ['with settings that are not there', 4, ['--unencrypted-keys', '--settings', at('nowhere')]],
  ])('ends %s with code %i and writes nothing', async (_name, code, args) => {
    const directory = at('refused');
    const refused = await run(
      'init',
      '--directory',
      directory,
      '--org',
      'example',
      '--author',
      'IT',
      ...args,
    );
    expect(refused.code).toBe(code);
    expect(existsSync(directory)).toBe(false);
  });

  it('refuses a short passphrase and writes plain keys only when told to', async () => {
    const short = at('short');
    writeFileSync(short, 'short\n');
    const directory = at('plain');
    const args = ['init', '--directory', directory, '--org', 'example', '--author', 'IT'];
    expect((await run(...args, '--passphrase-file', short)).code).toBe(5);
    expect((await run(...args, '--unencrypted-keys', '--algorithm', 'ecdsa-p384-sha384')).code).toBe(0);
    expect(readFileSync(join(directory, 'keys', 'root-1.key.pem'), 'utf8')).toContain('BEGIN PRIVATE KEY');
  });
});

describe('sign and verify', () => {
  const policy = ['--policy', join(authority, 'policy.json')];
  const verify = (file: string, ...args: string[]): Promise<CommandResult> =>
    run('verify', file, '--trust-root', trustRoot, '--machine', machine, '--json', ...args);

  it('make a bundle that the client’s verifier accepts', async () => {
    const signed = await sign(...policy, ...signWithAll, '--out', bundle, '--json');
    expect(signed).toMatchObject({ code: 0, err: '' });
    expect(json(signed)).toMatchObject({ complete: true, sequence: 1 });
    const verified = await verify(bundle);
    expect(verified.code).toBe(0);
    expect(json(verified)).toMatchObject({ ok: true, policyId: 'main', sequence: 1, rootVersion: 1 });
  });

  it('let a second person add the missing signature', async () => {
    const first = at('first.bundle');
    const both = at('both.bundle');
    const one = ['--key', key('policy-1'), '--key', key('freshness-1')];
    expect((await sign(...policy, ...one, '--out', first)).code).toBe(1);
    expect(existsSync(first)).toBe(false);
    expect(json(await sign(...policy, ...one, '--out', first, '--partial', '--json'))).toMatchObject({
      complete: false,
    });
    expect(json(await verify(first))).toMatchObject({ ok: false, error: { code: 'BELOW_THRESHOLD' } });
    expect((await sign('--bundle', first, '--key', key('policy-2'), '--out', both)).code).toBe(0);
    expect((await verify(both)).code).toBe(0);
  });

  it('freshen a bundle without the policy keys', async () => {
    const stale = at('stale.bundle');
    const fresh = at('fresh.bundle');
    const inTwoHours = `${new Date(Date.now() + 2 * 3_600_000).toISOString().slice(0, 19)}Z`;
    await sign(...policy, ...signWithAll, '--freshness-hours', '1', '--out', stale);
    expect(json(await verify(stale, '--at', inTwoHours))).toMatchObject({ error: { code: 'FROZEN' } });
    const freshened = await sign('--bundle', stale, '--key', key('freshness-1'), '--out', fresh);
    expect(freshened.code).toBe(0);
    expect((await verify(fresh, '--at', inTwoHours)).code).toBe(0);
  });

  it.each([
    ['a key that the root does not know', 5, ['--key', at('plain', 'keys', 'policy-1.key.pem')]],
    ['a root key', 5, ['--key', key('root-1')]],
    ['no freshness key', 5, ['--key', key('policy-1')]],
    ['a file that is no key', 5, ['--key', machine]],
    ['a key file that is not there', 4, ['--key', at('nowhere')]],
  ])('sign refuses %s with code %i', async (_name, code, args) => {
    const out = at('never.bundle');
    expect((await sign(...policy, ...args, '--out', out)).code).toBe(code);
    expect(existsSync(out)).toBe(false);
  });

  it('sign refuses a policy that the client would refuse', async () => {
    const wrong = at('wrong.json');
    const document = JSON.parse(readFileSync(join(authority, 'policy.json'), 'utf8'));
    writeFileSync(wrong, JSON.stringify({ ...document, settings: { ...document.settings, backdoor: true } }));
    const refused = await sign('--policy', wrong, ...signWithAll, '--out', at('never.bundle'), '--json');
    expect(refused.code).toBe(2);
    expect(json(refused).error.message).toContain('/settings/backdoor');
  });

  it('sign never overwrites without --force', async () => {
    expect((await sign(...policy, ...signWithAll, '--out', bundle)).code).toBe(3);
    expect((await sign(...policy, ...signWithAll, '--out', bundle, '--force')).code).toBe(0);
  });

  it('a wrong passphrase is said, not shown', async () => {
    const wrong = at('wrong-passphrase');
    writeFileSync(wrong, 'another passphrase\n');
    const refused = await run(
      ...['sign', '--trust-root', trustRoot, '--passphrase-file', wrong, ...policy, ...signWithAll],
      ...['--out', at('never.bundle')],
    );
    expect(refused.code).toBe(5);
    expect(refused.err).not.toContain('another passphrase');
  });

  it('verify names the attack for a changed bundle, and the place for one that is none', async () => {
    const changed = at('changed.bundle');
    const text = readFileSync(bundle, 'utf8');
    writeFileSync(changed, text.replace('sallyport.policy-bundle/1', 'sallyport.policy-bundle/9'));
    const unknown = await verify(changed);
    expect(unknown.code).toBe(1);
    expect(json(unknown)).toMatchObject({ ok: false, error: { code: 'FORMAT_UNKNOWN' } });
    writeFileSync(changed, `${text}\n`);
    expect(json(await verify(changed))).toMatchObject({ error: { code: 'MALFORMED' } });
    expect(json(await verify(bundle, '--platform', 'linux', '--app', '0.0.1'))).toMatchObject({
      error: { code: 'APP_VERSION' },
    });
    expect((await verify(bundle, '--at', 'yesterday')).code).toBe(2);
  });
});

describe('lock', () => {
  const master = at('lock', 'epoch-1.json');
  const enrolment = at('lock', 'WS-0142.json');

  it('makes an epoch, and derives a machine’s key that the server derives as well', async () => {
    const epoch = await run(
      'lock',
      'new-epoch',
      '--domain',
      'chat.example.mil',
      '--epoch',
      '1',
      '--out',
      master,
    );
    expect(epoch.code).toBe(0);
    const enrolled = await run(
      ...['lock', 'enroll', '--machine', 'WS-0142', '--master-key', master, '--out', enrolment, '--json'],
    );
    expect(enrolled.code).toBe(0);
    const file = JSON.parse(readFileSync(enrolment, 'utf8'));
    expect(file).toMatchObject({
      format: 'sallyport.enrolment/1',
      domain: 'chat.example.mil',
      kid: 'WS-0142',
      epoch: 1,
    });
    for (const path of [master, enrolment]) expect(statSync(path).mode & 0o777).toBe(0o600);
    const { key: masterKey } = JSON.parse(readFileSync(master, 'utf8'));
    const salt = execFileSync('openssl', ['dgst', '-sha256', '-r'], { input: 'chat.example.mil' })
      .toString()
      .slice(0, 64);
    const info = Buffer.from('sallyport-lock-1 machine\0WS-0142\x001').toString('hex');
    const expected = execFileSync('openssl', [
      ...['kdf', '-keylen', '32', '-kdfopt', 'digest:SHA256', '-binary'],
      ...['-kdfopt', `hexkey:${Buffer.from(masterKey, 'base64').toString('hex')}`],
      ...['-kdfopt', `hexsalt:${salt}`, '-kdfopt', `hexinfo:${info}`, 'HKDF'],
    ]);
    expect(file.key).toBe(expected.toString('base64'));
    const check = execFileSync(
      'openssl',
      [...['dgst', '-sha256', '-mac', 'HMAC', '-macopt', `hexkey:${expected.toString('hex')}`, '-r']],
      { input: 'sallyport-lock-1 check' },
    );
    expect(json(enrolled).checkValue).toBe(check.toString().slice(0, 16));
    expect(command.printed()).not.toContain(file.key);
    expect(command.printed()).not.toContain(masterKey);
  });

  it.each([
    [
      'a machine id with a slash',
      2,
      ['--machine', '../x', '--master-key', master, '--out', at('never.json')],
    ],
    [
      'a master key that is none',
      2,
      ['--machine', 'WS-1', '--master-key', machine, '--out', at('never.json')],
    ],
    ['an existing file', 3, ['--machine', 'WS-0142', '--master-key', master, '--out', enrolment]],
  ])('enroll refuses %s with code %i', async (_name, code, args) => {
    expect((await run('lock', 'enroll', ...args)).code).toBe(code);
    expect(existsSync(at('never.json'))).toBe(false);
  });

  it.each([
    ['Chat.Example.Mil', '1'],
    ['chat.example.mil', '0'],
    ['chat.example.mil', '-1'],
  ])('new-epoch refuses %s epoch %s', async (domain, epoch) => {
    const refused = await run(
      'lock',
      'new-epoch',
      '--domain',
      domain,
      '--epoch',
      epoch,
      '--out',
      at('never.json'),
    );
    expect(refused.code).toBe(2);
  });
});

describe('the command', () => {
  it('prints no secret, whatever was asked of it', () => {
    const printed = command.printed();
    expect(printed).not.toContain(PASSPHRASE);
    expect(printed).not.toContain('PRIVATE KEY');
  });

  it('has the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
    expect((await run('--version')).out.trim()).toBe(version);
  });

  it('knows its own exit codes: none of its commands is a usage error', async () => {
    expect((await run()).code).toBe(2);
    expect((await run('nonsense')).code).toBe(2);
    expect((await run('--help')).code).toBe(0);
  });
});
