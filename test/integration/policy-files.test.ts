/** The machine-wide files and the state on a real file system, with real owners, modes, links and kills. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type DemoPolicy, makeDemoPolicy } from '../../build/site/policy.ts';
import { signBundle } from '../../src/cli/policy/sign.ts';
import { templateSettings } from '../../src/cli/policy/template.ts';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import { CLIENT_ENFORCES } from '../../src/policy/index.ts';
import { type LoadPolicyOptions, loadPolicy } from '../../src/policy-files/index.ts';
import { requireAdminOnly } from '../../src/policy-files/windows-acl.ts';

const DAY = 24 * 60 * 60 * 1000;
const NOBODY = 65_534;
const base = mkdtempSync(join(tmpdir(), 'sallyport-policy-'));
const owner = process.getuid?.() ?? 0;
const isRoot = owner === 0;
const children = new Set<ChildProcess>();
const endChildren = (): void => {
  for (const child of children) child.kill('SIGKILL');
};
process.once('exit', endChildren);

let round = 0;
let site: DemoPolicy;
let options: LoadPolicyOptions;

beforeEach(async () => {
  round += 1;
  const directory = join(base, String(round));
  site = await makeDemoPolicy({ directory, settings: templateSettings(), machineId: 'WS-0142', sequence: 3 });
  options = {
    directory: site.policyDirectory,
    trustRootFile: site.trustRootFile,
    stateFile: join(directory, 'user', 'policy-state.json'),
    appVersion: '0.1.0',
    buildTime: 0,
    platform: 'linux',
    acknowledged: CLIENT_ENFORCES,
    trustedOwners: [owner],
    stateMacKey: Buffer.alloc(32, 1),
    now: Date.now(),
    crypto: nodeCrypto,
  };
});

afterAll(() => {
  endChildren();
  rmSync(base, { recursive: true, force: true });
});

/** Installs a policy with another sequence, signed by the same keys. */
function install(sequence: number, now = Date.now()): void {
  const { authority, root, policy } = site;
  const { bytes } = signBundle({
    trustRoot: authority.rootEnvelope,
    roots: [],
    root,
    policy: { ...policy, sequence },
    keys: [...authority.keys.policy, ...authority.keys.freshness],
    freshnessHours: 24,
    partial: false,
    now,
  });
  writeFileSync(site.bundleFile, bytes);
}

describe('loadPolicy', () => {
  it('returns the policy in force and what stands behind it', async () => {
    const loaded = await loadPolicy(options);
    expect(loaded).toMatchObject({ policyId: 'demo', sequence: 3, rootVersion: 1 });
    expect(loaded.machine.machineId).toBe('WS-0142');
    expect(loaded.sha256).toBe(
      execFileSync('sha256sum', [site.bundleFile], { encoding: 'utf8' }).slice(0, 64),
    );
    expect(loaded).not.toHaveProperty('stateProblem');
    expect(existsSync(options.stateFile)).toBe(true);
  });

  it('carries the hash of the bundle in an error', async () => {
    const sha256 = execFileSync('sha256sum', [site.bundleFile], { encoding: 'utf8' }).slice(0, 64);
    await expect(loadPolicy({ ...options, appVersion: '0.0.1' })).rejects.toMatchObject({
      code: 'APP_VERSION',
      detail: { bundleSha256: sha256 },
    });
  });
});

describe('the bundle’s file is refused', () => {
  const refused = async (code: string, changes: Partial<LoadPolicyOptions> = {}): Promise<void> => {
    await expect(loadPolicy({ ...options, ...changes })).rejects.toMatchObject({ code });
    expect(existsSync(options.stateFile)).toBe(false);
  };

  it('when it is not there', async () => {
    rmSync(site.bundleFile);
    await refused('ABSENT');
  });

  it('when its directory is not there', async () => {
    rmSync(site.policyDirectory, { recursive: true });
    await refused('ABSENT');
  });

  it('when it is a symbolic link, even to a good file', async () => {
    renameSync(site.bundleFile, `${site.bundleFile}.real`);
    symlinkSync(`${site.bundleFile}.real`, site.bundleFile);
    await refused('PATH_UNTRUSTED');
  });

  it('when its directory is a symbolic link', async () => {
    const link = join(base, `link-${round}`);
    symlinkSync(site.policyDirectory, link);
    await refused('PATH_UNTRUSTED', { directory: link });
  });

  it.each([0o664, 0o646, 0o666])('when its mode is %o', async (mode) => {
    chmodSync(site.bundleFile, mode);
    await refused('PATH_UNTRUSTED');
  });

  it.each([0o775, 0o757, 0o1777])('when the mode of its directory is %o', async (mode) => {
    chmodSync(site.policyDirectory, mode);
    await refused('PATH_UNTRUSTED');
  });

  it('when somebody else could put another directory in its place', async () => {
    // As an ordinary user nothing here is root's, which is refused for that reason alone.
    const above = join(site.policyDirectory, '..');
    if (isRoot) {
      chmodSync(above, 0o777);
      await refused('PATH_UNTRUSTED', { trustedOwners: [0] });
      chmodSync(above, 0o1777);
      await loadPolicy({ ...options, stateFile: join(base, `elsewhere-${round}`) });
      chownSync(above, NOBODY, NOBODY);
    }
    await refused('PATH_UNTRUSTED', { trustedOwners: [0] });
  });

  it('when a directory on the way is a link of somebody else', async () => {
    const link = join(base, `link-${round}`);
    symlinkSync(join(site.policyDirectory, '..'), link);
    const directory = join(link, site.policyDirectory.split('/').at(-1) ?? '');
    if (isRoot) {
      await loadPolicy({ ...options, directory, stateFile: join(base, `elsewhere-${round}`) });
      lchownSync(link, NOBODY, NOBODY);
    }
    await refused('PATH_UNTRUSTED', { directory, trustedOwners: [0] });
  });

  it('when nobody trusts its owner', async () => {
    await refused('PATH_UNTRUSTED', { trustedOwners: [owner + 1] });
  });

  it('when its owner is another than that of its directory', async () => {
    if (isRoot) chownSync(site.bundleFile, NOBODY, NOBODY);
    await refused('PATH_UNTRUSTED', isRoot ? {} : { trustedOwners: [0] });
  });

  it('when it is a directory', async () => {
    rmSync(site.bundleFile);
    mkdirSync(site.bundleFile);
    await refused('PATH_UNTRUSTED');
  });

  it('when it is a pipe that nobody writes to, without waiting', async () => {
    rmSync(site.bundleFile);
    execFileSync('mkfifo', ['-m', '0644', site.bundleFile]);
    await refused('PATH_UNTRUSTED');
  });

  it('when it is larger than 1 MiB', async () => {
    truncateSync(site.bundleFile, 1024 * 1024 + 1);
    await refused('TOO_LARGE');
  });

  it('when a byte of it has changed', async () => {
    const text = readFileSync(site.bundleFile, 'latin1');
    const at = text.indexOf('"payload":"') + 40;
    const flipped = text[at] === 'A' ? 'B' : 'A';
    writeFileSync(site.bundleFile, `${text.slice(0, at)}${flipped}${text.slice(at + 1)}`, 'latin1');
    await refused('BELOW_THRESHOLD');
  });

  it('when the trust root is not there', async () => {
    await refused('MALFORMED', { trustRootFile: join(base, 'no-such-root.json') });
  });
});

describe('machine.json is refused', () => {
  it.each([
    ['MALFORMED', '{'],
    ['MALFORMED', '{"format":"sallyport.machine/1"}'],
    ['MALFORMED', '[]'],
    [
      'MALFORMED',
      `{"format":"sallyport.machine/1","machineId":"../x","org":"demo","groups":[],"channel":"stable"}`,
    ],
    [
      'WRONG_AUDIENCE',
      '{"format":"sallyport.machine/1","machineId":"WS-1","org":"other","groups":[],"channel":"stable"}',
    ],
  ])('%s: %s', async (code, text) => {
    writeFileSync(site.machineFile, text);
    await expect(loadPolicy(options)).rejects.toMatchObject({ code });
  });

  it('when others may write it', async () => {
    chmodSync(site.machineFile, 0o666);
    await expect(loadPolicy(options)).rejects.toMatchObject({ code: 'PATH_UNTRUSTED' });
  });

  it('when it is not there', async () => {
    rmSync(site.machineFile);
    await expect(loadPolicy(options)).rejects.toMatchObject({ code: 'ABSENT' });
  });
});

describe('the state', () => {
  it('stops the replay of an older bundle, and of another bundle with the same sequence', async () => {
    const old = readFileSync(site.bundleFile);
    install(4, Date.now() + 2000);
    await loadPolicy(options);
    writeFileSync(site.bundleFile, old);
    await expect(loadPolicy(options)).rejects.toMatchObject({ code: 'ROLLBACK' });
  });

  it('stops a clock that was turned back', async () => {
    await loadPolicy({ ...options, now: options.now + DAY });
    await expect(loadPolicy(options)).rejects.toMatchObject({ code: 'CLOCK_ROLLED_BACK' });
  });

  it('is not touched by a bundle that is refused', async () => {
    await loadPolicy(options);
    const before = readFileSync(options.stateFile);
    await expect(loadPolicy({ ...options, appVersion: '0.0.1' })).rejects.toMatchObject({
      code: 'APP_VERSION',
    });
    expect(readFileSync(options.stateFile).equals(before)).toBe(true);
  });

  it('that was edited is reported, made anew, and its floors still hold', async () => {
    await loadPolicy(options);
    const text = readFileSync(options.stateFile, 'utf8');
    writeFileSync(options.stateFile, text.replace('"sequence": 3', '"sequence": 4'));
    await expect(loadPolicy(options)).rejects.toMatchObject({ code: 'ROLLBACK' });
    writeFileSync(options.stateFile, text.replace('"sequence": 3', '"sequence": 2'));
    await expect(loadPolicy(options)).resolves.toMatchObject({ stateProblem: 'STATE_CORRUPT' });
    await expect(loadPolicy(options)).resolves.not.toHaveProperty('stateProblem');
  });

  it('holds its floors when the key in the keychain was lost', async () => {
    const old = readFileSync(site.bundleFile);
    install(4, Date.now() + 2000);
    await loadPolicy(options);
    writeFileSync(site.bundleFile, old);
    const other = { ...options, stateMacKey: Buffer.alloc(32, 9) };
    await expect(loadPolicy(other)).rejects.toMatchObject({ code: 'ROLLBACK' });
  });

  it.each([
    ['garbage', (path: string) => writeFileSync(path, '\0\0\0')],
    ['a directory', (path: string) => mkdirSync(path)],
    ['a link to elsewhere', (path: string) => symlinkSync('/etc/hostname', path)],
    ['too large', (path: string) => writeFileSync(path, Buffer.alloc(2 * 1024 * 1024 + 1))],
  ])('that is %s does not let the client crash', async (name, spoil) => {
    mkdirSync(join(options.stateFile, '..'), { recursive: true });
    spoil(options.stateFile);
    const outcome = loadPolicy(options);
    if (name === 'a directory') await expect(outcome).rejects.toMatchObject({ code: 'STATE_WRITE_FAILED' });
    else await expect(outcome).resolves.toMatchObject({ stateProblem: 'STATE_CORRUPT' });
  });

  it('must be on the disk before the policy is used', async () => {
    const blocked = join(base, `file-${round}`);
    writeFileSync(blocked, '');
    const stateFile = join(blocked, 'state.json');
    await expect(loadPolicy({ ...options, stateFile })).rejects.toMatchObject({ code: 'STATE_WRITE_FAILED' });
  });

  it('cannot be aimed at another file through a link: the link is replaced', async () => {
    const victim = join(base, `victim-${round}`);
    writeFileSync(victim, 'precious');
    mkdirSync(join(options.stateFile, '..'), { recursive: true });
    linkSync(victim, options.stateFile);
    await loadPolicy(options);
    expect(readFileSync(victim, 'utf8')).toBe('precious');
  });
});

describe('kill -9 between write and activation', () => {
  it('never leaves a state that cannot be believed or that has gone back', async () => {
    const script = join(import.meta.dirname, '../../build/site/policy-loader.ts');
    const configuration = join(base, `loader-${round}.json`);
    const { crypto: _crypto, acknowledged: _acknowledged, stateMacKey, ...rest } = options;
    writeFileSync(
      configuration,
      JSON.stringify({ ...rest, stateMacKey: Buffer.from(stateMacKey).toString('hex') }),
    );
    let reached = 0;
    for (let kill = 0; kill < 8; kill += 1) {
      const child = spawn(process.execPath, ['--import', 'tsx', script, configuration], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      children.add(child);
      const last = await new Promise<number>((resolve) => {
        let text = '';
        child.stdout.on('data', (chunk: Buffer) => {
          if (text === '') setTimeout(() => child.kill('SIGKILL'), 20 + kill * 13);
          text += chunk.toString('utf8');
        });
        child.once('close', () => resolve(Number(text.trim().split('\n').at(-1) ?? 0)));
      });
      children.delete(child);
      expect(last).toBeGreaterThan(0);
      reached = Math.max(reached, last);
      const left = readFileSync(options.stateFile, 'utf8');
      expect(JSON.parse(left).state.highestTimeSeen).toBeGreaterThanOrEqual(reached);
      const loaded = await loadPolicy({ ...options, now: reached });
      expect(loaded).not.toHaveProperty('stateProblem');
    }
    const remains = readdirSync(join(options.stateFile, '..')).filter((name) => name.endsWith('.tmp'));
    expect(remains.length).toBeLessThanOrEqual(8);
  });
});

describe('on Windows', () => {
  it('asks no program that the environment names who may write a file', async () => {
    const root = join(base, 'windows');
    const directory = join(root, 'System32', 'WindowsPowerShell', 'v1.0');
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'powershell.exe'), "#!/bin/sh\necho 'O:BAG:BAD:(A;;FA;;;BA)'\n", {
      mode: 0o755,
    });
    const former = process.env.SystemRoot;
    process.env.SystemRoot = root;
    try {
      await expect(requireAdminOnly([site.bundleFile])).rejects.toMatchObject({
        code: 'PATH_UNTRUSTED',
        detail: { reason: 'acl-unknown' },
      });
    } finally {
      if (former === undefined) delete process.env.SystemRoot;
      else process.env.SystemRoot = former;
    }
  });
});
