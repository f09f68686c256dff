/** The throw-away site's administrators' console: server/console on a free port of the loopback, as an ordinary user. */
import { execFile } from 'node:child_process';
import { chownSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { bundleConsole } from '../lib/console-bundle.mjs';
import {
  asUser,
  makeUserDirectory,
  type OrdinaryUser,
  ordinaryUser,
  userEnvironment,
} from '../lib/ordinary-user.ts';
import type { CardUser, Pki } from './pki.ts';
import type { ProsodyServer } from './prosody.ts';
import { freePort } from './prosody-process.ts';
import { RestartableServer, type ServerProgram } from './server-process.ts';

export interface ConsolePerson {
  readonly id: string;
  readonly name: string;
  readonly role: 'operator' | 'officer' | 'auditor';
  readonly upns: readonly string[];
}

export interface ConsoleOptions {
  /** Emptied and filled. */
  readonly directory: string;
  readonly pki: Pki;
  /** The XMPP server that it stands beside. */
  readonly server: ProsodyServer;
  readonly engine?: 'prosody' | 'ejabberd';
  readonly people: readonly ConsolePerson[];
  /** The file gate's administrators' socket. */
  readonly gateSocket?: string;
  /** A free one by default. */
  readonly port?: number;
  /** Members of the console's configuration, and of the kit's settings, to replace or add. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly settings?: Readonly<Record<string, unknown>>;
}

export interface ConsoleServer {
  /** What an administrator types; no slash at the end. */
  readonly origin: string;
  readonly port: number;
  readonly configFile: string;
  readonly program: string;
  /** The program of the command line. */
  readonly admin: string;
  readonly pid: number;
  output(): string;
  /** Replaces the table of administrators. */
  setPeople(people: readonly ConsolePerson[]): void;
  /** Runs `sallyport-console` with these arguments and its configuration. */
  run(
    ...args: readonly string[]
  ): Promise<{ readonly code: number; readonly out: string; readonly err: string }>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const START_MS = 20_000;
const STOP_MS = 10_000;
const OUTPUT_LIMIT = 16 * 1024;

/** Somebody with a card who works at the console. */
export function consoleUser(account: string, number: number, domain: string): CardUser {
  const edipi = String(1_000_000_000 + number);
  return {
    account,
    commonName: `${account.toUpperCase()}.TEST.A.${edipi}`,
    edipi,
    upn: `${edipi}@mil`,
    email: `${account}@${domain}`,
    keyType: 'p256',
  };
}

function table(people: readonly ConsolePerson[]): string {
  return JSON.stringify({ format: 'sallyport.administrators/1', administrators: people }, undefined, 2);
}

/** Writes everything that the console reads. */
function writeSite(options: ConsoleOptions, user: OrdinaryUser, root: string, port: number): void {
  const path = (name: string) => join(root, name);
  const write = (name: string, data: string) => {
    writeFileSync(path(name), data, { mode: 0o600 });
    if (user.dropped) chownSync(path(name), user.uid, user.gid);
  };
  const { pki, server, engine = 'prosody' } = options;
  const { certificate, key } = pki.server.good;
  write('server.crt', readFileSync(certificate, 'utf8'));
  write('server.key', readFileSync(key, 'utf8'));
  write('client-authorities.pem', readFileSync(pki.chain, 'utf8'));
  const crls = [pki.ca.root.crl, pki.ca.id.crl, pki.ca.email.crl];
  write('crls.pem', crls.map((file) => readFileSync(file, 'utf8')).join('\n'));
  write('administrators.json', table(options.people));
  const site = dirname(server.logDirectory);
  const settings = {
    format: 'sallyport.server/1',
    engine,
    domain: server.domain,
    switch: server.switchFile,
    accounts: join(site, 'accounts.json'),
    machines: join(site, 'machines.json'),
    log: server.logDirectory,
    pidFile: join(site, engine === 'prosody' ? 'run/prosody.pid' : 'home/ejabberd.pid'),
    certificate: server.certificate,
    clientAuthorities: join(site, 'client-authorities.pem'),
    backup: [],
    retention: { messageDays: 30, auditDays: 365 },
    ...options.settings,
  };
  write('server.json', JSON.stringify(settings, undefined, 2));
  const config = {
    format: 'sallyport.console/1',
    listen: { host: '127.0.0.1', port },
    origin: `https://localhost:${port}`,
    stateDirectory: path('state'),
    tls: {
      certificate: path('server.crt'),
      key: path('server.key'),
      clientAuthorities: path('client-authorities.pem'),
      crls: path('crls.pem'),
    },
    administrators: path('administrators.json'),
    server: path('server.json'),
    ...(options.gateSocket === undefined ? {} : { gateSocket: options.gateSocket }),
    reloadSeconds: 1,
    ...options.config,
  };
  write('config.json', JSON.stringify(config, undefined, 2));
}

class ConsoleProcess implements ConsoleServer {
  readonly origin: string;
  readonly port: number;
  readonly configFile: string;
  readonly program: string;
  readonly admin: string;
  readonly #user: OrdinaryUser;
  readonly #root: string;
  readonly #server: RestartableServer;
  #output = '';

  constructor(
    user: OrdinaryUser,
    root: string,
    { program, admin }: { readonly program: string; readonly admin: string },
    port: number,
  ) {
    this.#user = user;
    this.#root = root;
    this.program = program;
    this.admin = admin;
    this.port = port;
    this.origin = `https://localhost:${port}`;
    this.configFile = join(root, 'config.json');
    this.#server = new RestartableServer(
      () => this.#serve(),
      ({ output }) => output.includes('listening'),
    );
  }

  get pid(): number {
    return this.#server.pid;
  }

  output(): string {
    return this.#output;
  }

  setPeople(people: readonly ConsolePerson[]): void {
    writeFileSync(join(this.#root, 'administrators.json'), table(people));
  }

  run(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
    const words = [this.program, ...args, '--config', this.configFile];
    const line = asUser(this.#user, process.execPath, words);
    return new Promise((done) => {
      execFile(line.command, [...line.args], { env: userEnvironment(this.#user) }, (error, out, err) =>
        done({ code: error === null ? 0 : Number(error.code ?? -1), out, err }),
      );
    });
  }

  start(): Promise<void> {
    return this.#server.start();
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  #serve(): ServerProgram {
    const words = [this.program, 'serve', '--config', this.configFile];
    return {
      name: 'the console',
      ...asUser(this.#user, process.execPath, words),
      cwd: this.#root,
      env: userEnvironment(this.#user),
      startMs: START_MS,
      stopMs: STOP_MS,
      print: (text) => {
        this.#output = (this.#output + text).slice(-OUTPUT_LIMIT);
      },
    };
  }
}

/**
 * Makes the site's console and starts it.
 *
 * @throws Error with its output when it does not listen within twenty seconds
 */
export async function startConsoleServer(options: ConsoleOptions): Promise<ConsoleServer> {
  const root = resolve(options.directory);
  const user = ordinaryUser();
  await rm(root, { recursive: true, force: true });
  makeUserDirectory(user, root, 0o755);
  makeUserDirectory(user, join(root, 'state'));
  const programs = await bundleConsole(join(root, 'program'));
  const port = options.port ?? (await freePort());
  writeSite(options, user, root, port);
  const server = new ConsoleProcess(user, root, programs, port);
  await server.start();
  return server;
}
