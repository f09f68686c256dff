/**
 * docs/guide-it.md, as an administrator works through it: every `sh` block runs, in one shell, without a network. A block
 * ends with the code that its fence names (`exit=N`, else 0), and what the `text` block after it shows is in its output.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..', '..');
const MARK = '=== block';
/** The network interfaces that the shell's own network namespace has. */
const INTERFACES = `sed -n 's/^ *\\([^ ]*\\):.*/\\1/p' /proc/net/dev\n`;

interface Block {
  readonly title: string;
  readonly commands: string;
  readonly exit: number;
  readonly shows: readonly string[];
}

interface Outcome {
  readonly code: number;
  readonly output: string;
}

function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let title = '';
  for (const [, heading, fence, body] of markdown.matchAll(/^## (.*)$|^```(.*)\n([\s\S]*?)^```$/gm)) {
    if (heading !== undefined) title = heading;
    const last = blocks.at(-1);
    if (fence?.startsWith('sh') === true) {
      const exit = Number(/exit=([0-9]+)/.exec(fence)?.[1] ?? 0);
      blocks.push({ title, commands: body ?? '', exit, shows: [] });
    } else if (fence === 'text' && last !== undefined) {
      blocks.splice(-1, 1, { ...last, shows: (body ?? '').split('\n').filter((line) => line !== '') });
    }
  }
  return blocks;
}

const blocks = blocksOf(readFileSync(join(ROOT, 'docs', 'guide-it.md'), 'utf8'));

let interfaces: Outcome | undefined;
let outcomes: readonly Outcome[] = [];

/**
 * Feeds all blocks to one bash, so that directory and variables stay, in a network namespace of its own: its only
 * interface is a loopback that is down. The code of a block is that of its last command; an ERR trap tells of any other
 * command that failed.
 */
function runAll(): Promise<readonly Outcome[]> {
  const root = process.getuid?.() === 0;
  const shell = spawn('unshare', [root ? '-n' : '-rn', 'bash', '--noprofile', '--norc'], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  const take = (data: Buffer) => {
    output += data.toString();
  };
  shell.stdout.on('data', take);
  shell.stderr.on('data', take);
  const script = [INTERFACES, ...blocks.map(({ commands }) => commands)];
  const fed = script.map((commands) => `${commands}echo "${MARK} $?"\n`).join('');
  shell.stdin.end(`exec 2>&1\ntrap 'echo "failed with $?: $BASH_COMMAND"' ERR\n${fed}`);
  return new Promise((done) => {
    shell.on('close', () => {
      const parts = output.split(new RegExp(`^${MARK} ([0-9]+)$`, 'm'));
      const found = script.map((_commands, at) => ({
        output: parts[at * 2] ?? '',
        code: Number(parts[at * 2 + 1] ?? Number.NaN),
      }));
      done(found);
    });
  });
}

beforeAll(async () => {
  [interfaces, ...outcomes] = await runAll();
});

describe('docs/guide-it.md', () => {
  it('has something to run in every chapter', () => {
    expect(new Set(blocks.map(({ title }) => title)).size).toBe(14);
  });

  it.each(blocks.map((block, at) => [`${block.title} (${at + 1})`, block, at] as const))(
    '%s',
    (_name, { exit, shows }, at) => {
      const { code, output } = outcomes[at] ?? { code: Number.NaN, output: '' };
      expect(code, output).toBe(exit);
      const failures = output.match(/^failed with .*$/gm) ?? [];
      expect(exit === 0 ? failures : failures.slice(1)).toEqual([]);
      for (const line of shows) expect(output).toContain(line);
    },
  );

  it('ran where no network is', () => {
    expect(interfaces?.output.trim()).toBe('lo');
  });
});
