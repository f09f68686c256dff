/**
 * ejabberd as a child process of the demo or of a test: an ordinary user's, on the loopback, without the machine-wide epmd,
 * ended with us. Debian's `ejabberdctl` insists on the user and the directories of the system's service; `erl` does not.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asUser, type OrdinaryUser, userEnvironment } from '../lib/ordinary-user.ts';
import { installedEjabberd } from './ejabberd-modules.ts';

const START_MS = 60_000;
/** An orderly shutdown tells clients and closes the tables. */
const STOP_MS = 20_000;
const COMMAND_MS = 60_000;
const OUTPUT_LIMIT = 16 * 1024;

const NODE = 'ejabberd@localhost';

export interface EjabberdPlaces {
  /** Holds the Erlang cookie and `ejabberd.pid`; the working directory. */
  readonly home: string;
  readonly configFile: string;
  readonly logFile: string;
  readonly database: string;
  readonly modules: string;
  /** The port of the client connections, to know when it listens. */
  readonly port: number;
  /** The port on the loopback that commands come in by. */
  readonly controlPort: number;
}

export interface EjabberdProcess {
  readonly pid: number;
  /** Ends it in an orderly way, after twenty seconds the hard way. */
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

/** How often the log says that clients are listened for. */
function listening(places: EjabberdPlaces): number {
  return readFileSync(places.logFile, 'utf8').split(
    `Start accepting TLS connections at 127.0.0.1:${places.port} `,
  ).length;
}

function environment(user: OrdinaryUser, places: EjabberdPlaces): NodeJS.ProcessEnv {
  return userEnvironment(user, {
    HOME: places.home,
    ERL_LIBS: installedEjabberd().libraries,
    EJABBERD_CONFIG_PATH: places.configFile,
    EJABBERD_LOG_PATH: places.logFile,
    EJABBERD_PID_PATH: join(places.home, 'ejabberd.pid'),
    ERL_CRASH_DUMP: '/dev/null',
  });
}

/** Runs a command of `ejabberdctl` in the running server; resolves to its output, rejects with it when the command fails. */
export function ejabberdCommand(
  user: OrdinaryUser,
  places: EjabberdPlaces,
  command: readonly string[],
): Promise<string> {
  const { command: program, args } = asUser(user, 'erl', [
    ...['-noinput', '-hidden', '-sname', `ctl-${process.pid}-${Date.now()}@localhost`],
    ...['-start_epmd', 'false', '-erl_epmd_port', String(places.controlPort), '-dist_listen', 'false'],
    ...['-s', 'ejabberd_ctl', '-extra', NODE, ...command],
  ]);
  return new Promise((done, failed) => {
    const options = {
      cwd: places.home,
      env: environment(user, places),
      timeout: COMMAND_MS,
      encoding: 'utf8',
    } as const;
    execFile(program, [...args], options, (error, stdout, stderr) => {
      if (error === null) return done(stdout);
      failed(
        new Error(`${command[0]} failed (${error.code}): ${(stdout + stderr).trim()}`, { cause: error }),
      );
    });
  });
}

/** Starts ejabberd and waits until it listens. */
export async function runEjabberd(user: OrdinaryUser, places: EjabberdPlaces): Promise<EjabberdProcess> {
  const before = listening(places);
  const { command, args } = asUser(user, 'erl', [
    ...['-noinput', '-sname', NODE, '-pa', places.modules, '-mnesia', 'dir', `"${places.database}"`],
    ...['-kernel', 'inet_dist_use_interface', '{127,0,0,1}'],
    ...['-start_epmd', 'false', '-erl_epmd_port', String(places.controlPort)],
    ...['+K', 'true', '+S', '2:2', '-s', 'ejabberd'],
  ]);
  const child: ChildProcess = spawn(command, [...args], {
    cwd: places.home,
    env: environment(user, places),
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
    // Erlang takes SIGTERM as init:stop/0, which ends the applications one after the other.
    child.kill('SIGTERM');
    const impatient = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await gone;
    clearTimeout(impatient);
  };
  const deadline = Date.now() + START_MS;
  // Ours, and not whoever else may have taken the port meanwhile.
  const listens = () => listening(places) > before;
  while (!(listens() && (await accepts(places.port)))) {
    if (ended || Date.now() > deadline) {
      await stop();
      throw new Error(`ejabberd did not start: ${output.trim() || 'no output'}`);
    }
    await sleep(50);
  }
  if (ended) throw new Error(`ejabberd did not start: ${output.trim()}`);
  return { pid: child.pid ?? 0, stop };
}
