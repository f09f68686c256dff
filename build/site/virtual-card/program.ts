/** A program that ends with us: stopped by its process id when it is no longer needed, or when this process exits. */
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { atExit } from '../../lib/at-exit.ts';

const OUTPUT_LIMIT = 64 * 1024;
/** A busy machine takes long to start what otherwise takes a moment. */
const START_MS = 60_000;
const LOOK_MS = 20;

export interface Program {
  readonly pid: number;
  readonly running: boolean;
  /** What it printed last, both streams, at most 64 KiB. */
  output(): string;
  /** Ends it with SIGTERM, after two seconds with SIGKILL; resolves when it is gone. */
  stop(): Promise<void>;
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

/** Starts `command` with its standard input held open by us: its end tells the program that we are gone. */
export function startProgram(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Program {
  const child = spawn(command, [...args], { env: environment, stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  const collect = (chunk: Buffer) => {
    output = (output + chunk.toString('latin1')).slice(-OUTPUT_LIMIT);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  child.stdin.on('error', () => undefined);
  child.on('error', (error) => collect(Buffer.from(String(error))));
  const gone = new Promise<void>((done) => child.once('close', () => done()));
  const takeBack = atExit(() => child.kill('SIGKILL'));
  void gone.then(takeBack);
  return {
    pid: child.pid ?? 0,
    get running() {
      return child.pid !== undefined && isRunning(child);
    },
    output: () => output,
    stop: async () => {
      if (child.pid === undefined) return;
      child.kill('SIGTERM');
      const impatient = setTimeout(() => child.kill('SIGKILL'), 2000);
      await gone;
      clearTimeout(impatient);
    },
  };
}

/**
 * Waits until `probe` gives something other than `undefined` and `false`.
 *
 * @param what for errors: “pcscd did not start”
 * @throws Error with its output when it ends before, or takes a minute, and has ended then
 */
export async function started<Ready>(
  what: string,
  program: Program,
  probe: () => Promise<Ready | undefined | false> | Ready | undefined | false,
): Promise<Ready> {
  for (const end = Date.now() + START_MS; program.running && Date.now() < end; await sleep(LOOK_MS)) {
    const ready = await probe();
    if (ready !== undefined && ready !== false) return ready;
  }
  await program.stop();
  throw new Error(`${what} did not start: ${program.output().trim()}`);
}
