/**
 * A workstation with a clock of its own, and the administrators' command beside it: both are given the same files at the
 * same time, and both answer. The files are real, so are their owners and modes, and so is the command's process.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Conditions } from '../../build/site/policy-attack-parts.ts';
import { type Forgery, inputFor } from '../../build/site/policy-forge.ts';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import { formatTime } from '../../src/policy/index.ts';
import { BUNDLE_NAME, MACHINE_NAME, PolicyLoader } from '../../src/policy-files/index.ts';
import { formatState, parseState } from '../../src/policy-files/state-format.ts';
import type { PolicyErrorCode } from '../../src/shared/error-catalogue.ts';
import { AppError } from '../../src/shared/errors.ts';

const TIME_LIMIT_MS = 30_000;
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

interface ProcessResult {
  readonly code: number;
  readonly out: string;
}

/** Runs a program with its arguments; ends it after half a minute. */
function runProcess([program = '', ...args]: readonly string[]): Promise<ProcessResult> {
  return new Promise((resolve) => {
    const options = { timeout: TIME_LIMIT_MS, maxBuffer: MAX_OUTPUT_BYTES, killSignal: 'SIGKILL' as const };
    const child = execFile(program, args, options, (error, out) => {
      resolve({ code: error === null ? 0 : Number(error.code), out });
    });
    child.stdin?.end();
  });
}

const STATE_MAC_KEY = Buffer.alloc(32, 7);

/** Where everything lies. */
export interface Place {
  readonly machineDirectory: string;
  readonly bundleFile: string;
  /** The client's record of past policies. */
  readonly stateFile: string;
}

/** One bundle at one time; what is not said is as it should be. */
export interface Attempt {
  readonly forgery?: Partial<Forgery>;
  readonly conditions?: Conditions;
}

export interface Attack extends Attempt {
  /** What the workstation took before, oldest first. */
  readonly before?: readonly Attempt[];
  /** Changes files, or what happens to them; may return what undoes that. */
  readonly tamper?: (place: Place) => undefined | (() => void);
  /** How the disk is that the record is on. */
  readonly disk?: 'full' | 'read-only';
}

/** `accepted`: in force as it lies there. `STATE_CORRUPT`: the same, and the record of past policies is made anew. */
export type ClientAnswer = 'accepted' | PolicyErrorCode;

export interface Answers {
  readonly client: string;
  /** Exit code of `sallyport-policy simulate`, and the code that it prints: `accepted`, or why not. */
  readonly exit: number;
  readonly command: string;
  /** The record of past policies, before and after; undefined where there is none. */
  readonly record: { readonly before: Buffer | undefined; readonly after: Buffer | undefined };
}

/** What the shell does before the program starts, for each kind of disk. Every call that writes then fails. */
function onDisk(disk: Attack['disk'], directory: string): readonly string[] {
  switch (disk) {
    case undefined:
      return [];
    case 'full':
      return ['/bin/sh', '-c', 'trap "" XFSZ; ulimit -f 0; exec "$@"', 'sh'];
    case 'read-only': {
      const bind = `mount --bind '${directory}' '${directory}' && mount -o remount,bind,ro '${directory}'`;
      const flags = process.getuid?.() === 0 ? '-m' : '-rm';
      return ['unshare', flags, '/bin/sh', '-c', `${bind} || exit 99; exec "$@"`, 'sh'];
    }
  }
}

function contents(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

export class PolicySimulator {
  readonly #base: string;
  readonly #command: string;
  #round = 0;

  /**
   * @param base a directory for everything
   * @param command the administrators' command, for `node`
   */
  constructor(base: string, command: string) {
    this.#base = base;
    this.#command = command;
  }

  /** Makes the client that runs as a process of its own; needed for attacks on the disk. */
  async prepare(): Promise<void> {
    await build({
      entryPoints: [join(import.meta.dirname, 'kill-at-step.ts')],
      outfile: this.#childScript,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
    });
  }

  get #childScript(): string {
    return join(this.#base, 'client.mjs');
  }

  /** Goes through everything that happened before, then attacks. */
  async attack({ before = [], tamper, disk, ...last }: Attack): Promise<Answers> {
    this.#round += 1;
    const station = new Station(join(this.#base, String(this.#round)));
    for (const attempt of before) {
      station.install(attempt);
      const answer = await station.client();
      if (answer !== 'accepted') throw new Error(`what came before was not taken: ${answer}`);
    }
    station.install(last);
    const undo = tamper?.(station.place);
    try {
      const recorded = contents(station.place.stateFile);
      const wrapper = onDisk(disk, station.userDirectory);
      const told = await runProcess([
        ...wrapper,
        process.execPath,
        this.#command,
        ...station.question(disk !== undefined),
      ]);
      const client = disk === undefined ? await station.client() : await this.#inChild(station, wrapper);
      const { exit, code: command } = this.#commandAnswer(told);
      return {
        client,
        exit,
        command,
        record: { before: recorded, after: contents(station.place.stateFile) },
      };
    } finally {
      undo?.();
      station.remove();
    }
  }

  #commandAnswer({ code: exit, out }: ProcessResult): { readonly exit: number; readonly code: string } {
    const { ok, error } = JSON.parse(out) as { ok: boolean; error?: { code: string } };
    return { exit, code: ok ? 'accepted' : String(error?.code) };
  }

  async #inChild(station: Station, wrapper: readonly string[]): Promise<string> {
    const file = station.writeConfiguration();
    const { out } = await runProcess([...wrapper, process.execPath, this.#childScript, file, '0']);
    const end = /^(?:refused (\w+)|(activated) \d+)$/m.exec(out);
    return end?.[1] ?? (end?.[2] === undefined ? out : 'accepted');
  }
}

/** One workstation's files. */
class Station {
  readonly place: Place;
  readonly userDirectory: string;
  readonly #directory: string;
  readonly #trustRootFile: string;
  #input = inputFor();

  constructor(directory: string) {
    this.#directory = directory;
    const machineDirectory = join(directory, 'machine');
    this.userDirectory = join(directory, 'user');
    for (const one of [machineDirectory, this.userDirectory])
      mkdirSync(one, { recursive: true, mode: 0o755 });
    this.#trustRootFile = join(directory, 'trust-root.json');
    this.place = {
      machineDirectory,
      bundleFile: join(machineDirectory, BUNDLE_NAME),
      stateFile: join(this.userDirectory, 'policy-state.json'),
    };
  }

  /** Puts bundle, machine file and trust root into place, and the record where the attempt says what is in it. */
  install({ forgery, conditions }: Attempt): void {
    this.#input = inputFor(forgery, conditions);
    const { bundle, machine, shippedRoot } = this.#input;
    writeFileSync(this.place.bundleFile, bundle, { mode: 0o644 });
    writeFileSync(join(this.place.machineDirectory, MACHINE_NAME), JSON.stringify(machine), { mode: 0o644 });
    writeFileSync(this.#trustRootFile, shippedRoot);
    if (conditions?.state === undefined) return;
    writeFileSync(this.place.stateFile, formatState(conditions.state, STATE_MAC_KEY, nodeCrypto));
  }

  get #files() {
    const { appVersion, buildTime } = this.#input;
    return {
      directory: this.place.machineDirectory,
      trustRootFile: this.#trustRootFile,
      stateFile: this.place.stateFile,
      appVersion,
      buildTime,
      platform: 'linux' as const,
      trustedOwners: [process.getuid?.() ?? 0],
    };
  }

  /** What a client makes of it that starts now; what it takes is what lies there. */
  async client(): Promise<string> {
    const { acknowledged, now, bundle } = this.#input;
    const loader = new PolicyLoader({
      ...this.#files,
      acknowledged,
      stateMacKey: STATE_MAC_KEY,
      crypto: nodeCrypto,
    });
    try {
      const { sha256, stateProblem } = await loader.load({ now });
      if (sha256 !== createHash('sha256').update(bundle).digest('hex')) return 'another bundle';
      return stateProblem ?? 'accepted';
    } catch (error) {
      if (error instanceof AppError) return error.code;
      throw error;
    }
  }

  /** The same question to the command. It reads a copy of the record, as an administrator would have it. */
  question(inPlace: boolean): readonly string[] {
    const { now, appVersion, platform } = this.#input;
    const { bundleFile, machineDirectory, stateFile } = this.place;
    const copy = inPlace ? stateFile : join(this.#directory, 'record.json');
    if (!inPlace && existsSync(stateFile)) cpSync(stateFile, copy, { recursive: true });
    return [
      ...['simulate', bundleFile, '--trust-root', this.#trustRootFile],
      ...['--machine', join(machineDirectory, MACHINE_NAME), '--platform', platform],
      ...['--at', formatTime(now), '--app', appVersion, '--state', copy, '--keep-state', '--json'],
    ];
  }

  /** For the client as a process. */
  writeConfiguration(): string {
    const file = join(this.#directory, 'client.json');
    const stateMacKey = STATE_MAC_KEY.toString('hex');
    writeFileSync(file, JSON.stringify({ ...this.#files, stateMacKey, now: this.#input.now }));
    return file;
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** True for a record that the client believes. */
export function isIntact(record: Buffer): boolean {
  return parseState(record.toString('utf8'), STATE_MAC_KEY, nodeCrypto).kind === 'intact';
}
