/** What an analyst sees when there is no valid policy: the locked screen, and nothing else. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ordinaryUser } from '../../build/lib/ordinary-user.ts';
import { BOB } from '../../build/site/analysts.ts';
import type { Workstation } from '../../build/site/workstation.ts';
import { signBundle } from '../../src/cli/policy/sign.ts';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import { CLIENT_ENFORCES, type Policy } from '../../src/policy/index.ts';
import { loadPolicy } from '../../src/policy-files/index.ts';
import { openStage, type Stage } from '../support/electron.ts';
import { atDesk, shownError } from '../support/journeys.ts';

const DAY = 24 * 60 * 60 * 1000;

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ name: 'policy-errors', users: [BOB] });
});
afterAll(() => stage?.stop());

function bundleFile(desk: Workstation): string {
  return join(desk.root, 'machine', 'policy.bundle');
}

/** Signs the installed policy again with its own keys after a change, and installs it. */
function reinstall(desk: Workstation, change: (policy: Policy) => Policy): void {
  const { policy } = desk;
  if (policy === undefined) throw new Error('the desk was not set up by this run');
  const { bytes } = signBundle({
    trustRoot: policy.authority.rootEnvelope,
    roots: [],
    root: policy.root,
    policy: change(policy.policy),
    keys: [...policy.authority.keys.policy, ...policy.authority.keys.freshness],
    freshnessHours: 168,
    partial: false,
    now: Date.now(),
  });
  writeFileSync(bundleFile(desk), bytes);
}

/** One start under the installed policy, up to the consent screen. */
async function startOnce(desk: Workstation): Promise<void> {
  const client = await stage.launch(desk);
  await client.chat.heading('Notice and consent').waitFor();
  await client.close();
}

const TIME_WAIT = '06';

/** How many connections to a port of this computer there are (proc_pid_net(5)); those that have ended do not count. */
function connectionsTo(port: number): number {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1);
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, , remote, state]) => remote?.endsWith(suffix) && state !== TIME_WAIT).length;
}

/** A desk with a change made before the client starts; what the locked screen says. */
async function locked(
  code: string,
  options: Parameters<typeof atDesk>[2],
  prepare: (desk: Workstation) => Promise<void> | void = () => undefined,
): Promise<string> {
  const desk = await stage.site.workstation(BOB, options);
  try {
    await prepare(desk);
    const client = await stage.launch(desk);
    try {
      const text = await shownError(client, code).catch(async () =>
        client.chat.page.locator('body').innerText(),
      );
      const report = await client.chat.page.getByLabel('Report for IT').inputValue();
      expect(report).toContain(`code: ${code}`);
      expect(await client.chat.page.getByRole('button').allInnerTexts()).toEqual(['Copy report', 'Quit']);
      expect(client.application.windows()).toHaveLength(1);
      expect(connectionsTo(stage.site.server.port)).toBe(0);
      return `${text}\n${report}`;
    } finally {
      await client.close();
    }
  } finally {
    await desk.stop();
  }
}

describe('without a valid policy the client is locked', () => {
  it('absent', async () => {
    expect(await locked('ABSENT', { installed: false })).toContain('No policy is installed');
  });

  it('tampered with: one setting changed after signing', async () => {
    const text = await locked('BELOW_THRESHOLD', {}, (desk) => {
      const bundle = JSON.parse(readFileSync(bundleFile(desk), 'utf8'));
      const payload = JSON.parse(Buffer.from(bundle.policy.payload, 'base64').toString('utf8'));
      payload.settings.domain = 'evil.example';
      bundle.policy.payload = Buffer.from(JSON.stringify(payload)).toString('base64');
      writeFileSync(bundleFile(desk), JSON.stringify(bundle));
    });
    expect(text).toContain('tampered');
  });

  it('damaged: the file ends in the middle', async () => {
    await locked('MALFORMED', {}, (desk) => {
      const bytes = readFileSync(bundleFile(desk));
      writeFileSync(bundleFile(desk), bytes.subarray(0, bytes.length >> 1));
    });
  });

  it('expired', async () => {
    expect(await locked('EXPIRED', { policy: { now: Date.now() - 31 * DAY } })).toContain('expired on');
  });

  it('without recent proof of freshness', async () => {
    await locked('FROZEN', { policy: { now: Date.now() - 10 * DAY } });
  });

  it('rolled back: an older policy than one that was accepted before', async () => {
    await locked('ROLLBACK', { policy: { sequence: 5 } }, async (desk) => {
      await startOnce(desk);
      reinstall(desk, (policy) => ({ ...policy, sequence: 4 }));
    });
  });

  it('two policies with one number', async () => {
    await locked('EQUIVOCATION', { policy: { sequence: 5 } }, async (desk) => {
      await startOnce(desk);
      reinstall(desk, (policy) => ({
        ...policy,
        sequence: 5,
        settings: { ...policy.settings, session: { idleLockMinutes: 7 } },
      }));
    });
  });

  it('a clock that was moved back', async () => {
    await locked('CLOCK_ROLLED_BACK', {}, async (desk) => {
      await startOnce(desk);
      // The client runs once two days ahead; then the clock is “set back” to now.
      const secret = await desk.keychain.get('sallyport', 'state-mac/root');
      const stateFile = join(desk.root, 'user-data', 'policy-state.json');
      await loadPolicy({
        directory: join(desk.root, 'machine'),
        trustRootFile: join(desk.root, 'trust', 'trust-root.json'),
        stateFile,
        appVersion: '0.1.0',
        buildTime: 0,
        platform: process.platform,
        acknowledged: CLIENT_ENFORCES,
        trustedOwners: [0, ordinaryUser().uid],
        stateMacKey: Buffer.from(secret ?? '', 'base64'),
        now: Date.now() + 2 * DAY,
        crypto: nodeCrypto,
      });
      chownSync(stateFile, ordinaryUser().uid, ordinaryUser().gid);
    });
  });

  it('a policy file that anybody may change', async () => {
    const text = await locked('PATH_UNTRUSTED', {}, (desk) => chmodSync(bundleFile(desk), 0o666));
    expect(text).toContain('not an administrator');
  });

  it('rolled back after the record of past policies was damaged: its floors still count', async () => {
    await locked('ROLLBACK', { policy: { sequence: 5 } }, async (desk) => {
      await startOnce(desk);
      const stateFile = join(desk.root, 'user-data', 'policy-state.json');
      const state = JSON.parse(readFileSync(stateFile, 'utf8'));
      writeFileSync(stateFile, JSON.stringify({ ...state, mac: '0'.repeat(64) }));
      reinstall(desk, (policy) => ({ ...policy, sequence: 4 }));
    });
  });

  it('a desktop without a keychain', async () => {
    await locked('KEYCHAIN_UNAVAILABLE', { keychain: false });
  });
});

/** As many bytes as `count` says, none of them a policy. */
const noise = (count: number): Buffer => randomBytes(count);

describe('whatever is put where the policy belongs, the client is locked and its record of past policies stays', () => {
  it.each<readonly [string, string, (file: string) => void]>([
    ['MALFORMED', 'nothing in it', (file) => writeFileSync(file, '')],
    ['MALFORMED', 'noise', (file) => writeFileSync(file, noise(64 * 1024))],
    ['TOO_LARGE', '10 MB', (file) => writeFileSync(file, noise(10_000_000))],
    ['MALFORMED', '100,000 brackets', (file) => writeFileSync(file, '['.repeat(100_000))],
    [
      'MALFORMED',
      'a byte order mark before it',
      (file) => writeFileSync(file, Buffer.concat([Buffer.from('\uFEFF'), readFileSync(file)])),
    ],
    [
      'MALFORMED',
      'a member twice',
      (file) => writeFileSync(file, readFileSync(file, 'utf8').replace('{', '{"format":"x",')),
    ],
    [
      'FORMAT_UNKNOWN',
      'the format of another version',
      (file) => writeFileSync(file, readFileSync(file, 'utf8').replace('bundle/1', 'bundle/9')),
    ],
    [
      'PATH_UNTRUSTED',
      'a link to a good bundle',
      (file) => {
        renameSync(file, `${file}.real`);
        symlinkSync(`${file}.real`, file);
      },
    ],
    [
      'PATH_UNTRUSTED',
      'a directory',
      (file) => {
        rmSync(file);
        mkdirSync(file);
      },
    ],
    [
      'PATH_UNTRUSTED',
      'a pipe that nobody writes to',
      (file) => {
        rmSync(file);
        execFileSync('mkfifo', ['-m', '644', file]);
      },
    ],
  ])('%s: %s', async (code, _name, put) => {
    let stateFile = '';
    let state = Buffer.alloc(0);
    const text = await locked(code, { policy: { sequence: 5 } }, async (desk) => {
      await startOnce(desk);
      const file = bundleFile(desk);
      put(file);
      stateFile = join(desk.root, 'user-data', 'policy-state.json');
      state = readFileSync(stateFile);
    });
    expect(text).toContain('Ask IT');
    expect(readFileSync(stateFile).equals(state)).toBe(true);
  });
});

describe('with a valid policy that this computer cannot follow', () => {
  it('says that the machine is not enrolled', () =>
    atDesk(stage, BOB, { enrolled: false }, async (client) => {
      await client.chat.acceptConsent();
      const pin = await client.pinWindow();
      await pin.enter(client.workstation.pin);
      expect(await shownError(client, 'LOCK_KEY_MISSING')).toContain('not enrolled');
    }));
});

describe('the count of connections', () => {
  it('sees one, so that none means none', async () => {
    const { port } = stage.site.server;
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    expect(connectionsTo(port)).toBe(1);
    socket.destroy();
  });
});
