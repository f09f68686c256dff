/**
 * The throw-away site's XMPP server: Debian's Prosody with the kit of server/prosody, on a free port of the loopback, as
 * an ordinary user. Tests can also ask for one that is set up wrongly in one way.
 */
import { chownSync, copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LockBinding } from '../../src/lock/index.ts';
import { writeFileAtomically } from '../../src/platform/atomic-file.ts';
import { makeUserDirectory, type OrdinaryUser, ordinaryUser } from '../lib/ordinary-user.ts';
import type { Pki, ServerVariant } from './pki.ts';
import {
  type FederationValues,
  type FileGateValues,
  PROSODY_MODULES,
  type ProsodyValues,
  prosodyConfig,
} from './prosody-config.ts';
import { freePort, runProsody } from './prosody-process.ts';
import {
  accountsTable,
  feedsTable,
  groupsFile,
  machinesTable,
  nextRevision,
  type ProsodyAccount,
  type ProsodyFeed,
  type ProsodyMachine,
  passwordRecord,
  type SwitchState,
  switchTable,
} from './prosody-tables.ts';
import type { ServerProcess } from './server-process.ts';

export type { FederationValues, FileGateValues } from './prosody-config.ts';
export type { ProsodyAccount, ProsodyFeed, ProsodyMachine, SwitchState } from './prosody-tables.ts';

export interface LockMaster {
  readonly epoch: number;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

export interface ProsodyOptions {
  /** Emptied and filled. */
  readonly directory: string;
  /** The XMPP domain; rooms are at `conference.` before it. */
  readonly domain: string;
  readonly pki: Pki;
  /** All of them are in each other's contact list. */
  readonly accounts: readonly ProsodyAccount[];
  readonly machines: readonly ProsodyMachine[];
  /** The accepted epochs; the server takes the newest and the one before it. */
  readonly lockMasters: readonly LockMaster[];
  /** A free one by default. */
  readonly port?: number;
  /** True by default. False offers SASL at once (and lets nobody in); `impostor` plays the exchange without knowing any key. */
  readonly lock?: boolean | 'impostor';
  /** `tls-exporter` alone by default. */
  readonly lockBindings?: readonly LockBinding[];
  /** False does not ask for a client certificate in TLS. */
  readonly requestClientCertificate?: boolean;
  /** False offers passwords instead of SASL EXTERNAL. */
  readonly offerExternal?: boolean;
  /** `card` by default; `password`: SCRAM-SHA-256-PLUS and no client certificate; `both`: whichever the client shows. */
  readonly signIn?: 'card' | 'password' | 'both';
  /** Wrong passwords in a row before an account waits five seconds; the module's own default without. */
  readonly passwordTries?: number;
  readonly serverCertificate?: ServerVariant;
  /** 1.3 by default; 1.2 is 1.2 only. */
  readonly tls?: '1.2' | '1.3';
  /** Offers upload slots at `upload.` before the domain, signed for this gate (JWT HS256, mod_http_file_share's claims). */
  readonly fileGate?: FileGateValues;
  /** Nodes at `feeds.` before the domain. Off without. */
  readonly feeds?: readonly ProsodyFeed[];
  /** Off without. */
  readonly federation?: FederationValues;
  /** Bare JIDs that own every room. */
  readonly admins?: readonly string[];
  /** True by default: messages are kept for whoever is away. */
  readonly offline?: boolean;
  /** Lua files `mod_NAME.lua` of a benchmark, loaded on the domain beside the kit's; none by default. */
  readonly extraModules?: readonly string[];
}

export interface ProsodyServer {
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly domain: string;
  readonly roomService: string;
  readonly logFile: string;
  /** Directory of the message log and the audit log. */
  readonly logDirectory: string;
  /** The kill switch's file. */
  readonly switchFile: string;
  /** PEM file of the certificate that the server shows. */
  readonly certificate: string;
  /** Process id; another one after a restart. */
  readonly pid: number;
  /** What the server logged so far. */
  log(): string;
  /** Ends the account's sessions and refuses it from now on; resolves when the server has taken note. */
  disableAccount(account: string): Promise<void>;
  enableAccount(account: string): Promise<void>;
  /** Ends the machine's sessions and refuses it from now on; resolves when the server has taken note. */
  revokeMachine(kid: string): Promise<void>;
  /** Replaces the table of accounts; resolves when the server has taken note. */
  setAccounts(accounts: readonly ProsodyAccount[]): Promise<void>;
  /** Replaces the table of machines; resolves when the server has taken note. */
  setMachines(machines: readonly ProsodyMachine[]): Promise<void>;
  /** Puts service, users and machines off and on; resolves when the server has taken note. */
  setSwitch(state: SwitchState): Promise<void>;
  /** Replaces the PEM file of authorities and CRLs and makes the server read it. */
  setClientAuthorities(pem: string): Promise<void>;
  /** The lines of today's and earlier logs of this kind, oldest first. */
  records(kind: 'messages' | 'audit'): Readonly<Record<string, unknown>>[];
  /** Starts it again after `stop`, on the same port with everything it had stored. */
  start(): Promise<void>;
  /** `stop` and `start`. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const NOTE_MS = 10_000;

interface Site {
  readonly options: ProsodyOptions;
  readonly user: OrdinaryUser;
  readonly root: string;
  readonly path: (name: string) => string;
}

/** Writes a file that the server's user, and nobody else, may read. */
async function writePrivate(site: Site, path: string, data: string | Uint8Array): Promise<void> {
  writeFileSync(path, data, { mode: 0o600 });
  if (site.user.dropped) chownSync(path, site.user.uid, site.user.gid);
}

/** Replaces a file that the server reads while it runs. */
async function replaceTable(site: Site, name: string, value: unknown): Promise<void> {
  const path = site.path(name);
  await writeFileAtomically(path, `${JSON.stringify(value, undefined, 2)}\n`, 0o644);
}

async function writeMasters(site: Site): Promise<void> {
  const { domain, lockMasters } = site.options;
  makeUserDirectory(site.user, site.path('lock-masters'));
  for (const { epoch, key } of lockMasters) {
    const master = {
      format: 'sallyport.lock-master/1',
      domain,
      epoch,
      key: Buffer.from(key).toString('base64'),
    };
    await writePrivate(site, join(site.path('lock-masters'), `epoch-${epoch}.json`), JSON.stringify(master));
  }
}

function copyModules(site: Site): void {
  const target = makeUserDirectory(site.user, site.path('modules'));
  for (const folder of [PROSODY_MODULES, join(import.meta.dirname, 'prosody-impostor')]) {
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.lua'))) {
      copyFileSync(join(folder, name), join(target, name));
    }
  }
  for (const file of site.options.extraModules ?? []) copyFileSync(file, join(target, basename(file)));
}

async function writeCertificates(site: Site): Promise<void> {
  const { pki, serverCertificate } = site.options;
  const server = pki.server[serverCertificate ?? 'good'];
  await writePrivate(site, site.path('server.crt'), readFileSync(server.certificate));
  await writePrivate(site, site.path('server.key'), readFileSync(server.key));
  const authorities = [pki.chain, pki.ca.root.crl, pki.ca.id.crl, pki.ca.email.crl];
  await writePrivate(
    site,
    site.path('client-authorities.pem'),
    authorities.map((path) => readFileSync(path, 'utf8')).join('\n'),
  );
}

/** Where Prosody's own storage keeps accounts; a name of plain letters needs no escaping but the domain's dots do. */
async function writePasswords(site: Site, accounts: readonly ProsodyAccount[]): Promise<void> {
  const folder = join(site.path('data'), site.options.domain.replaceAll('.', '%2e'), 'accounts');
  makeUserDirectory(site.user, dirname(folder));
  makeUserDirectory(site.user, folder);
  for (const account of accounts.filter(({ password }) => password !== undefined)) {
    await writePrivate(site, join(folder, `${account.account}.dat`), passwordRecord(account));
  }
}

async function writeSite(site: Site, port: number): Promise<void> {
  const { options, path, user } = site;
  for (const name of ['data', 'run', 'log']) makeUserDirectory(user, path(name));
  copyModules(site);
  await writeMasters(site);
  await writeCertificates(site);
  await replaceTable(site, 'accounts.json', accountsTable(options.domain, options.accounts));
  await replaceTable(site, 'machines.json', machinesTable(options.domain, options.machines));
  if (options.feeds !== undefined)
    await replaceTable(site, 'feeds.json', feedsTable(options.domain, options.feeds));
  await replaceTable(site, 'switch.json', switchTable(options.domain, 1, {}));
  await writePrivate(site, path('groups.txt'), groupsFile(options.domain, options.accounts));
  const lock = options.lock ?? true;
  if (options.signIn === 'password' || options.signIn === 'both')
    await writePasswords(site, options.accounts);
  const config = prosodyConfig({
    domain: options.domain,
    rooms: `conference.${options.domain}`,
    port,
    modules: path('modules'),
    data: path('data'),
    run: path('run'),
    logFile: path('prosody.log'),
    lockModule: lock === 'impostor' ? 'impostor_lock' : lock ? 'sallyport_lock' : undefined,
    lockBindings: options.lockBindings ?? ['tls-exporter'],
    lockMasters: path('lock-masters'),
    lockMachines: path('machines.json'),
    cardAccounts: path('accounts.json'),
    groupsFile: path('groups.txt'),
    feedsFile: options.feeds === undefined ? undefined : path('feeds.json'),
    serverCertificate: path('server.crt'),
    serverKey: path('server.key'),
    clientAuthorities: path('client-authorities.pem'),
    clientCertificate: clientCertificateOf(options),
    authentication: authenticationOf(options),
    passwordTries: options.passwordTries,
    tlsProtocol: options.tls === '1.2' ? 'tlsv1_2' : 'tlsv1_3',
    switchFile: path('switch.json'),
    log: path('log'),
    admins: options.admins ?? [],
    offline: options.offline ?? true,
    fileGate: options.fileGate,
    federation: options.federation,
    extraModules: (options.extraModules ?? []).map((file) => basename(file, '.lua').replace(/^mod_/, '')),
  });
  await writePrivate(site, path('prosody.cfg.lua'), config);
  await writePrivate(site, path('prosody.log'), '');
}

function clientCertificateOf({
  signIn,
  requestClientCertificate,
}: ProsodyOptions): ProsodyValues['clientCertificate'] {
  if (signIn === 'both') return 'wanted';
  return (requestClientCertificate ?? signIn !== 'password') ? 'required' : 'not-asked';
}

function authenticationOf({ signIn, offerExternal = true }: ProsodyOptions): ProsodyValues['authentication'] {
  if (signIn === 'password') return 'sallyport_password';
  if (signIn === 'both') return 'sallyport_both';
  return offerExternal ? 'sallyport_card' : 'internal_hashed';
}

class Server implements ProsodyServer {
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
  #accounts: readonly ProsodyAccount[];
  #machines: readonly ProsodyMachine[];
  #revision = 1;

  constructor(site: Site, port: number) {
    this.#site = site;
    this.port = port;
    this.domain = site.options.domain;
    this.roomService = `conference.${this.domain}`;
    this.logFile = site.path('prosody.log');
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

  async start(): Promise<void> {
    const { user, root, path } = this.#site;
    this.#process ??= await runProsody(user, path('prosody.cfg.lua'), root, this.port);
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

  async setAccounts(accounts: readonly ProsodyAccount[]): Promise<void> {
    this.#accounts = accounts;
    await this.#noted('accounts read from', () =>
      replaceTable(this.#site, 'accounts.json', accountsTable(this.domain, accounts)),
    );
  }

  async setMachines(machines: readonly ProsodyMachine[]): Promise<void> {
    this.#machines = machines;
    await this.#noted('machines read from', () =>
      replaceTable(this.#site, 'machines.json', machinesTable(this.domain, machines)),
    );
  }

  async setSwitch(state: SwitchState): Promise<void> {
    this.#revision = nextRevision(this.switchFile, this.#revision);
    const { domain } = this;
    await this.#noted('switch read from', () =>
      replaceTable(this.#site, 'switch.json', switchTable(domain, this.#revision, state)),
    );
  }

  async setClientAuthorities(pem: string): Promise<void> {
    await this.#noted('tables and keys read again', async () => {
      await writePrivate(this.#site, this.#site.path('client-authorities.pem'), pem);
      if (this.#process !== undefined) process.kill(this.pid, 'SIGHUP');
    });
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
      if (Date.now() > deadline) throw new Error(`Prosody did not log: ${line}`);
      await sleep(50);
    }
  }
}

/**
 * Makes the site's server and starts it.
 *
 * @throws Error with Prosody's output when it does not listen within twenty seconds
 */
export async function startProsody(options: ProsodyOptions): Promise<ProsodyServer> {
  const root = resolve(options.directory);
  const user = ordinaryUser();
  await rm(root, { recursive: true, force: true });
  makeUserDirectory(user, root, 0o755);
  const site: Site = { options, user, root, path: (name) => join(root, name) };
  const port = options.port ?? (await freePort());
  await writeSite(site, port);
  const server = new Server(site, port);
  await server.start();
  return server;
}
