/**
 * Running programs as an ordinary user when we are root: Electron refuses to run as root with its sandbox on, and no
 * server of the demo or the tests needs more than an ordinary user's rights.
 */
import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync } from 'node:fs';

/** The account that demo and tests use on a machine where they are started by root. */
export const USER_NAME = 'sallyport-dev';

export interface OrdinaryUser {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
  readonly home: string;
  /** True when we are root and programs are started as another user. */
  readonly dropped: boolean;
}

function lookUp(name: string): OrdinaryUser | undefined {
  try {
    const [, , uid, gid, , home] = execFileSync('getent', ['passwd', name], { encoding: 'utf8' })
      .trim()
      .split(':');
    return { uid: Number(uid), gid: Number(gid), name, home: home ?? '/', dropped: true };
  } catch {
    return undefined;
  }
}

/**
 * The user to run as: ourselves, or as root the account {@link USER_NAME}, which is made when it is missing.
 */
export function ordinaryUser(): OrdinaryUser {
  const uid = process.getuid?.() ?? 0;
  if (uid !== 0) {
    return {
      uid,
      gid: process.getgid?.() ?? uid,
      name: process.env.USER ?? String(uid),
      home: process.env.HOME ?? '/',
      dropped: false,
    };
  }
  const known = lookUp(USER_NAME);
  if (known !== undefined) return known;
  execFileSync('useradd', ['--create-home', '--shell', '/bin/bash', USER_NAME], { stdio: 'inherit' });
  const made = lookUp(USER_NAME);
  if (made === undefined) throw new Error(`the user ${USER_NAME} could not be made`);
  return made;
}

/**
 * The command line that runs `command` as the ordinary user. `setpriv` replaces itself by the command, so the process
 * id is the command's own and signals reach it.
 */
export function asUser(
  user: OrdinaryUser,
  command: string,
  args: readonly string[],
): { readonly command: string; readonly args: readonly string[] } {
  if (!user.dropped) return { command, args: [...args] };
  return {
    command: 'setpriv',
    args: [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--init-groups', '--', command, ...args],
  };
}

/** Environment for a program that runs as `user`: its home, nothing of ours that could confuse it. */
export function userEnvironment(user: OrdinaryUser, extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    HOME: user.home,
    USER: user.name,
    LOGNAME: user.name,
    ...extra,
  };
}

/** Makes a directory that belongs to `user`. */
export function makeUserDirectory(user: OrdinaryUser, path: string, mode = 0o700): string {
  mkdirSync(path, { recursive: true, mode });
  if (user.dropped) chownSync(path, user.uid, user.gid);
  return path;
}
