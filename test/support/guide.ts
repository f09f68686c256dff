/** The commands of a guide for administrators, taken out of its page, and a shell that runs them one block after the other. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asUser, type OrdinaryUser, userEnvironment } from '../../build/lib/ordinary-user.ts';

const DOCS = resolve(import.meta.dirname, '../../docs');
const MARK = '=== block';
const WAIT_MS = 90_000;

/** A fenced block of commands. */
export interface Block {
  readonly page: string;
  /** The section's heading. */
  readonly title: string;
  readonly commands: string;
  /** Lines of the `text` block that follows: what the commands show. */
  readonly shows: readonly string[];
}

export interface Guide {
  /** The `sh` blocks in the order in which an administrator runs them. */
  readonly blocks: readonly Block[];
  /** The `sh root` blocks, which install packages and services. */
  readonly root: readonly string[];
}

const PART = /^## (.*)$|^```(.*)\n([\s\S]*?)^```$|^- \[(.*)\]\(([a-z-]+\.md)#[a-z0-9-]+\)$/gm;

/**
 * Reads `docs/<page>`. An item `- [Heading](other.md#heading)` stands for the blocks of that section of the other page.
 *
 * @throws Error when a section that the page names does not exist
 */
export function readGuide(page: string): Guide {
  const blocks: Block[] = [];
  const root: string[] = [];
  let title = '';
  const markdown = readFileSync(join(DOCS, page), 'utf8');
  for (const [, heading, fence, body = '', section, other] of markdown.matchAll(PART)) {
    const last = blocks.at(-1);
    if (heading !== undefined) title = heading;
    else if (other !== undefined) {
      const found = readGuide(other).blocks.filter((block) => block.title === section);
      if (found.length === 0) throw new Error(`${page} names ${other}, ${section}, which has no commands`);
      blocks.push(...found);
    } else if (fence === 'sh') blocks.push({ page, title, commands: body, shows: [] });
    else if (fence === 'sh root') root.push(body);
    else if (fence === 'text' && last !== undefined) {
      blocks.splice(-1, 1, { ...last, shows: body.split('\n').filter((line) => line !== '') });
    }
  }
  return { blocks, root };
}

/** The packages that a guide installs. */
export function packagesOf({ root }: Guide): readonly string[] {
  return root.flatMap((text) =>
    [...text.matchAll(/apt-get install --no-install-recommends (.*)/g)].flatMap(
      (match) => match[1]?.split(' ') ?? [],
    ),
  );
}

/** One shell for all blocks, as an administrator has it open. */
export class GuideShell {
  readonly #shell: ChildProcess;
  #output = '';
  #fed = 0;

  constructor(user: OrdinaryUser, directory: string, environment: NodeJS.ProcessEnv) {
    const bash = asUser(user, 'bash', ['--noprofile', '--norc']);
    this.#shell = spawn(bash.command, [...bash.args], {
      cwd: directory,
      env: userEnvironment(user, environment),
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    const take = (data: Buffer) => {
      this.#output += data.toString();
    };
    this.#shell.stdout?.on('data', take);
    this.#shell.stderr?.on('data', take);
    this.#shell.stdin?.write(`exec 2>&1\ntrap 'echo "failed with $?: $BASH_COMMAND"' ERR\n`);
  }

  /** Everything that was printed. */
  get output(): string {
    return this.#output;
  }

  /** Exit code and output of the block that was fed as number `index`, once it is done. */
  result(index: number): { readonly code: number; readonly text: string } | undefined {
    const parts = this.#output.split(new RegExp(`^${MARK} ([0-9]+)$`, 'm'));
    const code = parts[index * 2 + 1];
    return code === undefined ? undefined : { code: Number(code), text: parts[index * 2] ?? '' };
  }

  /** Runs blocks. @throws Error with the output when a command fails, or when they take more than 90 seconds */
  async feed(blocks: readonly Block[]): Promise<void> {
    // What reads its input (escript does) must not read the next blocks.
    for (const { commands } of blocks) {
      this.#shell.stdin?.write(`{\n${commands}} < /dev/null\necho "${MARK} $?"\n`);
    }
    this.#fed += blocks.length;
    const deadline = Date.now() + WAIT_MS;
    while (this.result(this.#fed - 1) === undefined) {
      if (Date.now() > deadline || this.#shell.exitCode !== null) {
        throw new Error(`the guide stopped:\n${this.#output}`);
      }
      await sleep(50);
    }
    if (this.#output.includes('failed with'))
      throw new Error(`a command of the guide failed:\n${this.#output}`);
  }

  /** Ends the shell and whatever of the guide still runs: all of its process group. */
  end(): void {
    const { pid, exitCode } = this.#shell;
    if (pid !== undefined && exitCode === null) process.kill(-pid, 'SIGKILL');
  }
}
