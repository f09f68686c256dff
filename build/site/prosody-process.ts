/** Prosody as a child process of the demo or of a test: an ordinary user's, on the loopback, ended with us. */
import { type ChildProcess, spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { asUser, type OrdinaryUser, userEnvironment } from '../lib/ordinary-user.ts';

const START_MS = 20_000;
/** An orderly shutdown writes rooms and tells clients; it takes longer than a kill. */
const STOP_MS = 10_000;
const OUTPUT_LIMIT = 16 * 1024;

/** A TCP port of the loopback that is free now, below the range for outgoing connections. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const free = await new Promise<boolean>((done) => {
      const server = createServer();
      server.once('error', () => done(false));
      server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
    });
    if (free) return port;
  }
  throw new Error('no free port');
}

function accepts(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
}

export interface ProsodyProcess {
  readonly pid: number;
  /** Ends it in an orderly way, after ten seconds the hard way. */
  stop(): Promise<void>;
}

/** Starts Prosody with `configFile` and waits until it listens on `port`. */
export async function runProsody(
  user: OrdinaryUser,
  configFile: string,
  directory: string,
  port: number,
): Promise<ProsodyProcess> {
  const { command, args } = asUser(user, 'prosody', ['-F', '--config', configFile]);
  const child: ChildProcess = spawn(command, [...args], {
    cwd: directory,
    env: userEnvironment(user),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const collect = (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-OUTPUT_LIMIT);
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  child.once('error', (error) => collect(Buffer.from(String(error))));
  let ended = false;
  const gone = new Promise<void>((done) => {
    const end = () => {
      ended = true;
      done();
    };
    child.once('close', end);
    child.once('error', end);
  });
  const atExit = () => child.kill('SIGKILL');
  process.once('exit', atExit);
  void gone.then(() => process.off('exit', atExit));

  const stop = async (): Promise<void> => {
    if (ended) return;
    child.kill('SIGTERM');
    const impatient = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await gone;
    clearTimeout(impatient);
  };
  const deadline = Date.now() + START_MS;
  while (!(await accepts(port))) {
    if (ended || Date.now() > deadline) {
      await stop();
      throw new Error(`Prosody did not start: ${output.trim() || 'no output'}`);
    }
    await sleep(50);
  }
  if (ended) throw new Error(`Prosody did not start: ${output.trim()}`);
  return { pid: child.pid ?? 0, stop };
}
