/**
 * docs/guide-server.md as an administrator works through it: every `sh` block runs in one shell, as an ordinary user, in a
 * directory of its own; in the middle the product's own session code signs in. What a `text` block shows is in the output
 * of the block before it.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asUser, makeUserDirectory, ordinaryUser, userEnvironment } from '../../build/lib/ordinary-user.ts';
import { makePki } from '../../build/site/pki.ts';
import { freePort } from '../../build/site/prosody-process.ts';
import { type Slapd, startSlapd } from '../../build/site/slapd.ts';
import { deriveMachineKey } from '../../src/lock/index.ts';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import { stopTlsWorkers } from '../../src/tls/index.ts';
import { bundleTlsWorker } from '../support/bundle-worker.ts';
import { bundlePolicyCommand, type PolicyCommand } from '../support/policy-command.ts';
import { startProductSession } from '../support/product-session.ts';
import { testUser } from '../support/prosody-site.ts';
import { RawXmpp } from '../support/raw-xmpp.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
const DOMAIN = 'chat.example.mil';
const SIGN_IN_BEFORE = '9. Daily work';
const MARK = '=== block';
const WAIT_MS = 90_000;

interface Block {
  readonly title: string;
  readonly commands: string;
  readonly shows: readonly string[];
}

function parse(markdown: string): { readonly run: Block[]; readonly root: string[] } {
  const run: Block[] = [];
  const root: string[] = [];
  let title = '';
  for (const [, heading, fence, body = ''] of markdown.matchAll(/^## (.*)$|^```(.*)\n([\s\S]*?)^```$/gm)) {
    const last = run.at(-1);
    if (heading !== undefined) title = heading;
    else if (fence === 'sh') run.push({ title, commands: body, shows: [] });
    else if (fence === 'sh root') root.push(body);
    else if (fence === 'text' && last !== undefined) {
      run.splice(-1, 1, { ...last, shows: body.split('\n').filter((line) => line !== '') });
    }
  }
  return { run, root };
}

const { run: blocks, root: rootBlocks } = parse(readFileSync(join(ROOT, 'docs/guide-server.md'), 'utf8'));
const firstAfter = blocks.findIndex(({ title }) => title === SIGN_IN_BEFORE);

let directory: string;
let slapd: Slapd;
let command: PolicyCommand;
let shell: ChildProcess;
let output = '';
let port: number;
let outcome = '';
const at = (name: string) => join(directory, name);

/** The output of block `index`, once it is done. */
function outputOf(index: number): { readonly code: number; readonly text: string } | undefined {
  const parts = output.split(new RegExp(`^${MARK} ([0-9]+)$`, 'm'));
  const code = parts[index * 2 + 1];
  return code === undefined ? undefined : { code: Number(code), text: parts[index * 2] ?? '' };
}

async function feed(from: number, to: number): Promise<void> {
  for (const { commands } of blocks.slice(from, to)) {
    shell.stdin?.write(`${commands}echo "${MARK} $?"\n`);
  }
  const deadline = Date.now() + WAIT_MS;
  while (outputOf(to - 1) === undefined) {
    if (Date.now() > deadline || shell.exitCode !== null) throw new Error(`the guide stopped:\n${output}`);
    await sleep(50);
  }
  if (output.includes('failed with')) throw new Error(`a command of the guide failed:\n${output}`);
}

function machineKey(): { readonly epoch: number; readonly key: Uint8Array } {
  const master = JSON.parse(readFileSync(at('etc/lock-masters/epoch-1.json'), 'utf8'));
  const key = deriveMachineKey(nodeCrypto, Buffer.from(master.key, 'base64'), DOMAIN, 'WS-0001', 1);
  return { epoch: 1, key };
}

/** Leaves a message in the log, as somebody whom the guide's search finds. */
async function sendMessage(): Promise<void> {
  const client = await RawXmpp.connect({
    port,
    domain: DOMAIN,
    ca: readFileSync(at('pki/root.crt'), 'utf8'),
    certificate: readFileSync(at('pki/trial.crt'), 'utf8'),
    key: readFileSync(at('pki/trial.key'), 'utf8'),
  });
  await client.passLock({ kid: 'WS-0001', keys: [machineKey()] });
  expect(await client.external()).toContain('<success');
  await client.bind();
  client.send(`<message to='alice@${DOMAIN}' type='chat'><body>hello from the guide</body></message>`);
  client.send("<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>");
  await client.take(/<iq [^>]*id='p'/);
  client.close();
}

beforeAll(async () => {
  const user = ordinaryUser();
  const own = (path: string) => user.dropped && chownSync(path, user.uid, user.gid);
  directory = mkdtempSync(join(tmpdir(), 'sallyport-guide-'));
  makeUserDirectory(user, directory, 0o755);
  own(directory);
  const pki = await makePki({ directory: at('slapd-pki'), domain: DOMAIN, users: [] });
  const [alice, bob] = [testUser('alice', 1), testUser('bob', 2)];
  slapd = await startSlapd({
    directory: at('slapd'),
    pki,
    people: [alice, bob].map(({ account, edipi }) => ({ uid: account, employeeNumber: edipi })),
  });
  const passwordFile = at('password');
  writeFileSync(passwordFile, slapd.bindPassword, { mode: 0o600 });
  own(passwordFile);
  // Copies, which the ordinary user can read wherever the repository is.
  cpSync(join(ROOT, 'server'), at('kit/server'), { recursive: true });
  cpSync(join(ROOT, 'src/lock/vectors.json'), at('kit/src/lock/vectors.json'));
  command = bundlePolicyCommand();
  cpSync(command.file, at('bin/sallyport-policy.cjs'));
  writeFileSync(
    at('bin/sallyport-policy'),
    `#!/bin/sh\nexec '${process.execPath}' '${at('bin/sallyport-policy.cjs')}' "$@"\n`,
    { mode: 0o755 },
  );
  execFileSync('chmod', ['-R', 'a+rX', at('kit'), at('bin')]);
  port = await freePort();
  const environment = userEnvironment(user, {
    PATH: `${at('bin')}:${process.env.PATH ?? ''}`,
    KIT: at('kit/server'),
    ...Object.fromEntries(
      ['etc', 'var', 'log', 'run', 'pki', 'backup'].map((name) => [name.toUpperCase(), at(name)]),
    ),
    ADDRESS: '127.0.0.1',
    PORT: String(port),
    LDAP_URL: slapd.url,
    LDAP_CA: slapd.caFile,
    LDAP_BIND_DN: slapd.bindDn,
    LDAP_BASE: slapd.peopleDn,
    LDAP_PASSWORD_FILE: passwordFile,
  });
  const bash = asUser(user, 'bash', ['--noprofile', '--norc']);
  shell = spawn(bash.command, [...bash.args], {
    cwd: directory,
    env: environment,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const take = (data: Buffer) => {
    output += data.toString();
  };
  shell.stdout?.on('data', take);
  shell.stderr?.on('data', take);
  shell.stdin?.write(`exec 2>&1\ntrap 'echo "failed with $?: $BASH_COMMAND"' ERR\n`);
  await feed(0, firstAfter);
  const session = await startProductSession({
    workerFile: await bundleTlsWorker(),
    domain: DOMAIN,
    port,
    pinned: at('etc/server.crt'),
    root: at('pki/root.crt'),
    card: { certificate: at('pki/trial.crt'), key: at('pki/trial.key') },
    lock: { kid: 'WS-0001', keys: [machineKey()] },
  });
  outcome = `${session.outcome} ${session.jid}`;
  session.stop();
  await sendMessage();
  await feed(firstAfter, blocks.length);
});

afterAll(async () => {
  await stopTlsWorkers();
  // The shell's own process group: whatever of the guide is still running.
  if (shell?.pid !== undefined && shell.exitCode === null) process.kill(-shell.pid, 'SIGKILL');
  await slapd?.stop();
  command?.remove();
  rmSync(directory, { recursive: true, force: true });
});

describe('docs/guide-server.md', () => {
  it('brings up a server that the product signs in to', () => {
    expect(outcome).toMatch(new RegExp(`^online alice@${DOMAIN}/desk`));
  });

  it.each(blocks.map((block, index) => [`${block.title} (${index + 1})`, block, index] as const))(
    '%s',
    (_title, block, index) => {
      const { code, text } = outputOf(index) ?? { code: -1, text: '' };
      expect(text).not.toContain('failed with');
      expect(code, text).toBe(0);
      for (const line of block.shows) expect(text).toContain(line);
    },
  );

  it('leaves nothing running, and nothing that others could read', () => {
    expect(existsSync(at('run/prosody.pid'))).toBe(false);
    expect(output).not.toContain(slapd.bindPassword);
    expect(output).not.toContain(readFileSync(at('etc/slot-secret'), 'utf8'));
  });

  it('installs only packages that the tests use too', () => {
    const known = readFileSync(join(ROOT, 'build/lib/debian-packages.json'), 'utf8');
    const installed = rootBlocks.flatMap((text) =>
      [...text.matchAll(/apt-get install --no-install-recommends (.*)/g)].flatMap(
        (match) => match[1]?.split(' ') ?? [],
      ),
    );
    expect(installed.length).toBeGreaterThan(6);
    // every Debian has tar; nodejs is what runs this
    for (const name of installed.filter((found) => found !== 'tar' && found !== 'nodejs')) {
      expect(known).toContain(`"${name}"`);
    }
  });
});
