/** A policy that changes while the client runs: the real files, the real verifier, the decision about each change. */
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DemoPolicy, makeDemoPolicy } from '../../build/site/policy.ts';
import { signBundle } from '../../src/cli/policy/sign.ts';
import { templateSettings } from '../../src/cli/policy/template.ts';
import { expiringSoon } from '../../src/main/policy/expiring.ts';
import { type PolicyChange, PolicyHolder } from '../../src/main/policy/holder.ts';
import { PolicyReloader } from '../../src/main/policy/reloader.ts';
import { FileWatch } from '../../src/main/policy/watch-files.ts';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import { CLIENT_ENFORCES, type Policy } from '../../src/policy/index.ts';
import { PolicyLoader } from '../../src/policy-files/index.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { AuditRecord } from '../../src/shared/session-contract.ts';

const DAY = 24 * 60 * 60 * 1000;
const NOW = Date.now();
const base = mkdtempSync(join(tmpdir(), 'sallyport-reload-'));
let round = 0;
let site: DemoPolicy;
let holder: PolicyHolder;
let reloader: PolicyReloader;
let watch: FileWatch | undefined;
let records: AuditRecord[];
let changes: PolicyChange[];
/** What the clock says. */
let clock: number;

interface Signing {
  readonly sequence: number;
  readonly change?: (policy: Policy) => Policy;
  readonly freshnessHours?: number;
}

/** Later signatures are younger: a second apart. */
let signed = 0;
function bundle({ sequence, change = (policy) => policy, freshnessHours = 24 }: Signing): Uint8Array {
  const { authority, root, policy } = site;
  signed += 1;
  return signBundle({
    trustRoot: authority.rootEnvelope,
    roots: [],
    root,
    policy: change({ ...policy, sequence }),
    keys: [...authority.keys.policy, ...authority.keys.freshness],
    freshnessHours,
    partial: true,
    now: NOW + signed * 1000,
  }).bytes;
}

/** As administrators should: a file beside it, then renamed. */
function install(signing: Signing): void {
  const beside = `${site.bundleFile}.new`;
  writeFileSync(beside, bundle(signing), { mode: 0o644 });
  renameSync(beside, site.bundleFile);
}

async function decide(): Promise<void> {
  reloader.request();
  await reloader.settled;
}

const events = (): readonly unknown[] =>
  records.map(({ event, detail }) => [event, detail.code ?? detail.sequence]);

const withBanner =
  (text: string) =>
  (policy: Policy): Policy => ({
    ...policy,
    settings: {
      ...policy.settings,
      classification: {
        ...policy.settings.classification,
        banner: { ...policy.settings.classification.banner, text },
      },
    },
  });

beforeEach(async () => {
  round += 1;
  clock = NOW + DAY / 2;
  records = [];
  changes = [];
  const directory = join(base, String(round));
  site = await makeDemoPolicy({
    directory,
    settings: templateSettings(),
    machineId: 'WS-0142',
    sequence: 3,
    now: NOW,
  });
  const loader = new PolicyLoader({
    directory: site.policyDirectory,
    trustRootFile: site.trustRootFile,
    stateFile: join(directory, 'user', 'policy-state.json'),
    dropFile: join(directory, 'user', 'policy-drop.bundle'),
    appVersion: '0.1.0',
    buildTime: 0,
    platform: 'linux',
    acknowledged: CLIENT_ENFORCES,
    trustedOwners: [process.getuid?.() ?? 0],
    stateMacKey: Buffer.alloc(32, 1),
    crypto: nodeCrypto,
  });
  holder = new PolicyHolder(await loader.load({ now: clock }));
  holder.subscribe((change) => changes.push(change));
  reloader = new PolicyReloader({
    holder,
    load: (offered) => loader.load({ now: clock, ...(offered === undefined ? {} : { offered }) }),
    audit: (record) => records.push(record),
    now: () => clock,
  });
});

afterEach(() => {
  watch?.close();
  watch = undefined;
  reloader.close();
});

afterAll(() => rmSync(base, { recursive: true, force: true }));

describe('the decision', () => {
  it('takes a newer policy and tells everybody what it asks for', async () => {
    install({ sequence: 4, change: withBanner('SECRET // EXERCISE') });
    await decide();
    expect(holder.loaded.sequence).toBe(4);
    expect(changes.map(({ effect }) => effect)).toEqual(['immediate']);
    expect(events()).toEqual([['policy.activated', 4]]);
    expect(records[0]?.detail).toMatchObject({ sha256: holder.loaded.sha256, source: 'machine' });
  });

  it('is silent where nothing is new', async () => {
    await decide();
    await decide();
    expect(changes).toEqual([]);
    expect(records).toEqual([]);
  });

  it('takes a new proof of freshness without disturbing anybody', async () => {
    install({ sequence: 3, freshnessHours: 200 });
    const before = holder.loaded.validUntil;
    await decide();
    expect(changes.map(({ effect }) => effect)).toEqual(['none']);
    expect(Date.parse(holder.loaded.validUntil)).toBeGreaterThan(Date.parse(before));
    expect(events()).toEqual([['policy.activated', 3]]);
  });

  it.each<readonly [string, 'sign-in' | 'restart', (policy: Policy) => Policy]>([
    [
      'an approved server',
      'sign-in',
      (policy) => ({
        ...policy,
        settings: {
          ...policy.settings,
          servers: policy.settings.servers.map((server) => ({ ...server, port: 5299 })),
        },
      }),
    ],
    [
      'the words of consent',
      'restart',
      (policy) => ({
        ...policy,
        settings: { ...policy.settings, consent: { ...policy.settings.consent, text: 'Other words.' } },
      }),
    ],
  ])('says that a change of %s takes a %s', async (_name, effect, change) => {
    install({ sequence: 4, change });
    await decide();
    expect(changes.map((each) => each.effect)).toEqual([effect]);
  });

  it('says that another name of the machine takes a restart', async () => {
    writeFileSync(site.machineFile, JSON.stringify({ ...site.machine, machineId: 'WS-0143' }));
    await decide();
    expect(changes.map(({ effect }) => effect)).toEqual(['restart']);
  });

  it.each<readonly [string, string, () => void]>([
    ['ROLLBACK', 'an older policy', () => install({ sequence: 2 })],
    [
      'EQUIVOCATION',
      'another policy of the same number',
      () => install({ sequence: 3, change: withBanner('OTHER') }),
    ],
    ['MALFORMED', 'a damaged file', () => writeFileSync(site.bundleFile, '{"format"')],
    ['ABSENT', 'no file', () => rmSync(site.bundleFile)],
    ['PATH_UNTRUSTED', 'a file that anybody may write', () => chmodSync(site.bundleFile, 0o666)],
    ['TOO_LARGE', 'a file of 2 MiB', () => writeFileSync(site.bundleFile, Buffer.alloc(2 * 1024 * 1024))],
    [
      'EXPIRED',
      'a newer policy that has expired',
      () => {
        const expires = new Date(NOW + DAY / 4).toISOString().replace(/\.\d+Z/, 'Z');
        install({ sequence: 9, change: (policy) => ({ ...policy, expires }) });
      },
    ],
    ['MALFORMED', 'no machine file', () => writeFileSync(site.machineFile, '')],
  ])('refuses with %s and goes on: %s', async (code, _name, spoil) => {
    const before = holder.loaded;
    const stateFile = join(base, String(round), 'user', 'policy-state.json');
    const state = readFileSync(stateFile, 'utf8');
    spoil();
    await decide();
    await decide();
    expect(holder.loaded).toBe(before);
    expect(holder.view.refusal).toMatchObject({ error: { code }, at: new Date(clock).toISOString() });
    expect(events()).toEqual([['policy.refused', code]]);
    expect(readFileSync(stateFile, 'utf8')).toBe(state);
    // Put right, the warning goes and nothing is written: what is in force was in force.
    rmSync(site.bundleFile, { force: true });
    writeFileSync(site.machineFile, JSON.stringify(site.machine));
    install({ sequence: 4 });
    await decide();
    expect(holder.view).toMatchObject({ loaded: { sequence: 4 }, refusal: undefined });
    expect(records).toHaveLength(2);
  });

  it('takes a policy that was refused as not yet valid once its time has come', async () => {
    const notBefore = new Date(clock + 60_000).toISOString().replace(/\.\d+Z/, 'Z');
    install({ sequence: 4, change: (policy) => ({ ...policy, notBefore }) });
    await decide();
    expect(holder.view.refusal?.error.code).toBe('NOT_YET_VALID');
    clock += 120_000;
    await decide();
    expect(holder.view).toMatchObject({ loaded: { sequence: 4 }, refusal: undefined });
  });

  it('asks again by itself while something is refused', async () => {
    reloader.close();
    let loads = 0;
    const impatient = new PolicyReloader({
      holder,
      load: () => {
        loads += 1;
        return Promise.reject(new Error('the disk'));
      },
      audit: (record) => records.push(record),
      retryMs: 5,
    });
    impatient.request();
    await expect.poll(() => loads).toBeGreaterThan(3);
    impatient.close();
    expect(events()).toEqual([['policy.refused', 'INTERNAL']]);
  });

  it('has one decision under way however often it is asked', async () => {
    install({ sequence: 4 });
    for (let at = 0; at < 200; at += 1) reloader.request();
    await reloader.settled;
    expect(events()).toEqual([['policy.activated', 4]]);
    expect(changes).toHaveLength(1);
  });
});

describe('the drop', () => {
  it('brings a newer policy into force', async () => {
    reloader.offer(bundle({ sequence: 4 }));
    await reloader.settled;
    expect(holder.loaded).toMatchObject({ sequence: 4, source: 'drop' });
    await decide();
    expect(holder.loaded).toMatchObject({ sequence: 4, source: 'drop' });
    expect(events()).toEqual([['policy.activated', 4]]);
  });

  it.each([
    ['ROLLBACK', () => bundle({ sequence: 2 })],
    ['MALFORMED', () => Buffer.alloc(1000)],
    ['TOO_LARGE', () => Buffer.alloc(1024 * 1024 + 1)],
  ])('is refused with %s and changes nothing', async (code, bytes) => {
    const before = holder.loaded;
    reloader.offer(bytes());
    await reloader.settled;
    expect(holder.loaded.sha256).toBe(before.sha256);
    expect(holder.view.refusal?.error).toMatchObject({ code, detail: { source: 'drop' } });
    expect(events()).toEqual([['policy.refused', code]]);
  });
});

describe('a session process that was taken over', () => {
  it('makes neither work nor audit records without end: of a thousand bundles the first and the last count', async () => {
    let loads = 0;
    const slow = new PolicyReloader({
      holder,
      load: (offered) => {
        loads += 1;
        return Promise.reject(new AppError('MALFORMED', { bundleSha256: String(offered?.[0]) }));
      },
      audit: (record) => records.push(record),
      offerMs: 100,
    });
    for (let at = 0; at < 1000; at += 1) slow.offer(new Uint8Array([at % 251]));
    await slow.settled;
    expect(loads).toBe(1);
    await expect.poll(() => loads).toBe(2);
    await slow.settled;
    slow.close();
    expect(records.map(({ detail }) => detail.bundleSha256)).toEqual(['0', String(999 % 251)]);
  });
});

describe('the watch', () => {
  const start = async (settleMs = 20, pollMs = 60_000): Promise<() => number> => {
    let count = 0;
    watch = new FileWatch({
      directory: site.policyDirectory,
      names: ['policy.bundle', 'machine.json'],
      onChange: () => {
        count += 1;
        reloader.request();
      },
      settleMs,
      pollMs,
    });
    await expect.poll(() => count).toBe(1);
    return () => count;
  };

  it('sees a file that is put in the place of another, and one that is written in pieces once', async () => {
    const count = await start(100);
    install({ sequence: 4 });
    await expect.poll(() => holder.loaded.sequence, { timeout: 30_000 }).toBe(4);
    const whole = bundle({ sequence: 5 });
    const step = Math.ceil(whole.length / 10);
    writeFileSync(site.bundleFile, '');
    for (let at = 0; at < whole.length; at += step) {
      appendFileSync(site.bundleFile, whole.subarray(at, at + step));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await expect.poll(() => holder.loaded.sequence, { timeout: 30_000 }).toBe(5);
    expect(events()).toEqual([
      ['policy.activated', 4],
      ['policy.activated', 5],
    ]);
    // One call for the start, at most one for each change: on a slow machine the first reload may see the first change.
    expect(count()).toBeLessThanOrEqual(3);
  });

  it('does not care for other files, nor for being read', async () => {
    const count = await start();
    for (let at = 0; at < 50; at += 1) writeFileSync(join(site.policyDirectory, 'other.txt'), String(at));
    readFileSync(site.bundleFile);
    rmSync(join(site.policyDirectory, 'other.txt'));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(count()).toBe(1);
  });

  it('finds a directory that was replaced, by its slow look', async () => {
    await start(10, 50);
    renameSync(site.policyDirectory, `${site.policyDirectory}.old`);
    await expect.poll(() => holder.view.refusal?.error.code, { timeout: 30_000 }).toBe('ABSENT');
    mkdirSync(site.policyDirectory, { mode: 0o755 });
    writeFileSync(site.machineFile, JSON.stringify(site.machine));
    install({ sequence: 4 });
    await expect.poll(() => holder.loaded.sequence, { timeout: 30_000 }).toBe(4);
    install({ sequence: 5 });
    await expect.poll(() => holder.loaded.sequence, { timeout: 30_000 }).toBe(5);
  });
});

describe('the end of a policy', () => {
  it('is announced 14 days or a fifth of its life before, that of freshness a fifth of its own', () => {
    const { loaded } = holder;
    const policyEnd = Date.parse(loaded.expires);
    const freshEnd = Date.parse(loaded.validUntil);
    expect(freshEnd).toBeLessThan(policyEnd);
    expect(expiringSoon(loaded, NOW + DAY)).toBeUndefined();
    expect(expiringSoon(loaded, freshEnd - 2 * DAY)).toBeUndefined();
    expect(expiringSoon(loaded, freshEnd - DAY)).toBe(loaded.validUntil);
    const long = { ...loaded, validUntil: loaded.expires };
    expect(expiringSoon(long, policyEnd - 15 * DAY)).toBeUndefined();
    expect(expiringSoon(long, policyEnd - 14 * DAY)).toBe(loaded.expires);
  });
});
