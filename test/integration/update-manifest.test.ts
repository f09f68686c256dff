/**
 * The update manifest as a client and an administrator meet it: real files with their owners and modes, the loader and the
 * reloader of the client, `sallyport-policy update` as a process.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Forgery, forge, goodPolicy, KEYS, NOW } from '../../build/site/policy-forge.ts';
import {
  announcingPolicy,
  forgeUpdate,
  goodManifest,
  ROTATED,
  SEQUENCE,
  UPDATE_ATTACKS,
  UPDATE_KEYS,
  type UpdateForgery,
  WITH_ROLE,
} from '../../build/site/update-forge.ts';
import { makeFreshness, makeRoot, signRoot } from '../../src/cli/policy/signing.ts';
import { PolicyHolder } from '../../src/main/policy/holder.ts';
import { PolicyReloader } from '../../src/main/policy/reloader.ts';
import { updateNotice } from '../../src/main/policy/update-news.ts';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import {
  CLIENT_ENFORCES,
  EMPTY_STATE,
  formatTime,
  type Policy,
  type PolicyState,
} from '../../src/policy/index.ts';
import { type LoadedPolicy, PolicyLoader, UPDATE_NAME } from '../../src/policy-files/index.ts';
import { formatState, parseState } from '../../src/policy-files/state-format.ts';
import type { AuditRecord } from '../../src/shared/session-contract.ts';
import { bundlePolicyCommand, type PolicyCommand } from '../support/policy-command.ts';

const STATE_KEY = Buffer.alloc(32, 7);
const VERSION = '0.1.0';
const base = mkdtempSync(join(tmpdir(), 'sallyport-update-'));
let command: PolicyCommand;
let round = 0;
let place: string;

const machine = () => join(place, 'machine');
const manifestFile = () => join(machine(), UPDATE_NAME);
const stateFile = () => join(place, 'user', 'policy-state.json');
const trustRootFile = () => join(place, 'trust-root.json');
const bundleFile = () => join(machine(), 'policy.bundle');
const machineFile = () => join(machine(), 'machine.json');

beforeAll(() => {
  command = bundlePolicyCommand();
});
beforeEach(() => {
  round += 1;
  place = join(base, String(round));
  mkdirSync(join(place, 'user'), { recursive: true });
  mkdirSync(machine(), { mode: 0o755 });
});
afterAll(() => {
  command?.remove();
  rmSync(base, { recursive: true, force: true });
});

/** Policy, machine file, trust root and manifest, and the record where the forgery says what is in it. */
function install(changes: Partial<UpdateForgery> = {}, forgery: Partial<Forgery> = {}) {
  const input = forgeUpdate(changes);
  const { bundle } = forge({ policy: input.policy, roots: input.roots, ...forgery });
  writeFileSync(trustRootFile(), JSON.stringify(input.trustRoot));
  writeFileSync(bundleFile(), bundle, { mode: 0o644 });
  writeFileSync(machineFile(), JSON.stringify(input.machine), { mode: 0o644 });
  writeFileSync(`${manifestFile()}.new`, input.manifest, { mode: 0o644 });
  renameSync(`${manifestFile()}.new`, manifestFile());
  if (changes.state !== undefined)
    writeFileSync(stateFile(), formatState(changes.state, STATE_KEY, nodeCrypto));
  return input;
}

const newLoader = (appVersion = VERSION): PolicyLoader =>
  new PolicyLoader({
    directory: machine(),
    trustRootFile: trustRootFile(),
    stateFile: stateFile(),
    appVersion,
    buildTime: 0,
    platform: 'linux',
    acknowledged: CLIENT_ENFORCES,
    trustedOwners: [process.getuid?.() ?? 0],
    stateMacKey: STATE_KEY,
    crypto: nodeCrypto,
  });

const load = (now = NOW, appVersion = VERSION): Promise<LoadedPolicy> => newLoader(appVersion).load({ now });

/** What the client makes of the manifest: the version it tells of, the code of its refusal, or nothing. */
function answerOf({ update }: LoadedPolicy): string {
  if (update === undefined) return 'nothing';
  return update.kind === 'newer' ? update.version : update.error.code;
}

const record = (): PolicyState => parseState(readFileSync(stateFile(), 'utf8'), STATE_KEY, nodeCrypto).state;

const judge = (now: number, ...more: readonly string[]) =>
  command.json(
    ...['update', 'verify', manifestFile(), '--trust-root', trustRootFile(), '--bundle', bundleFile()],
    ...['--machine', machineFile(), '--platform', 'linux', '--app', VERSION, '--at', formatTime(now)],
    ...more,
  );

describe('the attack', () => {
  it.each(UPDATE_ATTACKS)('%s: %s, for the client and for the command', async (_name, code, forgery) => {
    const { now } = install(forgery);
    const state = forgery.state === undefined ? [] : ['--state', stateFile()];
    const said = await judge(now, ...state);
    expect([said.code, said.value.error?.code]).toEqual([1, code]);
    const loaded = await load(now);
    expect([loaded.sequence, answerOf(loaded)]).toEqual([5, code]);
    expect(loaded.update?.kind === 'refused' && loaded.update.error.detail).toMatchObject({ part: 'update' });
    // Nothing about the manifest is remembered, and nothing that was remembered is forgotten.
    expect(record().update).toEqual(forgery.state?.update);
  });

  it.each<readonly [string, string, () => void]>([
    ['others may write the manifest', 'PATH_UNTRUSTED', () => chmodSync(manifestFile(), 0o666)],
    ['its group may', 'PATH_UNTRUSTED', () => chmodSync(manifestFile(), 0o664)],
    ['it is somebody else’s', 'PATH_UNTRUSTED', () => chownSync(manifestFile(), 12345, 12345)],
    [
      'it is a link to a good one',
      'PATH_UNTRUSTED',
      () => {
        renameSync(manifestFile(), join(machine(), 'other'));
        symlinkSync('other', manifestFile());
      },
    ],
    [
      'it is a directory',
      'PATH_UNTRUSTED',
      () => {
        rmSync(manifestFile());
        mkdirSync(manifestFile());
      },
    ],
    [
      'it is a pipe that nobody writes to',
      'PATH_UNTRUSTED',
      () => {
        rmSync(manifestFile());
        execFileSync('mkfifo', ['-m', '0644', manifestFile()]);
      },
    ],
  ])('of the place: %s', async (_name, code, tamper) => {
    install();
    tamper();
    expect(answerOf(await load())).toBe(code);
  });
});

describe('the client', () => {
  it('tells of a newer version and remembers the manifest', async () => {
    install();
    const loaded = await load();
    expect(loaded.update).toMatchObject({
      kind: 'newer',
      version: '0.2.0',
      installFrom: 'Software Centre, under Sallyport',
      notes: 'Rooms open faster.',
      signers: KEYS.policy.slice(0, 2).map(({ keyid }) => keyid),
    });
    expect(record().update?.sequence).toBe(SEQUENCE);
    expect(updateNotice(loaded, NOW)).toEqual({
      version: '0.2.0',
      installFrom: 'Software Centre, under Sallyport',
      notes: 'Rooms open faster.',
    });
  });

  it('refuses the older manifest after the newer one, also after a restart', async () => {
    install({ manifest: goodManifest({ sequence: SEQUENCE + 5 }) });
    expect(answerOf(await load())).toBe('0.2.0');
    install();
    expect(answerOf(await load())).toBe('ROLLBACK');
    expect(record().update?.sequence).toBe(SEQUENCE + 5);
  });

  it.each(['0.2.0', '0.2.1', '1.0.0'])('says nothing when it is %s itself', async (version) => {
    install();
    const loaded = await load(NOW, version);
    expect(answerOf(loaded)).toBe('nothing');
    expect(record().update?.sequence).toBe(SEQUENCE);
  });

  it('says nothing where there is no manifest', async () => {
    install();
    rmSync(manifestFile());
    expect(answerOf(await load())).toBe('nothing');
  });

  it('lets a manifest be, which is not even read where the policy has nobody told', async () => {
    install({}, { policy: goodPolicy() });
    rmSync(manifestFile());
    execFileSync('mkfifo', ['-m', '0666', manifestFile()]);
    const loaded = await load();
    expect([loaded.settings.updates.mode, answerOf(loaded)]).toEqual(['off', 'nothing']);
    expect(record().update).toBeUndefined();
  });

  it('recovers from a stolen key that set the highest sequence there is', async () => {
    const role = { plan: WITH_ROLE, keys: UPDATE_KEYS.slice(0, 1) };
    install({ ...role, manifest: goodManifest({ sequence: Number.MAX_SAFE_INTEGER }) });
    expect(answerOf(await load())).toBe('0.2.0');
    const roots = [signRoot(makeRoot(ROTATED), KEYS.root)];
    const later: Partial<Forgery> = {
      freshness: (policy, envelope) => makeFreshness(policy, envelope, NOW + 60_000, NOW + 86_400_000),
    };
    install({ plan: WITH_ROLE, roots, keys: UPDATE_KEYS.slice(1) }, later);
    expect(answerOf(await load())).toBe('0.2.0');
    expect(record().update?.sequence).toBe(SEQUENCE);
  });

  it('keeps the floor of a record that was edited, and believes nothing else of it', async () => {
    install({ state: { ...EMPTY_STATE, update: { sequence: SEQUENCE + 9, sha256: 'a'.repeat(64) } } });
    const text = readFileSync(stateFile(), 'utf8');
    writeFileSync(stateFile(), text.replace('"highestTimeSeen": 0', '"highestTimeSeen": 1'));
    const loaded = await load();
    expect([loaded.stateProblem, answerOf(loaded)]).toEqual(['STATE_CORRUPT', 'ROLLBACK']);
    expect(record().update).toBeUndefined();
  });
});

describe('a manifest that changes while the client runs', () => {
  let records: AuditRecord[];
  let holder: PolicyHolder;
  let reloader: PolicyReloader;
  let clock: number;

  async function start(): Promise<void> {
    records = [];
    clock = NOW;
    const loader = newLoader();
    holder = new PolicyHolder(await loader.load({ now: clock }));
    reloader = new PolicyReloader({
      holder,
      load: (offered) => loader.load({ now: clock, ...(offered === undefined ? {} : { offered }) }),
      audit: (each) => records.push(each),
    });
  }
  async function decide(): Promise<void> {
    reloader.request();
    await reloader.settled;
  }
  const events = () => records.map(({ event, detail }) => [event, detail.code ?? detail.version]);

  it('is told of once, withdrawn when it goes, and refused once by name', async () => {
    const { manifest } = install();
    rmSync(manifestFile());
    await start();
    const effects: string[] = [];
    holder.subscribe(({ effect }) => effects.push(effect));

    writeFileSync(manifestFile(), manifest, { mode: 0o644 });
    await decide();
    await decide();
    expect(updateNotice(holder.loaded, clock)?.version).toBe('0.2.0');

    rmSync(manifestFile());
    await decide();
    expect(updateNotice(holder.loaded, clock)).toBeUndefined();

    writeFileSync(manifestFile(), manifest.subarray(1), { mode: 0o644 });
    await decide();
    await decide();
    expect(updateNotice(holder.loaded, clock)).toBeUndefined();
    reloader.close();

    expect(events()).toEqual([
      ['update.announced', '0.2.0'],
      ['update.refused', 'MALFORMED'],
    ]);
    expect(records[1]?.detail.manifestSha256).toMatch(/^[0-9a-f]{64}$/);
    // Nobody signs in again because of it.
    expect(effects).toEqual(['none', 'none', 'none']);
  });

  it('comes and goes with the policy’s setting, at once', async () => {
    install({}, { policy: goodPolicy() });
    await start();
    expect(updateNotice(holder.loaded, clock)).toBeUndefined();
    const effects: string[] = [];
    holder.subscribe(({ effect }) => effects.push(effect));
    const later = (policy: Policy, sequence: number) =>
      install(
        {},
        {
          policy: { ...policy, sequence },
          freshness: (document, envelope) =>
            makeFreshness(document, envelope, NOW + sequence * 1000, NOW + 86_400_000),
        },
      );
    later(announcingPolicy(), 6);
    await decide();
    expect(updateNotice(holder.loaded, clock)?.version).toBe('0.2.0');
    later(goodPolicy(), 7);
    await decide();
    expect(updateNotice(holder.loaded, clock)).toBeUndefined();
    reloader.close();
    expect(effects).toEqual(['immediate', 'immediate']);
  });
});
