/**
 * A keychain of its own for each analyst of the demo and the tests: a private session bus with gnome-keyring on it,
 * unlocked, its files in a home directory of its own. The person's own keychain is never touched.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  asUser,
  makeUserDirectory,
  type OrdinaryUser,
  ordinaryUser,
  userEnvironment,
} from '../lib/ordinary-user.ts';
import { started, startProgram } from './virtual-card/program.ts';

export interface KeychainOptions {
  /** Home directory of the analyst; made when missing. The keyring's file is kept there. */
  readonly home: string;
  /** For sockets; its path must leave room for a Unix socket's name (107 bytes). Made when missing. */
  readonly runtime: string;
  /** `keytar`'s directory, readable by the ordinary user. */
  readonly keytar: string;
  /** Starts without a secret service when false: a desktop whose keychain is not available. */
  readonly available?: boolean;
}

export interface Keychain {
  /** HOME, XDG directories and the session bus: the whole environment of the analyst's programs. */
  readonly environment: NodeJS.ProcessEnv;
  /** Stores a secret under keytar's service and account. */
  set(service: string, account: string, secret: string): Promise<void>;
  /** The secret, or `undefined`. */
  get(service: string, account: string): Promise<string | undefined>;
  stop(): Promise<void>;
}

/** The password of the throw-away keyring; it protects nothing. */
const PASSWORD = 'demo';

/** Runs with keytar's directory as argument and the call on its standard input, so that no secret is in an argument. */
const KEYTAR_CALL = `
const keytar = require(process.argv[1]);
let text = '';
process.stdin.setEncoding('utf8').on('data', (part) => { text += part; }).on('end', async () => {
  const { method, args } = JSON.parse(text);
  process.stdout.write(JSON.stringify((await keytar[method](...args)) ?? null), () => process.exit(0));
});`;

/** A session bus that starts nothing by itself: no other secret service, no desktop. */
function busConfiguration(address: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>${address}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;
}

/** Whether the secret service has its name on the bus. */
async function secretServiceThere(user: OrdinaryUser, environment: NodeJS.ProcessEnv): Promise<boolean> {
  const line = asUser(user, 'dbus-send', [
    '--session',
    '--print-reply=literal',
    '--dest=org.freedesktop.DBus',
    '/',
    'org.freedesktop.DBus.NameHasOwner',
    'string:org.freedesktop.secrets',
  ]);
  const { stdout } = await promisify(execFile)(line.command, [...line.args], { env: environment });
  return stdout.includes('true');
}

export async function startKeychain(options: KeychainOptions): Promise<Keychain> {
  const user = ordinaryUser();
  makeUserDirectory(user, options.home);
  makeUserDirectory(user, options.runtime);
  for (const name of ['.config', '.local', '.local/share', '.cache'])
    makeUserDirectory(user, join(options.home, name));
  const address = `unix:path=${join(options.runtime, 'bus')}`;
  const environment: NodeJS.ProcessEnv = userEnvironment(user, {
    HOME: options.home,
    XDG_CONFIG_HOME: join(options.home, '.config'),
    XDG_DATA_HOME: join(options.home, '.local', 'share'),
    XDG_CACHE_HOME: join(options.home, '.cache'),
    XDG_RUNTIME_DIR: options.runtime,
    DBUS_SESSION_BUS_ADDRESS: address,
  });
  const configuration = join(options.runtime, 'bus.conf');
  writeFileSync(configuration, busConfiguration(address), { mode: 0o644 });

  const start = (command: string, args: readonly string[]) => {
    const line = asUser(user, command, args);
    return startProgram(line.command, line.args, environment);
  };
  const bus = start('dbus-daemon', [
    '--nofork',
    '--nopidfile',
    '--nosyslog',
    '--print-address=1',
    `--config-file=${configuration}`,
  ]);
  await started('the session bus', bus, () => bus.output().includes('unix:'));
  if (options.available === false) return keychainOf(environment, options.keytar, [bus.stop]);

  // The daemon reads the password to the end of its standard input, so a shell gives it a document of one line.
  const daemon = start('sh', [
    '-c',
    `exec gnome-keyring-daemon --foreground --unlock --components=secrets <<END\n${PASSWORD}\nEND\n`,
  ]);
  await started('gnome-keyring', daemon, () => secretServiceThere(user, environment));
  return keychainOf(environment, options.keytar, [daemon.stop, bus.stop]);
}

function keychainOf(
  environment: NodeJS.ProcessEnv,
  keytar: string,
  stops: readonly (() => Promise<void>)[],
): Keychain {
  const call = async (method: string, ...args: readonly string[]): Promise<unknown> => {
    const line = asUser(ordinaryUser(), process.execPath, ['-e', KEYTAR_CALL, keytar]);
    const child = spawn(line.command, [...line.args], { env: environment, stdio: 'pipe' });
    let answer = '';
    let errors = '';
    child.stdout.on('data', (part) => {
      answer += part;
    });
    child.stderr.on('data', (part) => {
      errors += part;
    });
    child.stdin.end(JSON.stringify({ method, args }));
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`keytar ${method}: ${errors.trim()}`);
    return JSON.parse(answer);
  };
  return {
    environment,
    set: async (service, account, secret) => {
      await call('setPassword', service, account, secret);
    },
    get: async (service, account) => {
      const secret = await call('getPassword', service, account);
      return typeof secret === 'string' ? secret : undefined;
    },
    stop: async () => {
      for (const stop of stops) await stop();
    },
  };
}
