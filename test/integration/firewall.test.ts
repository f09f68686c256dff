/** The exported firewall rules: loaded by the real nft in a network of their own, and probed both ways. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundlePolicyCommand } from '../support/policy-command.ts';

const run = promisify(execFile);
const command = bundlePolicyCommand();
const NETWORK = join(import.meta.dirname, '../support/firewall-net.mjs');
const base = mkdtempSync(join(tmpdir(), 'sallyport-firewall-'));
const policy = join(base, 'authority', 'policy.json');

/** The approved server is at a port that messengers use, too; 10.77.0.3 is everyone else. */
const SERVER = '10.77.0.2';
const OTHER = '10.77.0.3';
const OWN = '10.77.0.1';

/** Runs it; an exit code other than 0 rejects with the result. */
async function policyCommand(...args: readonly string[]): Promise<void> {
  const result = await command.run(...args);
  if (result.code !== 0) throw Object.assign(new Error(result.err), { code: result.code });
}

/** As root without asking: directly or by sudo; namespaces of an ordinary user are switched off on many systems. */
const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];

async function probe(rules: string, ...probes: string[]): Promise<Record<string, string>> {
  const [file = '', ...args] = [
    ...asRoot,
    'unshare',
    '-n',
    '-m',
    process.execPath,
    NETWORK,
    rules,
    ...probes,
  ];
  const { stdout } = await run(file, args, { timeout: 30_000 });
  return JSON.parse(stdout);
}

const exportRules = async (name: string, ...args: string[]) => {
  const out = join(base, name);
  await policyCommand('export', 'firewall', '--policy', policy, '--out', out, '--force', ...args);
  return out;
};

beforeAll(async () => {
  await policyCommand(
    ...['init', '--directory', join(base, 'authority'), '--org', 'example', '--author', 'Test'],
    '--unencrypted-keys',
  );
  const document = JSON.parse(readFileSync(policy, 'utf8'));
  document.settings.servers = [{ ...document.settings.servers[0], host: 'chat.example.mil', port: 5222 }];
  document.settings.audit = {
    syslog: { host: SERVER, port: 6514, spkiPins: document.settings.servers[0].spkiPins },
  };
  writeFileSync(policy, JSON.stringify(document));
});

afterAll(() => {
  command.remove();
  rmSync(base, { recursive: true, force: true });
});

const NAMED = ['--address', `chat.example.mil=${SERVER}`];

describe('nftables', () => {
  it('without rules everything passes, so that the probes mean something', async () => {
    const probes = [`tcp:${OTHER}:5190`, `udp:${OTHER}:3478`, `tcp:${OWN}:5222`, `udp:${OWN}:3478`];
    expect(await probe('none', ...probes)).toEqual(Object.fromEntries(probes.map((one) => [one, 'open'])));
  });

  it('closes messengers both ways and leaves the approved services and everything else open', async () => {
    const rules = await exportRules('messengers.nft', '--format', 'nftables', ...NAMED);
    expect(
      await probe(
        rules,
        `tcp:${SERVER}:5222`,
        `tcp:${SERVER}:6514`,
        `tcp:${OTHER}:5222`,
        `tcp:${OTHER}:5190`,
        `udp:${OTHER}:3480`,
        `tcp:${OTHER}:8080`,
        `tcp:${OWN}:5222`,
        `udp:${OWN}:16384`,
        `tcp:${OWN}:8080`,
      ),
    ).toEqual({
      [`tcp:${SERVER}:5222`]: 'open',
      [`tcp:${SERVER}:6514`]: 'open',
      [`tcp:${OTHER}:5222`]: 'refused',
      [`tcp:${OTHER}:5190`]: 'refused',
      [`udp:${OTHER}:3480`]: 'refused',
      [`tcp:${OTHER}:8080`]: 'open',
      [`tcp:${OWN}:5222`]: 'refused',
      // A socket that is not connected is not told of the refusal.
      [`udp:${OWN}:16384`]: 'silent',
      [`tcp:${OWN}:8080`]: 'open',
    });
  });

  it.each([['host'], ['users:root,daemon']])('confines %s to the approved services', async (whom) => {
    const rules = await exportRules(
      'confined.nft',
      ...['--format', 'nftables', '--confine', whom, ...NAMED, '--allow', `udp:${OTHER}:53`],
    );
    expect(
      await probe(
        rules,
        `tcp:${SERVER}:5222`,
        `tcp:${SERVER}:8080`,
        `tcp:${OTHER}:8080`,
        `udp:${OTHER}:53`,
        `udp:${OTHER}:54`,
      ),
    ).toEqual({
      [`tcp:${SERVER}:5222`]: 'open',
      [`tcp:${SERVER}:8080`]: 'refused',
      [`tcp:${OTHER}:8080`]: 'refused',
      [`udp:${OTHER}:53`]: 'open',
      [`udp:${OTHER}:54`]: 'refused',
    });
  });

  it('on a server the own service takes connections, messengers do not', async () => {
    const document = JSON.parse(readFileSync(policy, 'utf8'));
    const atServer = join(base, 'server.json');
    document.settings.servers[0].host = OWN;
    delete document.settings.audit;
    writeFileSync(atServer, JSON.stringify(document));
    const out = join(base, 'server.nft');
    await policyCommand(
      ...[
        'export',
        'firewall',
        '--policy',
        atServer,
        '--out',
        out,
        '--format',
        'nftables',
        '--site',
        'server',
      ],
    );
    expect(await probe(out, `tcp:${OWN}:5222`, `tcp:${OWN}:5223`, `tcp:${OTHER}:1863`)).toEqual({
      [`tcp:${OWN}:5222`]: 'open',
      [`tcp:${OWN}:5223`]: 'refused',
      [`tcp:${OTHER}:1863`]: 'refused',
    });
  });

  it('can be loaded twice: the later rules replace the earlier ones', async () => {
    const rules = await exportRules('twice.nft', '--format', 'nftables', ...NAMED);
    const twice = join(base, 'both.nft');
    writeFileSync(twice, readFileSync(rules, 'utf8').repeat(2));
    expect(await probe(twice, `tcp:${OTHER}:5190`)).toEqual({ [`tcp:${OTHER}:5190`]: 'refused' });
  });
});

describe('the command', () => {
  const refused = (...args: string[]) =>
    expect(exportRules('refused', ...args)).rejects.toMatchObject({ code: 2 });

  it('looks no name up', () => refused('--format', 'nftables'));
  it.each([
    ['a name that the policy does not know', ['--address', `other.example=${SERVER}`, ...NAMED]],
    ['an address that is none', ['--address', 'chat.example.mil=10.0.0.1; drop']],
    ['a user name with rules in it', [...NAMED, '--confine', 'users:root"} accept #']],
    ['what nftables cannot confine', [...NAMED, '--confine', 'program:C:\\a.exe']],
    ['an extra service without a port', [...NAMED, '--allow', `udp:${OTHER}`]],
    ['an extra port out of range', [...NAMED, '--allow', `udp:${OTHER}:70000`]],
  ])('refuses %s', (_what, args) => refused('--format', 'nftables', ...args));

  it('writes pf and Windows rules for the same policy', async () => {
    const pf = readFileSync(await exportRules('rules.pf', '--format', 'pf', ...NAMED), 'utf8');
    expect(pf).toContain(`pass out quick inet proto tcp from any to ${SERVER} port 5222`);
    const program = 'program:C:\\Program Files\\Sallyport\\Sallyport.exe';
    const script = readFileSync(
      await exportRules('rules.ps1', '--format', 'windows', '--confine', program, ...NAMED),
      'utf8',
    );
    expect(script.charCodeAt(0)).toBe(0xfeff);
    expect(script).toContain("'0.0.0.0-10.77.0.1', '10.77.0.3-255.255.255.255'");
  });

  it('the machine that ran this has no rule of ours', () => {
    const [file = '', ...args] = [...asRoot, 'nft', 'list', 'tables'];
    expect(String(execFileSync(file, args))).not.toContain('sallyport');
  });
});
