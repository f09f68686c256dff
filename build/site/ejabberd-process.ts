/**
 * ejabberd as a child process of the demo or of a test: an ordinary user's, on the loopback, without the machine-wide epmd,
 * ended with us. Debian's `ejabberdctl` insists on the user and the directories of the system's service; `erl` does not.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asUser, type OrdinaryUser, userEnvironment } from '../lib/ordinary-user.ts';
import { installedEjabberd } from './ejabberd-modules.ts';
import { accepts, ServerProcess } from './server-process.ts';

const START_MS = 60_000;
/** An orderly shutdown tells clients and closes the tables: Erlang takes SIGTERM as init:stop/0. */
const STOP_MS = 20_000;
const COMMAND_MS = 60_000;

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
export async function runEjabberd(user: OrdinaryUser, places: EjabberdPlaces): Promise<ServerProcess> {
  const before = listening(places);
  const { command, args } = asUser(user, 'erl', [
    ...['-noinput', '-sname', NODE, '-pa', places.modules, '-mnesia', 'dir', `"${places.database}"`],
    ...['-kernel', 'inet_dist_use_interface', '{127,0,0,1}'],
    ...['-start_epmd', 'false', '-erl_epmd_port', String(places.controlPort)],
    ...['+K', 'true', '+S', '2:2', '-s', 'ejabberd'],
  ]);
  const server = new ServerProcess({
    name: 'ejabberd',
    command,
    args,
    cwd: places.home,
    env: environment(user, places),
    startMs: START_MS,
    stopMs: STOP_MS,
  });
  // Ours, and not whoever else may have taken the port meanwhile.
  await server.ready(async () => listening(places) > before && (await accepts(places.port)));
  return server;
}
