/**
 * A throw-away computer: this one's file system under an overlay in memory, in namespaces of its own. A package is really
 * installed there, by the real dpkg, and nothing of it is ever on this computer; everything ends with one process.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OrdinaryUser, ordinaryUser } from '../../../build/lib/ordinary-user.ts';

/** Bytes of memory that the overlay may take. */
const SIZE = '2g';

/**
 * `$1` is the overlay's place, the rest directories of this computer that the other one sees too. /run is fresh, so no
 * service of this computer is reached by accident; what lies in /etc/sallyport here is not there.
 */
const BOOT = `
set -e
base=$1; shift
mount --make-rprivate /
mount -t tmpfs -o size=${SIZE},mode=755 tmpfs "$base"
mkdir "$base/upper" "$base/work" "$base/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$base/upper,workdir=$base/work" "$base/root"
cd "$base/root"
rm -rf etc/sallyport
mount --rbind /dev dev
# Its own: what other programs of this computer keep in memory is none of its files.
mount -t tmpfs -o mode=1777 tmpfs dev/shm
mount --rbind /sys sys
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
mkdir -p run/pcscd run/lock old-root
for shared in "$@"; do mkdir -p "./$shared"; mount --bind "$shared" "./$shared"; done
mount -t proc proc proc
pivot_root . old-root
cd /
umount -l /old-root
rmdir /old-root
echo ready
# The first process of a system takes leave of those that lost their parent.
while :; do sleep 1000 & wait $!; done
`;

export interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** A program that runs there. */
export interface Running {
  readonly child: ChildProcess;
  output(): string;
  /** The exit code, or 128 + the signal's number as a shell says it. */
  readonly ended: Promise<number>;
}

export interface Machine {
  /** Runs a shell script as root, to its end. */
  root(script: string): Outcome;
  /** The same, which has to end with 0; its output. */
  rootOk(script: string): string;
  /** Starts a program as the ordinary user with exactly this environment. */
  start(command: string, args: readonly string[], environment: NodeJS.ProcessEnv): Running;
  readonly user: OrdinaryUser;
  stop(): Promise<void>;
}

const SIGNALS: Readonly<Record<string, number>> = { SIGUSR1: 10, SIGKILL: 9, SIGTERM: 15, SIGTRAP: 5 };

function enter(pid: number): readonly string[] {
  return [`--mount=/proc/${pid}/ns/mnt`, `--pid=/proc/${pid}/ns/pid_for_children`, '--wdns=/', '--'];
}

/** @param shared directories of this computer that are seen there under the same path */
export async function startMachine(shared: readonly string[]): Promise<Machine> {
  const base = mkdtempSync(join(tmpdir(), 'sallyport-machine-'));
  const init = spawn(
    'unshare',
    ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', BOOT, 'boot', base, ...shared],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  const collect = (chunk: Buffer): void => {
    said += chunk.toString('utf8');
  };
  init.stdout.on('data', collect);
  init.stderr.on('data', collect);
  const exited = once(init, 'exit');
  await Promise.race([once(init.stdout, 'data'), exited]);
  const pid = init.pid;
  if (pid === undefined || init.exitCode !== null || !said.includes('ready'))
    throw new Error(`the throw-away computer did not start (it needs root and overlayfs): ${said}`);
  const user = ordinaryUser();

  const root = (script: string): Outcome => {
    try {
      const output = execFileSync('nsenter', [...enter(pid), 'sh', '-c', `exec 2>&1\n${script}`], {
        encoding: 'utf8',
        env: {
          PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
          HOME: '/root',
          LC_ALL: 'C.UTF-8',
        },
        maxBuffer: 64 * 1024 * 1024,
        timeout: 280_000,
      });
      return { code: 0, output };
    } catch (error) {
      const { status, stdout } = error as { status: number | null; stdout: string };
      return { code: status ?? 1, output: stdout };
    }
  };
  return {
    user,
    root,
    rootOk: (script) => {
      const { code, output } = root(script);
      if (code !== 0) throw new Error(`${script.slice(0, 200)}\nended with ${code}: ${output}`);
      return output;
    },
    start: (command, args, environment) => {
      const identity = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--init-groups', '--'];
      const child = spawn('nsenter', [...enter(pid), 'setpriv', ...identity, command, ...args], {
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      const keep = (chunk: Buffer): void => {
        output = (output + chunk.toString('utf8')).slice(-256 * 1024);
      };
      child.stdout.on('data', keep);
      child.stderr.on('data', keep);
      const ended = once(child, 'close').then(([code, signal]) =>
        typeof code === 'number' ? code : 128 + (SIGNALS[String(signal)] ?? 0),
      );
      return { child, output: () => output, ended };
    },
    stop: async () => {
      init.kill('SIGKILL');
      await exited;
      rmSync(base, { recursive: true, force: true });
    },
  };
}
