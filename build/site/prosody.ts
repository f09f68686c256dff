/**
 * The throw-away site's XMPP server: Debian's Prosody with the kit of server/prosody, on a free port of the loopback, as
 * an ordinary user. Tests can also ask for one that is set up wrongly in one way.
 */
import { chownSync, copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LockBinding } from '../../src/lock/index.ts';
import { writeFileAtomically } from '../../src/platform/atomic-file.ts';
import { makeUserDirectory, type OrdinaryUser, ordinaryUser } from '../lib/ordinary-user.ts';
import type { Pki, ServerVariant } from './pki.ts';
import { PROSODY_MODULES, prosodyConfig } from './prosody-config.ts';
import { freePort, type ProsodyProcess, runProsody } from './prosody-process.ts';

export interface ProsodyAccount {
  readonly account: string;
  /** User principal names of the cards that belong to the account. */
  readonly upn?: string;
  /** What others' contact lists show; the account by default. */
  readonly name?: string;
  readonly disabled?: boolean;
  readonly xmppAddr?: string;
  /** Base64 of the SHA-256 of the certificate's SubjectPublicKeyInfo. */
  readonly spkiSha256?: string;
}

export interface ProsodyMachine {
  readonly kid: string;
  readonly revoked?: boolean;
  /** Accounts that may sign in from it; all without. */
  readonly users?: readonly string[];
}

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
  readonly serverCertificate?: ServerVariant;
  /** 1.3 by default; 1.2 is 1.2 only. */
  readonly tls?: '1.2' | '1.3';
}

export interface ProsodyServer {
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly domain: string;
  readonly roomService: string;
  readonly logFile: string;
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

function accountsTable(domain: string, accounts: readonly ProsodyAccount[]): unknown {
  return {
    format: 'sallyport.card-accounts/1',
    domain,
    accounts: accounts.map(({ account, upn, xmppAddr, spkiSha256, disabled }) => ({
      account,
      disabled: disabled ?? false,
      upns: upn === undefined ? [] : [upn],
      xmppAddrs: xmppAddr === undefined ? [] : [xmppAddr],
      spkiSha256: spkiSha256 === undefined ? [] : [spkiSha256],
    })),
  };
}

function machinesTable(domain: string, machines: readonly ProsodyMachine[]): unknown {
  return {
    format: 'sallyport.machines/1',
    domain,
    machines: machines.map(({ kid, revoked, users }) => ({ kid, revoked: revoked ?? false, users })),
  };
}

/** mod_groups' file: everybody in one group, and so in everybody's contact list. */
function groupsFile(domain: string, accounts: readonly ProsodyAccount[]): string {
  const lines = accounts.map(({ account, name }) => `${account}@${domain}=${name ?? account}`);
  return `[Analysts]\n${lines.join('\n')}\n`;
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

async function writeSite(site: Site, port: number): Promise<void> {
  const { options, path, user } = site;
  for (const name of ['data', 'run']) makeUserDirectory(user, path(name));
  copyModules(site);
  await writeMasters(site);
  await writeCertificates(site);
  await replaceTable(site, 'accounts.json', accountsTable(options.domain, options.accounts));
  await replaceTable(site, 'machines.json', machinesTable(options.domain, options.machines));
  await writePrivate(site, path('groups.txt'), groupsFile(options.domain, options.accounts));
  const lock = options.lock ?? true;
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
    serverCertificate: path('server.crt'),
    serverKey: path('server.key'),
    clientAuthorities: path('client-authorities.pem'),
    clientCertificate: (options.requestClientCertificate ?? true) ? 'required' : 'not-asked',
    authentication: (options.offerExternal ?? true) ? 'sallyport_card' : 'internal_hashed',
    tlsProtocol: options.tls === '1.2' ? 'tlsv1_2' : 'tlsv1_3',
  });
  await writePrivate(site, path('prosody.cfg.lua'), config);
  await writePrivate(site, path('prosody.log'), '');
}

class Server implements ProsodyServer {
  readonly host = '127.0.0.1';
  readonly port: number;
  readonly domain: string;
  readonly roomService: string;
  readonly logFile: string;
  readonly certificate: string;
  readonly #site: Site;
  #process: ProsodyProcess | undefined;
  #accounts: readonly ProsodyAccount[];
  #machines: readonly ProsodyMachine[];

  constructor(site: Site, port: number) {
    this.#site = site;
    this.port = port;
    this.domain = site.options.domain;
    this.roomService = `conference.${this.domain}`;
    this.logFile = site.path('prosody.log');
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
