/** The throw-away site's file gate: the program of server/file-gate, on a free port of the loopback, as an ordinary user. */
import { execFile } from 'node:child_process';
import { chownSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFileAtomically } from '../../src/platform/atomic-file.ts';
import { bundleFileGate } from '../lib/file-gate-bundle.mjs';
import {
  asUser,
  makeUserDirectory,
  type OrdinaryUser,
  ordinaryUser,
  userEnvironment,
} from '../lib/ordinary-user.ts';
import type { Pki, ServerVariant } from './pki.ts';
import type { ProsodyAccount } from './prosody.ts';
import { freePort } from './prosody-process.ts';
import { accountsTable, type SwitchState, switchTable } from './prosody-tables.ts';
import { RestartableServer, type ServerProgram } from './server-process.ts';

export interface FileGateOptions {
  /** Emptied and filled; its path must leave room for `/run/admin.sock` (108 characters in all). */
  readonly directory: string;
  readonly pki: Pki;
  readonly accounts: readonly ProsodyAccount[];
  /** At least 32 characters; the XMPP server's, too. Signs slots of every kind. */
  readonly secret: string;
  /** The scanner's socket. */
  readonly clamd: { readonly socket: string };
  /** A free one by default. */
  readonly port?: number;
  readonly serverCertificate?: ServerVariant;
  /** Members of the gate's configuration to replace or add, one level deep (`{ limits: { maximumBytes: 1 } }`). */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Bytes that any one file of the gate may have (`prlimit --fsize`). */
  readonly fileSizeLimit?: number;
}

export interface AdminResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One line of the gate's log. */
export type GateEvent = Readonly<Record<string, unknown>> & { readonly time: string; readonly event: string };

export interface FileGate {
  readonly host: 'localhost';
  readonly port: number;
  /** What the XMPP server makes slot addresses of; ends with a slash. */
  readonly baseUrl: string;
  /** Where the gate keeps its files. */
  readonly state: string;
  /** Process id; another one after a restart, 0 while it is stopped. */
  readonly pid: number;
  /** What the gate logged so far; half a line is left out. */
  log(): readonly GateEvent[];
  /** What it printed, for tests that go wrong. */
  output(): string;
  /** Runs `sallyport-file-gate admin` with these arguments. */
  admin(...args: readonly string[]): Promise<AdminResult>;
  /** Replaces the table of accounts; resolves when the gate has taken note. */
  setAccounts(accounts: readonly ProsodyAccount[]): Promise<void>;
  /** Throws the kill switch; resolves when the gate has taken note. */
  setSwitch(state: SwitchState): Promise<void>;
  /** Takes the PKI's CRLs over again, after `writeCrl`. */
  renewCrls(): Promise<void>;
  /** Starts it again after `stop` or `kill`, on the same port with all its files. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** SIGKILL: what a crash leaves behind stays behind. */
  kill(): Promise<void>;
}

const START_MS = 20_000;
const STOP_MS = 15_000;
const OUTPUT_LIMIT = 16 * 1024;

interface Site {
  readonly options: FileGateOptions;
  readonly user: OrdinaryUser;
  readonly path: (name: string) => string;
  readonly program: string;
  readonly port: number;
}

function writePrivate({ user }: Pick<Site, 'user'>, path: string, data: string): void {
  writeFileSync(path, data, { mode: 0o600 });
  if (user.dropped) chownSync(path, user.uid, user.gid);
}

function crlsOf({ ca }: Pki): string {
  return [ca.root.crl, ca.id.crl, ca.email.crl].map((path) => readFileSync(path, 'utf8')).join('\n');
}

/** The configuration with `changes` in it; members of objects are replaced one by one. */
function configuration({ options, path, port }: Site): Record<string, unknown> {
  const base: Record<string, unknown> = {
    format: 'sallyport.file-gate/1',
    domain: options.pki.domain,
    listen: { host: '127.0.0.1', port },
    stateDirectory: path('state'),
    adminSocket: path('run/admin.sock'),
    journal: path('journal.jsonl'),
    tls: {
      certificate: path('server.crt'),
      key: path('server.key'),
      clientAuthorities: path('client-authorities.pem'),
      crls: path('crls.pem'),
    },
    accounts: path('accounts.json'),
    switch: path('switch.json'),
    reloadSeconds: 1,
    slots: { jwtSecretFile: path('slot-secret'), hmacSecretFile: path('slot-secret'), hmacOwner: 'any' },
    scanner: { socket: options.clamd.socket, retrySeconds: 1 },
    // Tests are one person's thousand requests.
    limits: {
      uploadsPerPerson: 200,
      connectionsPerCard: 400,
      downloadsPerMinute: 100_000,
      refusalsPerMinute: 100_000,
      reserveBytes: 0,
    },
  };
  const isObject = (value: unknown): value is object =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  for (const [name, value] of Object.entries(options.config ?? {})) {
    const old = base[name];
    base[name] = isObject(old) && isObject(value) ? { ...old, ...value } : value;
  }
  return base;
}

async function writeSite(site: Site): Promise<void> {
  const { options, user, path } = site;
  for (const name of ['state', 'run']) makeUserDirectory(user, path(name));
  const { pki } = options;
  const server = pki.server[options.serverCertificate ?? 'good'];
  writePrivate(site, path('server.crt'), readFileSync(server.certificate, 'utf8'));
  writePrivate(site, path('server.key'), readFileSync(server.key, 'utf8'));
  writePrivate(site, path('client-authorities.pem'), readFileSync(pki.chain, 'utf8'));
  writePrivate(site, path('crls.pem'), crlsOf(pki));
  writePrivate(site, path('slot-secret'), `${options.secret}\n`);
  writePrivate(site, path('accounts.json'), JSON.stringify(accountsTable(pki.domain, options.accounts)));
  writePrivate(site, path('switch.json'), JSON.stringify(switchTable(pki.domain, 1, {})));
  writePrivate(site, path('config.json'), JSON.stringify(configuration(site), undefined, 2));
}

class Gate implements FileGate {
  readonly host = 'localhost';
  readonly port: number;
  readonly baseUrl: string;
  readonly state: string;
  readonly #site: Site;
  readonly #server: RestartableServer;
  #output = '';
  #revision = 1;

  constructor(site: Site) {
    this.#site = site;
    this.port = site.port;
    this.baseUrl = `https://localhost:${site.port}/`;
    this.state = site.path('state');
    this.#server = new RestartableServer(
      () => this.#program(),
      ({ output }) => output.includes('listening'),
    );
  }

  get pid(): number {
    return this.#server.pid;
  }

  log(): readonly GateEvent[] {
    const path = this.#site.path('journal.jsonl');
    if (!existsSync(path)) return [];
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line) => JSON.parse(line) as GateEvent);
  }

  output(): string {
    return this.#output;
  }

  async admin(...args: readonly string[]): Promise<AdminResult> {
    const { user, program, path } = this.#site;
    const line = asUser(user, process.execPath, [program, 'admin', ...args, '--config', path('config.json')]);
    return new Promise((done) => {
      execFile(
        line.command,
        [...line.args],
        { env: userEnvironment(user), encoding: 'utf8' },
        (error, stdout, stderr) =>
          done({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
      );
    });
  }

  async setAccounts(accounts: readonly ProsodyAccount[]): Promise<void> {
    const table = accountsTable(this.#site.options.pki.domain, accounts);
    await this.#replace('accounts.json', JSON.stringify(table));
  }

  async setSwitch(state: SwitchState): Promise<void> {
    this.#revision += 1;
    await this.#replace(
      'switch.json',
      JSON.stringify(switchTable(this.#site.options.pki.domain, this.#revision, state)),
    );
  }

  async renewCrls(): Promise<void> {
    await this.#replace('crls.pem', crlsOf(this.#site.options.pki));
  }

  start(): Promise<void> {
    return this.#server.start();
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  kill(): Promise<void> {
    return this.#server.kill();
  }

  #program(): ServerProgram {
    const { user, program, path, options } = this.#site;
    const limit = options.fileSizeLimit;
    const node = [process.execPath, program, 'serve', '--config', path('config.json')];
    const words = limit === undefined ? node : ['prlimit', `--fsize=${limit}`, '--', ...node];
    return {
      name: 'the file gate',
      ...asUser(user, words[0] ?? '', words.slice(1)),
      cwd: path('state'),
      env: userEnvironment(user),
      startMs: START_MS,
      stopMs: STOP_MS,
      print: (text) => {
        this.#output = (this.#output + text).slice(-OUTPUT_LIMIT);
      },
    };
  }

  /** Replaces a file that the gate watches; resolves when it has taken note. */
  async #replace(name: string, content: string): Promise<void> {
    const path = this.#site.path(name);
    const count = () => this.log().filter(({ event, file }) => event === 'reloaded' && file === path).length;
    const before = count();
    await writeFileAtomically(path, content, 0o644);
    if (!this.#server.isRunning) return;
    const deadline = Date.now() + START_MS;
    while (count() === before) {
      if (Date.now() > deadline) throw new Error(`the file gate did not take ${name} over`);
      await sleep(50);
    }
  }
}

/**
 * Makes the site's file gate and starts it.
 *
 * @throws Error with its output when it does not listen within twenty seconds
 */
export async function startFileGate(options: FileGateOptions): Promise<FileGate> {
  const root = resolve(options.directory);
  const user = ordinaryUser();
  await rm(root, { recursive: true, force: true });
  makeUserDirectory(user, root, 0o755);
  const program = await bundleFileGate(root);
  const port = options.port ?? (await freePort());
  const site: Site = { options, user, path: (name) => join(root, name), program, port };
  await writeSite(site);
  const gate = new Gate(site);
  await gate.start();
  return gate;
}
