/** sallyport-doctor as IT runs it: the bundled command against a real card, a real server and a signed policy. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asUser, ordinaryUser, userEnvironment } from '../../build/lib/ordinary-user.ts';
import { ALICE, BOB } from '../../build/site/analysts.ts';
import { siteDirectory } from '../../build/site/places.ts';
import { type Site, startSite } from '../../build/site/site.ts';
import type { Workstation } from '../../build/site/workstation.ts';

interface Line {
  readonly step?: string;
  readonly ok?: boolean;
  readonly code?: string;
  readonly action?: string;
  readonly seen?: Readonly<Record<string, unknown>>;
  readonly stanza?: { readonly direction: string; readonly kind: string; readonly verdict: string };
}

interface Run {
  readonly code: number | null;
  readonly lines: readonly Line[];
  readonly output: string;
  /** Steps in the order they were printed. */
  readonly steps: readonly string[];
  readonly last: Line | undefined;
}

let site: Site;
let alice: Workstation;
let bob: Workstation;

beforeAll(async () => {
  site = await startSite({
    directory: siteDirectory('test-doctor'),
    bundle: join(import.meta.dirname, '../../out/app-test'),
    users: [ALICE, BOB],
  });
  alice = await site.workstation(ALICE, { keychain: false });
  bob = await site.workstation(BOB, { keychain: false });
});

afterAll(async () => {
  await site?.stop();
});

/** Runs the doctor at a workstation; `pin` goes through file descriptor 3. */
async function doctor(
  { root, environment }: Workstation,
  pin: string | undefined,
  ...more: readonly string[]
): Promise<Run> {
  const machine = join(root, 'machine');
  const args = [
    join(site.app, 'sallyport-doctor.cjs'),
    ...['--policy', join(machine, 'policy.bundle')],
    ...['--trust-root', join(root, 'trust', 'trust-root.json')],
    ...['--machine-key', join(machine, 'enrolment.json')],
    ...(pin === undefined ? [] : ['--pin-fd', '3']),
    '--json',
    ...more,
  ];
  const user = ordinaryUser();
  const run = asUser(user, process.execPath, args);
  const child = spawn(run.command, [...run.args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: userEnvironment(user, { PCSCLITE_CSOCK_NAME: environment.PCSCLITE_CSOCK_NAME }),
  });
  let output = '';
  child.stdout?.on('data', (data: Buffer) => {
    output += data.toString('utf8');
  });
  child.stderr?.on('data', (data: Buffer) => {
    output += data.toString('utf8');
  });
  const pinPipe = child.stdio[3] as Writable;
  pinPipe.on('error', () => undefined);
  pinPipe.end(pin ?? '');
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const lines = output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);
  const steps = lines.flatMap(({ step }) => (step === undefined ? [] : [step]));
  return { code, lines, output, steps, last: lines.at(-1) };
}

const ALL_STEPS = [
  ...['policy', 'module', 'token', 'certificate', 'login', 'tcp', 'tls', 'pin-check', 'lock', 'sasl', 'bind'],
  'roster',
];

describe('sallyport-doctor', () => {
  it.each([
    ['an RSA card', () => alice, ALICE],
    ['an EC card', () => bob, BOB],
  ] as const)('passes every step with %s and shows no secret', async (_card, workstation, user) => {
    const station = workstation();
    const run = await doctor(station, station.pin);
    expect(run.output).toContain('"step":"roster"');
    expect(run).toMatchObject({ code: 0, steps: ALL_STEPS });
    const seen = Object.assign({}, ...run.lines.map((line) => line.seen)) as Record<string, unknown>;
    expect(seen).toMatchObject({
      protocol: 'TLSv1.3',
      lockBinding: 'tls-exporter',
      upn: user.upn,
      contacts: 1,
    });
    const enrolment = JSON.parse(readFileSync(join(station.root, 'machine', 'enrolment.json'), 'utf8')) as {
      key: string;
    };
    expect(run.output).not.toContain(enrolment.key);
    expect(run.output).not.toContain(station.pin);
  });

  it('leaves the card locked and stops before the network without a PIN', async () => {
    const run = await doctor(alice, undefined);
    expect(run).toMatchObject({ code: 0, steps: ['policy', 'module', 'token', 'certificate'] });
  });

  it('prints a line per stanza with the guard’s verdict while it listens', async () => {
    const run = await doctor(alice, alice.pin, '--listen', '1');
    const stanzas = run.lines.flatMap(({ stanza }) => (stanza === undefined ? [] : [stanza]));
    expect(run.code).toBe(0);
    expect(stanzas.some(({ direction, verdict }) => direction === 'in' && verdict === 'allow')).toBe(true);
    expect(stanzas.some(({ direction, kind }) => direction === 'out' && kind.startsWith('presence'))).toBe(
      true,
    );
  });

  it('names a wrong PIN at the step login, and spends one try only', async () => {
    const run = await doctor(alice, '99999999');
    expect(run).toMatchObject({ code: 14, last: { step: 'login', ok: false, code: 'PIN_INCORRECT' } });
    expect((await alice.reader().state()).triesLeft).toBe(2);
    expect((await doctor(alice, alice.pin)).code).toBe(0);
    expect((await alice.reader().state()).triesLeft).toBe(3);
  });

  it('refuses a PIN of letters without spending a try', async () => {
    const run = await doctor(alice, 'abcdef');
    expect(run).toMatchObject({ code: 14, last: { code: 'PIN_FORMAT' } });
    expect((await alice.reader().state()).triesLeft).toBe(3);
  });

  it('says that there is no card', async () => {
    await bob.reader().remove();
    const run = await doctor(bob, bob.pin);
    await bob.reader().insert();
    expect(run).toMatchObject({ code: 12, last: { step: 'token', code: 'NO_CARD' } });
    expect(run.last?.action).toContain('Insert your card');
  });

  it('refuses a module that the policy does not list, and tells its hash', async () => {
    const run = await doctor(alice, alice.pin, '--module', '/usr/lib/x86_64-linux-gnu/libc.so.6');
    expect(run).toMatchObject({ code: 11, last: { step: 'module', code: 'MODULE_NOT_CONFIGURED' } });
    expect(run.last?.seen?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('speaks with no server that the policy does not list', async () => {
    const run = await doctor(alice, alice.pin, '--server', '127.0.0.1:9');
    expect(run).toMatchObject({ code: 15, last: { step: 'tcp', ok: false, code: 'GUARD_REFUSED' } });
  });

  it('names the step lock when the machine was revoked', async () => {
    await site.server.revokeMachine('DEMO-ALICE');
    const run = await doctor(alice, alice.pin);
    expect(run).toMatchObject({ code: 18, last: { step: 'lock', code: 'LOCK_REFUSED' } });
    expect(run.steps.slice(0, 8)).toEqual(ALL_STEPS.slice(0, 8));
  });

  it('names the step sasl when the account is disabled', async () => {
    await site.server.disableAccount('bob');
    const run = await doctor(bob, bob.pin);
    expect(run).toMatchObject({ code: 19, last: { step: 'sasl', code: 'ACCOUNT_DISABLED' } });
  });

  it('names the step tcp when nobody listens', async () => {
    await site.server.stop();
    const run = await doctor(bob, bob.pin);
    expect(run).toMatchObject({ code: 15, last: { step: 'tcp', code: 'SERVER_UNREACHABLE' } });
  });

  it('explains itself on wrong usage', async () => {
    const run = await doctor(alice, undefined, '--nonsense');
    expect(run.code).toBe(2);
    expect(run.output).toContain('--nonsense');
  });
});
