/** The Linux part of docs/guide-packaging.md, as an administrator works through it, on a throw-away computer. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheDirectory, ROOT } from '../../build/lib/paths.mjs';
import { ALICE, DOMAIN, siteSettings } from '../../build/site/analysts.ts';
import { makePki } from '../../build/site/pki.ts';
import { makeDemoPolicy } from '../../build/site/policy.ts';
import { type Machine, startMachine } from './support/machine.ts';
import { runPackage } from './support/product.ts';

interface Block {
  readonly commands: string;
  readonly shows: readonly string[];
}

function blocksOf(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  for (const [, kind, body = ''] of markdown.matchAll(/^```(sh|text)\n([\s\S]*?)^```$/gm)) {
    const last = blocks.at(-1);
    if (kind === 'sh') blocks.push({ commands: body, shows: [] });
    else if (last !== undefined)
      blocks.splice(-1, 1, { ...last, shows: body.split('\n').filter((line) => line !== '') });
  }
  return blocks;
}

const blocks = blocksOf(readFileSync(join(ROOT, 'docs/guide-packaging.md'), 'utf8'));
let work: string;
let machine: Machine;
let outputs: readonly string[] = [];

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'sallyport-guide-'));
  chmodSync(work, 0o755);
  const pki = await makePki({ directory: join(work, 'pki'), domain: DOMAIN, users: [ALICE] });
  const policy = await makeDemoPolicy({
    directory: join(work, 'demo'),
    settings: siteSettings(pki, 5223),
    machineId: 'WS-0142',
  });
  const made = runPackage(['--kit', join(work, 'kit.tar.gz')]);
  expect(made.code, made.output).toBe(0);
  machine = await startMachine([work, cacheDirectory()]);
  const script = blocks.map(({ commands }, at) => `${commands}\necho "=== block ${at}"\n`).join('');
  const { code, output } = machine.root(`
    export KIT=${work}/kit.tar.gz AUTHORITY=${join(policy.trustRootFile, '..')} ROLLOUT=${policy.policyDirectory}
    export OPTIONS='--development-runtime --compression gzip' PATH=${join(process.execPath, '..')}:$PATH
    cd ${work}
    bash -eu <<'GUIDE'
${script}
GUIDE`);
  expect(code, output).toBe(0);
  outputs = output.split(/^=== block \d+$/m);
}, 300_000);

afterAll(async () => {
  await machine?.stop();
  rmSync(work, { recursive: true, force: true });
});

describe('docs/guide-packaging.md', () => {
  it('has commands for the kit, the organisation, the build, the installation, the manifest and the removal', () => {
    expect(blocks).toHaveLength(6);
  });

  it.each(blocks.map((block, at) => [at + 1, block] as const))(
    'block %i shows what it says',
    (number, { shows }) => {
      expect(outputs.length).toBe(blocks.length + 1);
      for (const line of shows) expect(outputs[number - 1]).toContain(line);
    },
  );

  it('leaves nothing on this computer', () => {
    expect(() => execFileSync('dpkg-query', ['-W', 'sallyport-development'], { stdio: 'ignore' })).toThrow();
  });
});
