/** The command with a person in front of it: a pseudo-terminal on which questions are answered. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundlePolicyCommand, type PolicyCommand } from '../support/policy-command.ts';

const TERMINAL = join(import.meta.dirname, '../support/on-a-terminal.py');
const MODULE = '/usr/lib/softhsm/libsofthsm2.so';
const PASSPHRASE = 'correct hörse battery staple';
const PIN = '86420-pin';
const base = mkdtempSync(join(tmpdir(), 'sallyport-cli-terminal-'));
const at = (...parts: string[]): string => join(base, ...parts);

let command: PolicyCommand;

type Steps = readonly (readonly [question: string, answer: string])[];

/** Runs the command on a terminal; `shown` is what the person saw. */
function person(steps: Steps, ...args: string[]): Promise<{ readonly code: number; readonly shown: string }> {
  const script = at('script.json');
  writeFileSync(script, JSON.stringify(steps));
  const env = { ...process.env, SOFTHSM2_CONF: at('softhsm2.conf') };
  return new Promise((done) => {
    execFile(
      'python3',
      [TERMINAL, script, process.execPath, command.file, ...args],
      { env },
      (error, out, err) => done({ code: error === null ? 0 : Number(error.code), shown: out + err }),
    );
  });
}

const init = (directory: string) => [
  'init',
  '--directory',
  at(directory),
  '--org',
  'example',
  '--author',
  'IT',
];

beforeAll(async () => {
  command = bundlePolicyCommand();
  const made = await person(
    [
      ['Passphrase for the new keys:', `${PASSPHRASE}\r`],
      ['The same again:', `${PASSPHRASE}\r`],
    ],
    ...init('authority'),
  );
  expect(made.code).toBe(0);
  expect(made.shown).not.toContain('battery');
});

afterAll(() => {
  command?.remove();
  rmSync(base, { recursive: true, force: true });
});

describe('a passphrase', () => {
  const sign = (out: string) => [
    ...[
      'sign',
      '--trust-root',
      at('authority', 'trust-root.json'),
      '--policy',
      at('authority', 'policy.json'),
    ],
    ...['policy-1', 'freshness-1'].flatMap((name) => ['--key', at('authority', 'keys', `${name}.key.pem`)]),
    ...['--out', at(out)],
  ];

  it('that was typed is the one OpenSSL opens the key with', () => {
    writeFileSync(at('passphrase'), PASSPHRASE);
    const file = at('authority', 'keys', 'root-1.key.pem');
    const args = ['pkey', '-in', file, '-passin', `file:${at('passphrase')}`, '-noout', '-text'];
    expect(execFileSync('openssl', args, { encoding: 'utf8' })).toContain('ED25519');
  });

  it('is asked for each key, and Enter takes the one before', async () => {
    const signed = await person(
      [
        ['policy-1.key.pem:', `${PASSPHRASE}\r`],
        ['(Enter: as before):', '\r'],
      ],
      ...sign('typed.bundle'),
    );
    expect(signed.code).toBe(0);
    expect(signed.shown).not.toContain('battery');
    expect(existsSync(at('typed.bundle'))).toBe(true);
  });

  it('can be corrected with Backspace, a letter of two bytes at once', async () => {
    const steps: Steps = [
      ['policy-1.key.pem:', `${PASSPHRASE.slice(0, 9)}é\u007f${PASSPHRASE.slice(9)}\r`],
      ['(Enter: as before):', '\r'],
    ];
    expect((await person(steps, ...sign('corrected.bundle'))).code).toBe(0);
  });

  it('that is wrong is said, not shown; Control-C cancels', async () => {
    const wrong = await person([['policy-1.key.pem:', 'wrong passphrase\r']], ...sign('never.bundle'));
    expect(wrong.code).toBe(5);
    expect(wrong.shown).not.toContain('wrong passphrase');
    const cancelled = await person([['policy-1.key.pem:', 'half\u0003']], ...sign('never.bundle'));
    expect(cancelled).toMatchObject({ code: 5 });
    expect(cancelled.shown).toContain('cancelled');
    expect(existsSync(at('never.bundle'))).toBe(false);
  });

  it.each([
    ['too short', [['Passphrase for the new keys:', 'short\r']]],
    [
      'typed differently the second time',
      [
        ['Passphrase for the new keys:', `${PASSPHRASE}\r`],
        ['The same again:', 'something else entirely\r'],
      ],
    ],
  ] as const)('that is %s makes no keys', async (_name, steps) => {
    expect((await person(steps, ...init('refused'))).code).toBe(5);
    expect(existsSync(at('refused'))).toBe(false);
  });
});

it('init asks for what no option gives, and what it writes passes lint but for what is left open', async () => {
  mkdirSync(at('pki'));
  const pem = at('pki', 'ca.pem');
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '900'],
      ...['-subj', '/CN=Authority', '-addext', 'subjectAltName=DNS:chat.asked.mil'],
      ...['-keyout', at('pki', 'ca.key'), '-out', pem],
    ],
    { stdio: 'pipe' },
  );
  const made = await person(
    [
      ['Directory for keys', `${at('asked')}\r`],
      ['machine-readable name', 'asked\r'],
      ['Who stands behind', 'J. Doe\r'],
      ['as the windows show it', 'Asked Command\r'],
      ['Whom to call', 'Extension 4242\r'],
      ['XMPP domain', 'chat.asked.mil\r'],
      ['Server, HOST', 'xmpp1.asked.mil:5224\r'],
      ["server's certificate", `${pem}\r`],
      ['CA certificates', `${pem}\r`],
      ['PKCS#11 module', `${MODULE}\r`],
      ['Passphrase for the new keys:', `${PASSPHRASE}\r`],
      ['The same again:', `${PASSPHRASE}\r`],
    ],
    'init',
  );
  expect(made.code).toBe(0);
  const policy = JSON.parse(readFileSync(at('asked', 'policy.json'), 'utf8'));
  expect(policy).toMatchObject({
    audience: { org: 'asked' },
    settings: {
      organization: { name: 'Asked Command', support: 'Extension 4242' },
      domain: 'chat.asked.mil',
      servers: [{ host: 'xmpp1.asked.mil', port: 5224 }],
      authentication: { modules: [{ path: MODULE, platform: 'linux' }] },
    },
  });
  const lint = await command.json(
    ...['lint', at('asked', 'policy.json'), '--trust-root', at('asked', 'trust-root.json')],
    ...['--certificate', pem],
  );
  expect(lint.code).toBe(8);
  const ids = new Set(lint.value.findings.map(({ id }: { id: string }) => id));
  expect(ids).toEqual(new Set(['SINGLE_KEY', 'NO_BACKUP_PIN', 'NO_MODULE_FOR_PLATFORM']));
});

it('a PIN is asked for on the terminal and not shown', async () => {
  mkdirSync(at('tokens'));
  writeFileSync(at('softhsm2.conf'), `directories.tokendir = ${at('tokens')}\nobjectstore.backend = file\n`);
  const env = { ...process.env, SOFTHSM2_CONF: at('softhsm2.conf') };
  const tool = (program: string, ...args: string[]) => execFileSync(program, args, { env, stdio: 'pipe' });
  tool('softhsm2-util', '--init-token', '--free', '--label', 'card', '--so-pin', '12345678', '--pin', PIN);
  tool(
    'pkcs11-tool',
    ...['--module', MODULE, '--login', '--pin', PIN, '--keypairgen', '--key-type', 'EC:prime256v1'],
    ...['--label', 'policy', '--id', '01'],
  );
  const args = [
    'key',
    'import-public',
    '--pkcs11-module',
    MODULE,
    '--pkcs11-key',
    'policy',
    '--out',
    at('p.pem'),
  ];
  const wrong = await person([['PIN of token card:', '1111111\r']], ...args);
  expect(wrong.code).toBe(5);
  const right = await person([['PIN of token card:', `${PIN}\r`]], ...args);
  expect(right.code).toBe(0);
  expect(right.shown).not.toContain(PIN);
  expect(readFileSync(at('p.pem'), 'utf8')).toContain('BEGIN PUBLIC KEY');
});
