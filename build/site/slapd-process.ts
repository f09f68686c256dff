/** OpenLDAP's slapd as a child process of a test: an ordinary user's, on the loopback, ended with us. */
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { asUser, type OrdinaryUser, userEnvironment } from '../lib/ordinary-user.ts';

const START_MS = 20_000;
const STOP_MS = 10_000;
const OUTPUT_LIMIT = 16 * 1024;

export interface SlapdProcess {
  readonly pid: number;
  /** Ends it in an orderly way, after ten seconds the hard way. */
  stop(): Promise<void>;
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

/** Starts slapd with `configFile` and waits until it listens on `port` (LDAP over TLS). */
export async function runSlapd(
  user: OrdinaryUser,
  configFile: string,
  directory: string,
  port: number,
): Promise<SlapdProcess> {
  const { command, args } = asUser(user, '/usr/sbin/slapd', [
    ...['-d', '0', '-f', configFile],
    ...['-h', `ldaps://127.0.0.1:${port}/`],
  ]);
  const child = spawn(command, [...args], {
    cwd: directory,
    env: userEnvironment(user),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const collect = (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-OUTPUT_LIMIT);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
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
      throw new Error(`slapd did not start: ${output.trim() || 'no output'}`);
    }
    await sleep(50);
  }
  if (ended) throw new Error(`slapd did not start: ${output.trim()}`);
  return { pid: child.pid ?? 0, stop };
}
