/** A server of the site as a child process: started, watched until it is ready, ended by its process, also with the one that started it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { atExit } from '../lib/at-exit.ts';

const START_MS = 20_000;
const STOP_MS = 10_000;
const LOOK_MS = 20;
/** The end of what it prints, in characters; the reason why it did not start is there. */
const OUTPUT_LIMIT = 16 * 1024;

export interface ServerProgram {
  /** For errors: “Prosody did not start”. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** How long it may take to be ready; 20 seconds by default. */
  readonly startMs?: number;
  /** How long an orderly end may take; 10 seconds by default. */
  readonly stopMs?: number;
  /** Takes what it prints, as it comes. */
  readonly print?: (text: string) => void;
}

/** Whether somebody takes connections: at a port of the loopback, or at a Unix socket. */
export function accepts(where: number | string): Promise<boolean> {
  return new Promise((done) => {
    const socket = typeof where === 'number' ? connect(where, '127.0.0.1') : connect(where);
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
}

export class ServerProcess {
  readonly #program: ServerProgram;
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  #ended = false;
  #output = '';

  /** Starts it. */
  constructor(program: ServerProgram) {
    this.#program = program;
    const { command, args, cwd, env, print } = program;
    const child = spawn(command, [...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    const collect = (chunk: Buffer) => {
      const text = chunk.toString('utf8');
      this.#output = (this.#output + text).slice(-OUTPUT_LIMIT);
      print?.(text);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const takeBack = atExit(() => child.kill('SIGKILL'));
    this.#gone = new Promise((done) => {
      const end = () => {
        this.#ended = true;
        takeBack();
        done();
      };
      child.once('close', end);
      child.once('error', (error) => {
        collect(Buffer.from(String(error)));
        end();
      });
    });
  }

  /** 0 when it could not be started. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The end of what it has printed. */
  get output(): string {
    return this.#output;
  }

  /**
   * Waits until it is ready.
   *
   * @param isReady asked again and again
   * @throws Error with its output when it ends before, or takes too long, and has ended then
   */
  async ready(isReady: () => boolean | Promise<boolean>): Promise<void> {
    const { name, startMs = START_MS } = this.#program;
    const deadline = Date.now() + startMs;
    while (!(await isReady())) {
      if (this.#ended || Date.now() > deadline) {
        await this.stop();
        throw new Error(`${name} did not start: ${this.#output.trim() || 'no output'}`);
      }
      await sleep(LOOK_MS);
    }
    // Another may have been at its port.
    if (this.#ended) throw new Error(`${name} did not start: ${this.#output.trim() || 'no output'}`);
  }

  /** Ends it in an orderly way; when that takes too long, the hard way. */
  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#ended) return;
    this.#child.kill(signal);
    const impatient = setTimeout(() => this.#child.kill('SIGKILL'), this.#program.stopMs ?? STOP_MS);
    await this.#gone;
    clearTimeout(impatient);
  }
}

/** A server that is stopped, killed and started again while its site stands: one process at a time. */
export class RestartableServer {
  readonly #program: () => ServerProgram;
  readonly #isReady: (running: ServerProcess) => boolean | Promise<boolean>;
  #running: ServerProcess | undefined;

  /**
   * @param program asked at every start
   * @param isReady asked again and again while it starts
   */
  constructor(program: () => ServerProgram, isReady: (running: ServerProcess) => boolean | Promise<boolean>) {
    this.#program = program;
    this.#isReady = isReady;
  }

  /** 0 while it is stopped; another one after a restart. */
  get pid(): number {
    return this.#running?.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Nothing where it runs already. @throws Error with its output when it does not come up; it is forgotten then */
  async start(): Promise<void> {
    if (this.#running !== undefined) return;
    const running = new ServerProcess(this.#program());
    this.#running = running;
    await running
      .ready(() => this.#isReady(running))
      .catch((error) => {
        this.#running = undefined;
        throw error;
      });
  }

  async stop(): Promise<void> {
    await this.#leave()?.stop();
  }

  async kill(): Promise<void> {
    await this.#leave()?.kill();
  }

  /** The process, which is not this server's any more. */
  #leave(): ServerProcess | undefined {
    const running = this.#running;
    this.#running = undefined;
    return running;
  }
}
