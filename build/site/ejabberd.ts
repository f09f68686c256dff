/**
 * The throw-away site's other XMPP server: Debian's ejabberd with the kit of server/ejabberd, on a free port of the
 * loopback, as an ordinary user. It answers to the same calls as the site's Prosody.
 */

import { randomBytes } from 'node:crypto';
import { chownSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFileAtomically } from '../../src/platform/atomic-file.ts';
import { makeUserDirectory, type OrdinaryUser, ordinaryUser } from '../lib/ordinary-user.ts';
import { type EjabberdFileGate, ejabberdConfig } from './ejabberd-config.ts';
import { compileModules } from './ejabberd-modules.ts';
import { type EjabberdPlaces, ejabberdCommand, runEjabberd } from './ejabberd-process.ts';
import { freePort } from './prosody-process.ts';
import {
  accountsTable,
  feedsTable,
  machinesTable,
  nextRevision,
  type ProsodyFeed,
  type SwitchState,
  switchTable,
} from './prosody-tables.ts';
import type { ServerProcess } from './server-process.ts';
import type { Slapd } from './slapd.ts';
import {
  masterFile,
  type ServerAccount,
  type ServerMachine,
  type XmppServer,
  type XmppServerOptions,
} from './xmpp-server.ts';

export interface EjabberdOptions extends XmppServerOptions {
  /** Accounts have to be in this directory as well; contact lists and vCards come from it. */
  readonly people?: Slapd;
  /** For the whole exchange; 10 by default. */
  readonly lockTimeoutSeconds?: number;
  /** Object identifiers, one of which must be among a certificate's policies; none asked by default. */
  readonly cardPolicies?: readonly string[];
  /** Offers upload slots at `upload.` before the domain. */
  readonly fileGate?: EjabberdFileGate;
  /** Nodes at `feeds.` before the domain. Off without. */
  readonly feeds?: readonly ProsodyFeed[];
}

export interface EjabberdServer extends XmppServer {
  /** Runs a command of `ejabberdctl`; resolves to its output. */
  command(...command: readonly string[]): Promise<string>;
}

const NOTE_MS = 10_000;

interface Site {
  readonly options: EjabberdOptions;
  readonly user: OrdinaryUser;
  readonly places: EjabberdPlaces;
  readonly path: (name: string) => string;
}

/** Writes a file that the server's user, and nobody else, may read. */
function writePrivate(site: Site, path: string, data: string, mode = 0o600): void {
  writeFileSync(path, data, { mode });
  if (site.user.dropped) chownSync(path, site.user.uid, site.user.gid);
}

/** Replaces a file that the server reads while it runs. */
async function replaceFile(site: Site, name: string, text: string): Promise<void> {
  await writeFileAtomically(site.path(name), text, 0o644);
}

function replaceTable(site: Site, name: string, value: unknown): Promise<void> {
  return replaceFile(site, name, `${JSON.stringify(value, undefined, 2)}\n`);
}

async function writeSite(site: Site): Promise<void> {
  const { options, path, places, user } = site;
  const { domain, pki } = options;
  for (const name of ['home', 'database', 'modules', 'log', 'lock-masters'])
    makeUserDirectory(user, path(name));
  compileModules(places.modules);
  writePrivate(site, join(places.home, '.erlang.cookie'), randomBytes(24).toString('hex'), 0o400);
  for (const master of options.lockMasters) {
    const file = join(path('lock-masters'), `epoch-${master.epoch}.json`);
    writePrivate(site, file, masterFile(domain, master));
  }
  const server = pki.server[options.serverCertificate ?? 'good'];
  const pem = (file: string) => readFileSync(file, 'utf8');
  writePrivate(site, path('server.pem'), pem(server.certificate) + pem(server.key));
  writePrivate(site, path('server.crt'), pem(server.certificate));
  const authorities = [pki.chain, pki.ca.root.crl, pki.ca.id.crl, pki.ca.email.crl];
  await replaceFile(site, 'client-authorities.pem', authorities.map(pem).join('\n'));
  await replaceTable(site, 'accounts.json', accountsTable(domain, options.accounts));
  await replaceTable(site, 'machines.json', machinesTable(domain, options.machines));
  await replaceTable(site, 'switch.json', switchTable(domain, 1, {}));
  if (options.feeds !== undefined) await replaceTable(site, 'feeds.json', feedsTable(domain, options.feeds));
  const config = ejabberdConfig({
    domain,
    rooms: `conference.${domain}`,
    port: places.port,
    lock: options.lock ?? true,
    lockBindings: options.lockBindings ?? ['tls-server-end-point'],
    lockTimeoutSeconds: options.lockTimeoutSeconds ?? 10,
    lockMasters: path('lock-masters'),
    lockMachines: path('machines.json'),
    switchFile: path('switch.json'),
    cardAccounts: path('accounts.json'),
    cardPolicies: options.cardPolicies ?? [],
    serverCertificate: path('server.pem'),
    clientAuthorities: path('client-authorities.pem'),
    log: path('log'),
    admins: options.admins ?? [],
    directory: options.people,
    fileGate: options.fileGate,
    feedsFile: options.feeds === undefined ? undefined : path('feeds.json'),
  });
  writePrivate(site, places.configFile, config);
  writePrivate(site, places.logFile, '');
}

class Server implements EjabberdServer {
  readonly host = '127.0.0.1';
  readonly port: number;
  readonly domain: string;
  readonly roomService: string;
  readonly logFile: string;
  readonly logDirectory: string;
  readonly switchFile: string;
  readonly certificate: string;
  readonly #site: Site;
  #process: ServerProcess | undefined;
  #accounts: readonly ServerAccount[];
  #machines: readonly ServerMachine[];
  #revision = 1;

  constructor(site: Site) {
    this.#site = site;
    this.port = site.places.port;
    this.domain = site.options.domain;
    this.roomService = `conference.${this.domain}`;
    this.logFile = site.places.logFile;
    this.logDirectory = site.path('log');
    this.switchFile = site.path('switch.json');
    this.certificate = site.path('server.crt');
    this.#accounts = site.options.accounts;
    this.#machines = site.options.machines;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  log(): string {
    return readFileSync(this.logFile, 'utf8');
  }

  command(...command: readonly string[]): Promise<string> {
    return ejabberdCommand(this.#site.user, this.#site.places, command);
  }

  async start(): Promise<void> {
    this.#process ??= await runEjabberd(this.#site.user, this.#site.places);
  }

  async stop(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    await running?.stop();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async setAccounts(accounts: readonly ServerAccount[]): Promise<void> {
    this.#accounts = accounts;
    const table = accountsTable(this.domain, accounts);
    await this.#noted('accounts read from', () => replaceTable(this.#site, 'accounts.json', table));
  }

  async setMachines(machines: readonly ServerMachine[]): Promise<void> {
    this.#machines = machines;
    const table = machinesTable(this.domain, machines);
    await this.#noted('machines read from', () => replaceTable(this.#site, 'machines.json', table));
  }

  async setSwitch(state: SwitchState): Promise<void> {
    this.#revision = nextRevision(this.switchFile, this.#revision);
    const table = switchTable(this.domain, this.#revision, state);
    await this.#noted('switch read from', () => replaceTable(this.#site, 'switch.json', table));
  }

  async setClientAuthorities(pem: string): Promise<void> {
    await this.#noted('authorities read from', () => replaceFile(this.#site, 'client-authorities.pem', pem));
  }

  records(kind: 'messages' | 'audit'): Readonly<Record<string, unknown>>[] {
    const files = readdirSync(this.logDirectory).filter((name) => name.startsWith(`${kind}-`));
    const lines = files
      .sort()
      .flatMap((name) => readFileSync(join(this.logDirectory, name), 'utf8').split('\n'));
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
  }

  disableAccount(account: string): Promise<void> {
    return this.#setDisabled(account, true);
  }

  enableAccount(account: string): Promise<void> {
    return this.#setDisabled(account, false);
  }

  async revokeMachine(kid: string): Promise<void> {
    if (!this.#machines.some((machine) => machine.kid === kid)) throw new Error(`no machine ${kid}`);
    await this.setMachines(
      this.#machines.map((machine) => (machine.kid === kid ? { ...machine, revoked: true } : machine)),
    );
  }

  async #setDisabled(account: string, disabled: boolean): Promise<void> {
    if (!this.#accounts.some((known) => known.account === account)) throw new Error(`no account ${account}`);
    await this.setAccounts(
      this.#accounts.map((known) => (known.account === account ? { ...known, disabled } : known)),
    );
  }

  /** Does `write` and waits until the running server logs `line` once more. */
  async #noted(line: string, write: () => Promise<void>): Promise<void> {
    const count = () => this.log().split(line).length;
    const before = count();
    await write();
    if (this.#process === undefined) return;
    const deadline = Date.now() + NOTE_MS;
    while (count() === before) {
      if (Date.now() > deadline) throw new Error(`ejabberd did not log: ${line}`);
      await sleep(50);
    }
  }
}

/** Everybody in one group, and so in everybody's contact list; with a directory its groups do that. */
async function makeSharedRoster(server: EjabberdServer): Promise<void> {
  await server.command('srg_create', 'analysts', server.domain, 'Analysts', 'Analysts', 'analysts');
  await server.command('srg_user_add', '@all@', server.domain, 'analysts', server.domain);
}

/**
 * Makes the site's server and starts it.
 *
 * @throws Error with erlc's or ejabberd's output when the modules do not compile, or when it does not listen within a minute
 */
export async function startEjabberd(options: EjabberdOptions): Promise<EjabberdServer> {
  const root = resolve(options.directory);
  const user = ordinaryUser();
  await rm(root, { recursive: true, force: true });
  makeUserDirectory(user, root, 0o755);
  const path = (name: string) => join(root, name);
  const places: EjabberdPlaces = {
    home: path('home'),
    configFile: path('ejabberd.yml'),
    logFile: path('ejabberd.log'),
    database: path('database'),
    modules: path('modules'),
    port: options.port ?? (await freePort()),
    controlPort: await freePort(),
  };
  const site: Site = { options, user, places, path };
  await writeSite(site);
  const server = new Server(site);
  await server.start();
  try {
    if (options.people === undefined) await makeSharedRoster(server);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}
