/**
 * The throw-away site's scanner: Debian's clamd as an ordinary user on a Unix socket, with signatures of its own
 * (EICAR, and a word for what is found in the demo). No freshclam, nothing from the network.
 */
import { chownSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  asUser,
  makeUserDirectory,
  type OrdinaryUser,
  ordinaryUser,
  userEnvironment,
} from '../lib/ordinary-user.ts';
import { accepts, RestartableServer } from './server-process.ts';

export interface ClamdOptions {
  /** Emptied and filled. Short enough for a socket's path (108 characters with `/clamd.sock`). */
  readonly directory: string;
  /** clamd's StreamMaxLength; 100 MiB by default. */
  readonly streamBytes?: number;
  /** False leaves the EICAR signature out: a scanner that finds nothing. */
  readonly eicar?: boolean;
}

export interface Clamd {
  readonly socket: string;
  /** Process id; another one after a restart, 0 while it is stopped. */
  readonly pid: number;
  log(): string;
  /** Starts it again after `stop` or `kill`. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/** The signature that the EICAR test file is found by, and one for any file that holds a word. */
export const SIGNATURES = { eicar: 'Local.Eicar.Ndb', marker: 'Local.Demo.Marker' } as const;
export const MARKER = 'SALLYPORT-DEMO-MALWARE';

/** The EICAR test file's text; in two parts, so that this source is not taken for it. */
export const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-', 'ANTIVIRUS-TEST-FILE!$H+H*'].join('');

const START_MS = 20_000;
const STOP_MS = 5000;
const DEFAULT_STREAM_BYTES = 100 * 1024 * 1024;

const hex = (text: string) => Buffer.from(text, 'latin1').toString('hex');

function configuration(root: string, streamBytes: number): string {
  return `Foreground yes
LogFile ${root}/clamd.log
LogTime yes
PidFile ${root}/clamd.pid
TemporaryDirectory ${root}/tmp
DatabaseDirectory ${root}/db
OfficialDatabaseOnly no
LocalSocket ${root}/clamd.sock
LocalSocketMode 660
FixStaleSocket yes
MaxThreads 4
MaxQueue 200
ConcurrentDatabaseReload no
SelfCheck 600
StreamMaxLength ${streamBytes}
MaxScanSize 400M
MaxFileSize ${streamBytes}
AlertExceedsMax yes
AlertEncrypted yes
AlertOLE2Macros yes
ExitOnOOM yes
`;
}

class Daemon implements Clamd {
  readonly socket: string;
  readonly #root: string;
  readonly #server: RestartableServer;

  constructor(root: string, user: OrdinaryUser) {
    this.#root = root;
    this.socket = join(root, 'clamd.sock');
    this.#server = new RestartableServer(
      () => ({
        name: 'clamd',
        ...asUser(user, 'clamd', [`--config-file=${join(root, 'clamd.conf')}`]),
        cwd: root,
        env: userEnvironment(user),
        startMs: START_MS,
        stopMs: STOP_MS,
      }),
      () => accepts(this.socket),
    );
  }

  get pid(): number {
    return this.#server.pid;
  }

  log(): string {
    return readFileSync(join(this.#root, 'clamd.log'), 'utf8');
  }

  async start(): Promise<void> {
    // one that was killed left its socket behind
    if (!this.#server.isRunning) await rm(this.socket, { force: true });
    await this.#server.start();
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  kill(): Promise<void> {
    return this.#server.kill();
  }
}

/**
 * Makes the site's scanner and starts it.
 *
 * @throws Error with clamd's output when it does not listen within twenty seconds
 */
export async function startClamd(options: ClamdOptions): Promise<Clamd> {
  const root = resolve(options.directory);
  const user = ordinaryUser();
  await rm(root, { recursive: true, force: true });
  makeUserDirectory(user, root, 0o755);
  for (const name of ['db', 'tmp']) makeUserDirectory(user, join(root, name));
  const write = (name: string, text: string) => {
    const path = join(root, name);
    writeFileSync(path, text, { mode: 0o644 });
    if (user.dropped) chownSync(path, user.uid, user.gid);
  };
  write('clamd.conf', configuration(root, options.streamBytes ?? DEFAULT_STREAM_BYTES));
  const eicar = (options.eicar ?? true) ? `${SIGNATURES.eicar}:0:*:${hex(EICAR)}\n` : '';
  write('db/local.ndb', `${eicar}${SIGNATURES.marker}:0:*:${hex(MARKER)}\n`);
  const daemon = new Daemon(root, user);
  await daemon.start();
  return daemon;
}
