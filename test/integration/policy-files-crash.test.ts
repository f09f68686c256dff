/** Killed at any step, without space, without the right to write: the old policy or the new one, never none or a weaker one. */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ordinaryUser } from '../../build/lib/ordinary-user.ts';
import { type DemoPolicy, makeDemoPolicy } from '../../build/site/policy.ts';
import { signBundle } from '../../src/cli/policy/sign.ts';
import { templateSettings } from '../../src/cli/policy/template.ts';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import { CLIENT_ENFORCES } from '../../src/policy/index.ts';
import { type LoadedPolicy, PolicyLoader } from '../../src/policy-files/index.ts';

const NOW = Date.now();
const MAC_KEY = Buffer.alloc(32, 1);
const base = mkdtempSync(join(tmpdir(), 'sallyport-crash-'));
const machineDirectory = join(base, 'organisation', 'machine');
const bundleFile = join(machineDirectory, 'policy.bundle');
const userDirectory = join(base, 'user');
const script = join(base, 'kill-at-step.mjs');
const bundles = new Map<number, Uint8Array>();
let site: DemoPolicy;

/** What the files are before the child starts. */
interface Scene {
  /** Sequences that were loaded before, oldest first; each leaves its trace in the user's directory. */
  readonly before: readonly { readonly machine: number; readonly offered?: number }[];
  readonly machine: number;
  readonly offered?: number;
}

const files = () => ({
  directory: machineDirectory,
  trustRootFile: site.trustRootFile,
  stateFile: join(userDirectory, 'policy-state.json'),
  dropFile: join(userDirectory, 'policy-drop.bundle'),
  appVersion: '0.1.0',
  buildTime: 0,
  platform: 'linux' as const,
  trustedOwners: [process.getuid?.() ?? 0],
});

function sign(sequence: number): Uint8Array {
  const { authority, root, policy } = site;
  return signBundle({
    trustRoot: authority.rootEnvelope,
    roots: [],
    root,
    policy: { ...policy, sequence },
    keys: [...authority.keys.policy, ...authority.keys.freshness],
    freshnessHours: 24,
    partial: false,
    now: NOW + sequence * 1000,
  }).bytes;
}

const bytesOf = (sequence: number): Uint8Array => {
  const bytes = bundles.get(sequence) ?? sign(sequence);
  bundles.set(sequence, bytes);
  return bytes;
};

/** One load in this process, under the real file system. */
function load(machine: number, offered?: number, directory = userDirectory): Promise<LoadedPolicy> {
  writeFileSync(bundleFile, bytesOf(machine), { mode: 0o644 });
  const loader = new PolicyLoader({
    ...files(),
    stateFile: join(directory, 'policy-state.json'),
    dropFile: join(directory, 'policy-drop.bundle'),
    acknowledged: CLIENT_ENFORCES,
    stateMacKey: MAC_KEY,
    crypto: nodeCrypto,
  });
  return loader.load({
    now: NOW + 60_000,
    ...(offered === undefined ? {} : { offered: bytesOf(offered) }),
  });
}

interface Outcome {
  readonly steps: readonly string[];
  /** `activated 4`, `refused CODE`, or empty when it was killed before. */
  readonly end: string;
  readonly signal: NodeJS.Signals | null;
}

/** Runs the child; `limit` is what its shell is told before. */
async function run(scene: Scene, step: number, limit = '', uid?: number): Promise<Outcome> {
  const configuration = join(base, 'configuration.json');
  const offered = join(base, 'offered.bundle');
  if (scene.offered !== undefined) writeFileSync(offered, bytesOf(scene.offered));
  writeFileSync(bundleFile, bytesOf(scene.machine), { mode: 0o644 });
  const stateMacKey = MAC_KEY.toString('hex');
  writeFileSync(
    configuration,
    JSON.stringify({
      ...files(),
      stateMacKey,
      now: NOW + 60_000,
      ...(scene.offered === undefined ? {} : { offered }),
    }),
  );
  const command = `${limit} exec '${process.execPath}' '${script}' '${configuration}' ${step}`;
  const child = spawn('/bin/sh', ['-c', command], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  const signal = await new Promise<NodeJS.Signals | null>((resolve) => {
    child.once('close', (_code, by) => resolve(by));
  });
  const lines = output.trim().split('\n');
  const isEnd = (line: string): boolean => /^(activated|refused) /.test(line);
  return { steps: lines.filter((line) => !isEnd(line)), end: lines.find(isEnd) ?? '', signal };
}

async function prepare({ before }: Scene): Promise<void> {
  rmSync(userDirectory, { recursive: true, force: true });
  mkdirSync(userDirectory, { mode: 0o700 });
  for (const { machine, offered } of before) await load(machine, offered);
}

beforeAll(async () => {
  chmodSync(base, 0o755);
  site = await makeDemoPolicy({
    directory: join(base, 'organisation'),
    settings: templateSettings(),
    machineId: 'WS-0142',
    sequence: 1,
    now: NOW,
  });
  await build({
    entryPoints: [join(import.meta.dirname, '../support/kill-at-step.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
});

afterAll(() => rmSync(base, { recursive: true, force: true }));

// Some fifty processes each, one after the other. What goes on behind a time that was too short would spoil the next test's files.
describe('killed before every step that touches a file', { timeout: 300_000 }, () => {
  it.each<readonly [string, Scene, readonly number[]]>([
    ['the first start of a machine', { before: [], machine: 3 }, [3]],
    ['an update by the administrators', { before: [{ machine: 3 }], machine: 4 }, [4]],
    ['an update by the drop', { before: [{ machine: 3 }], machine: 3, offered: 4 }, [3, 4]],
    [
      'a newer drop over an older one',
      { before: [{ machine: 3, offered: 4 }], machine: 3, offered: 5 },
      [4, 5],
    ],
    [
      'an update by the administrators that replaces the drop’s',
      { before: [{ machine: 3, offered: 4 }], machine: 5 },
      [5],
    ],
  ])('%s', async (_name, scene, allowed) => {
    await prepare(scene);
    const prepared = join(base, 'prepared');
    rmSync(prepared, { recursive: true, force: true });
    cpSync(userDirectory, prepared, { recursive: true });
    const whole = await run(scene, 0);
    const newest = Math.max(...allowed);
    expect(whole.end).toBe(`activated ${newest}`);
    expect(whole.steps.length).toBeGreaterThan(30);
    const survivors = new Set<number>();
    for (let step = 1; step <= whole.steps.length; step += 1) {
      rmSync(userDirectory, { recursive: true });
      cpSync(prepared, userDirectory, { recursive: true });
      const { signal, end } = await run(scene, step);
      const at = `killed before ${whole.steps[step - 1]}`;
      expect(signal, at).toBe('SIGKILL');
      expect(end, at).toBe('');
      // The next start comes up, from what lies there and nothing else.
      const loaded = await load(scene.machine);
      expect(allowed, at).toContain(loaded.sequence);
      expect(loaded, at).not.toHaveProperty('stateProblem');
      survivors.add(loaded.sequence);
      // And what is in force now is a floor from now on.
      if (loaded.sequence > 3) {
        rmSync(join(userDirectory, 'policy-drop.bundle'), { force: true });
        await expect(load(loaded.sequence - 1), at).rejects.toMatchObject({ code: 'ROLLBACK' });
      }
    }
    expect([...survivors].sort()).toEqual(allowed);
  });
});

describe('without space on the disk', () => {
  // A limit of 0 blocks makes every write fail with EFBIG; the signal that goes with it is ignored, as it is on ENOSPC.
  const FULL = "trap '' XFSZ; ulimit -f 0;";

  it.each<readonly [string, Scene]>([
    ['an update by the administrators', { before: [{ machine: 3 }], machine: 4 }],
    ['an update by the drop', { before: [{ machine: 3 }], machine: 3, offered: 4 }],
  ])('%s is refused by name, and the old state is intact', async (_name, scene) => {
    await prepare(scene);
    const before = readFileSync(files().stateFile);
    const { end } = await run(scene, 0, FULL);
    expect(end).toBe('refused STATE_WRITE_FAILED');
    expect(readFileSync(files().stateFile).equals(before)).toBe(true);
    expect(readdirSync(userDirectory)).toEqual(['policy-state.json']);
    await expect(load(3)).resolves.toMatchObject({ sequence: 3 });
  });
});

describe('without the right to write', () => {
  it('refuses by name, and the old state is intact', async () => {
    const scene: Scene = { before: [{ machine: 3 }], machine: 4 };
    await prepare(scene);
    const before = readFileSync(files().stateFile);
    // Root may write everywhere; another user may read here and no more.
    const user = ordinaryUser();
    chmodSync(files().stateFile, 0o644);
    chmodSync(userDirectory, 0o555);
    const { end } = await run(scene, 0, '', user.dropped ? user.uid : undefined);
    chmodSync(userDirectory, 0o700);
    expect(end).toBe('refused STATE_WRITE_FAILED');
    expect(readFileSync(files().stateFile).equals(before)).toBe(true);
  });
});

describe('the drop’s copy', () => {
  const dropFile = () => files().dropFile;

  it('holds over a restart, and goes when the administrators’ bundle is newer', async () => {
    await prepare({ before: [{ machine: 3, offered: 4 }], machine: 3 });
    await expect(load(3)).resolves.toMatchObject({ sequence: 4, source: 'drop', refusals: [] });
    await expect(load(5)).resolves.toMatchObject({ sequence: 5, source: 'machine' });
    expect(existsSync(dropFile())).toBe(false);
  });

  it.each<readonly [string, string, () => Uint8Array]>([
    ['is damaged', 'MALFORMED', () => Buffer.from('{')],
    [
      'was changed',
      'BELOW_THRESHOLD',
      () => {
        const bundle = JSON.parse(Buffer.from(bytesOf(5)).toString('utf8'));
        bundle.policy.payload = `A${bundle.policy.payload.slice(1)}`;
        return Buffer.from(JSON.stringify(bundle));
      },
    ],
  ])('that %s never displaces a good file', async (_name, code, bytes) => {
    await prepare({ before: [{ machine: 3 }], machine: 3 });
    writeFileSync(dropFile(), bytes());
    const loaded = await load(3);
    expect(loaded).toMatchObject({ sequence: 3, source: 'machine' });
    expect(loaded.refusals.map(({ source, error }) => [source, error.code])).toEqual([['drop', code]]);
  });

  it('that is older says nothing and goes', async () => {
    await prepare({ before: [{ machine: 3 }], machine: 3 });
    writeFileSync(dropFile(), bytesOf(2));
    await expect(load(3)).resolves.toMatchObject({ sequence: 3, source: 'machine', refusals: [] });
    expect(existsSync(dropFile())).toBe(false);
  });

  it('carries on when the administrators’ bundle is refused, and says so', async () => {
    await prepare({ before: [{ machine: 3, offered: 4 }], machine: 3 });
    bundles.set(-1, Buffer.from('{}'));
    const loaded = await load(-1);
    expect(loaded).toMatchObject({ sequence: 4, source: 'drop' });
    expect(loaded.refusals.map(({ source }) => source)).toEqual(['machine']);
  });

  it('does not stand in for a bundle that is not there', async () => {
    await prepare({ before: [{ machine: 3, offered: 4 }], machine: 3 });
    rmSync(bundleFile);
    const loader = new PolicyLoader({
      ...files(),
      acknowledged: CLIENT_ENFORCES,
      stateMacKey: MAC_KEY,
      crypto: nodeCrypto,
    });
    await expect(loader.load({ now: NOW + 60_000 })).rejects.toMatchObject({ code: 'ABSENT' });
  });

  it('cannot bring in another policy of the same organisation', async () => {
    await prepare({ before: [{ machine: 3 }], machine: 3 });
    const { authority, root, policy } = site;
    const other = signBundle({
      trustRoot: authority.rootEnvelope,
      roots: [],
      root,
      policy: { ...policy, policyId: 'laboratory', sequence: 9 },
      keys: [...authority.keys.policy, ...authority.keys.freshness],
      freshnessHours: 24,
      partial: false,
      now: NOW,
    });
    writeFileSync(dropFile(), other.bytes);
    const loaded = await load(3);
    expect(loaded).toMatchObject({ sequence: 3, policyId: 'demo' });
    expect(loaded.refusals[0]?.error.code).toBe('WRONG_AUDIENCE');
    // Nor when the administrators' bundle is refused and only the state says which policy is expected.
    writeFileSync(dropFile(), other.bytes);
    bundles.set(-1, Buffer.from('{}'));
    await expect(load(-1)).rejects.toMatchObject({ code: 'MALFORMED' });
    // A record that the user edited says nothing about what is expected.
    const { stateFile } = files();
    const { state, ...rest } = JSON.parse(readFileSync(stateFile, 'utf8'));
    const edited = {
      ...state,
      policies: { laboratory: { ...state.policies.demo, sequence: 1 } },
      freshness: {},
    };
    writeFileSync(stateFile, JSON.stringify({ ...rest, state: edited }));
    writeFileSync(dropFile(), other.bytes);
    await expect(load(-1)).rejects.toMatchObject({ code: 'MALFORMED' });
  });
});

describe('a running client', () => {
  it('does not forget its floors when somebody deletes or spoils the state file', async () => {
    await prepare({ before: [], machine: 4 });
    writeFileSync(bundleFile, bytesOf(4));
    const loader = new PolicyLoader({
      ...files(),
      acknowledged: CLIENT_ENFORCES,
      stateMacKey: MAC_KEY,
      crypto: nodeCrypto,
    });
    await loader.load({ now: NOW + 60_000 });
    writeFileSync(bundleFile, bytesOf(3));
    for (const spoil of [
      () => rmSync(files().stateFile),
      () => writeFileSync(files().stateFile, '{}'),
      () => undefined,
    ]) {
      spoil();
      await expect(loader.load({ now: NOW + 61_000 })).rejects.toMatchObject({ code: 'ROLLBACK' });
    }
    writeFileSync(bundleFile, bytesOf(5));
    await expect(loader.load({ now: NOW + 62_000 })).resolves.toMatchObject({ sequence: 5 });
    await expect(load(4)).rejects.toMatchObject({ code: 'ROLLBACK' });
  });
});
