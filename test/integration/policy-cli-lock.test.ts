/** The machines of the server's file, enrolment, and the help of every command. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ordinaryUser } from '../../build/lib/ordinary-user.ts';
import { parseEnrolment } from '../../src/lock/index.ts';
import { bundlePolicyCommand, type PolicyCommand } from '../support/policy-command.ts';

const base = mkdtempSync(join(tmpdir(), 'sallyport-cli-lock-'));
const at = (...parts: string[]): string => join(base, ...parts);

let command: PolicyCommand;

beforeAll(() => {
  command = bundlePolicyCommand();
});

afterAll(() => {
  command?.remove();
  rmSync(base, { recursive: true, force: true });
});

describe('lock revoke', () => {
  const file = at('server', 'machines.json');
  const table = {
    format: 'sallyport.machines/1',
    domain: 'chat.example.mil',
    machines: [
      { kid: 'WS-1', users: ['alice'], note: 'kept' },
      { kid: 'WS-2', revoked: false },
    ],
  };
  const revoke = (...args: string[]) => command.json('lock', 'revoke', '--machines', file, ...args);
  const read = () => JSON.parse(readFileSync(file, 'utf8'));

  beforeAll(() => {
    mkdirSync(at('server'));
    writeFileSync(file, JSON.stringify(table));
    chmodSync(file, 0o640);
    if (process.getuid?.() === 0) chownSync(file, ordinaryUser().uid, ordinaryUser().gid);
  });

  it('changes one word of the table, keeps owner and mode, and takes it back', async () => {
    const before = statSync(file);
    expect(await revoke('--machine', 'WS-1')).toMatchObject({
      code: 0,
      value: { revoked: true, changed: true },
    });
    expect(read()).toEqual({
      ...table,
      machines: [{ ...table.machines[0], revoked: true }, table.machines[1]],
    });
    const after = statSync(file);
    expect([after.uid, after.gid, after.mode]).toEqual([before.uid, before.gid, before.mode]);
    expect(after.ino).not.toBe(before.ino);
    expect(await revoke('--machine', 'WS-1')).toMatchObject({ value: { changed: false } });
    expect(statSync(file).ino).toBe(after.ino);
    expect(await revoke('--machine', 'WS-1', '--restore')).toMatchObject({
      value: { revoked: false, changed: true },
    });
    expect(read().machines[0].revoked).toBe(false);
    expect(readdirSync(at('server'))).toEqual(['machines.json']);
  });

  it('refuses a machine that the server does not know, and leaves the file alone', async () => {
    const before = readFileSync(file);
    expect((await revoke('--machine', 'WS-9')).code).toBe(2);
    expect((await revoke('--machine', '../x')).code).toBe(2);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it.each([
    ['no JSON', '{'],
    ['another format', JSON.stringify({ ...table, format: 'sallyport.machines/2' })],
    ['a machine twice', JSON.stringify({ ...table, machines: [{ kid: 'WS-1' }, { kid: 'WS-1' }] })],
    ['a machine that is none', JSON.stringify({ ...table, machines: [{ kid: 'WS-1' }, 7] })],
  ])('refuses a table that is %s', async (_name, text) => {
    writeFileSync(at('bad.json'), text);
    expect(
      (await command.run('lock', 'revoke', '--machines', at('bad.json'), '--machine', 'WS-1')).code,
    ).toBe(2);
    expect(readFileSync(at('bad.json'), 'utf8')).toBe(text);
  });

  it('leaves the old table where the disk is full', async () => {
    mkdirSync(at('small'));
    const script = [
      `mount -t tmpfs -o size=16k tmpfs '${at('small')}' || exit 99`,
      `cp '${file}' '${at('small')}/machines.json'`,
      `dd if=/dev/zero of='${at('small')}/filler' bs=4096 2>/dev/null`,
      `node '${command.file}' lock revoke --machines '${at('small')}/machines.json' --machine WS-2`,
      'code=$?',
      `cmp '${file}' '${at('small')}/machines.json' && ls -A '${at('small')}' && exit $code`,
    ].join('\n');
    const flags = process.getuid?.() === 0 ? ['-m'] : ['-rm'];
    const child = spawn('unshare', [...flags, 'sh', '-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    let shown = '';
    child.stdout.on('data', (data) => {
      shown += data;
    });
    // `exit` comes before the last of the output has been read.
    const [code] = await once(child, 'close');
    expect(code).toBe(4);
    expect(shown.trim().split('\n')).toEqual(['filler', 'machines.json']);
  });
});

it('lock enroll writes what the client’s own parser takes', async () => {
  await command.run(
    'lock',
    'new-epoch',
    '--domain',
    'chat.example.mil',
    '--epoch',
    '7',
    '--out',
    at('epoch.json'),
  );
  const args = [
    'lock',
    'enroll',
    '--machine',
    'WS-7',
    '--master-key',
    at('epoch.json'),
    '--out',
    at('WS-7.json'),
  ];
  expect((await command.run(...args)).code).toBe(0);
  expect(parseEnrolment(readFileSync(at('WS-7.json'), 'utf8'))).toMatchObject({
    domain: 'chat.example.mil',
    kid: 'WS-7',
    epoch: 7,
  });
});

describe('help', () => {
  const COMMANDS = [
    ...[
      'init',
      'lint',
      'explain',
      'diff',
      'sign',
      'freshen',
      'verify',
      'simulate',
      'effective',
      'rotate-root',
    ],
    ...['overlay init', 'overlay sign', 'key new', 'key import-public', 'key show'],
    ...['lock new-epoch', 'lock enroll', 'lock revoke', 'export json', 'export markdown', 'export admx'],
    'export mobileconfig',
  ];

  it.each(COMMANDS)('of %s has a sentence, an example, and --json', async (name) => {
    const { code, out } = await command.run(...name.split(' '), '--help');
    expect(code).toBe(0);
    expect(out).toMatch(/Examples?:\n {2}sallyport-policy /);
    expect(out).toContain('--json');
    expect(out).toMatch(/^[A-Z][^\n]{20,}/m);
  });

  it('names every command, and documents every exit code', async () => {
    const { out } = await command.run('--help');
    for (const name of COMMANDS) expect(out).toContain(`  ${name.split(' ')[0]}`);
    const documentation = readFileSync(join(import.meta.dirname, '../../docs/policy.md'), 'utf8');
    for (const text of ['6 diff', '7 lint', '8 lint', '70 unexpected']) {
      expect(out).toContain(text);
      expect(documentation.replaceAll('`', '')).toContain(text);
    }
  });
});
