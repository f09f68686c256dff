/**
 * The throw-away site's audit collector: Debian's rsyslog as an ordinary user, taking syslog over mutual TLS (RFC 5425)
 * on a free port of the loopback, into one file.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { atExit } from '../lib/at-exit.ts';
import {
  asUser,
  makeUserDirectory,
  type OrdinaryUser,
  ordinaryUser,
  userEnvironment,
} from '../lib/ordinary-user.ts';
import type { Pki } from './pki.ts';
import { freePort } from './prosody-process.ts';

export interface CollectorOptions {
  /** Emptied and filled. */
  readonly directory: string;
  readonly pki: Pki;
}

export interface Collector {
  /** The name in its certificate. */
  readonly host: 'localhost';
  readonly port: number;
  /** PEM file of its certificate. */
  readonly certificate: string;
  /** The messages as they came, one a row. */
  received(): readonly string[];
  /** Starts it again after `stop`, on the same port. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const START_MS = 10_000;
const STOP_MS = 5_000;

/** rsyslog 8: RainerScript. The message is written alone, as the client's log has it. */
function configuration(root: string, port: number): string {
  return `global(
  workDirectory="${root}"
  maxMessageSize="256k"
  DefaultNetstreamDriver="ossl"
  DefaultNetstreamDriverCAFile="${root}/authorities.pem"
  DefaultNetstreamDriverCertFile="${root}/collector.crt"
  DefaultNetstreamDriverKeyFile="${root}/collector.key"
  parser.escapeControlCharactersOnReceive="off"
)
module(load="imtcp" StreamDriver.Name="ossl" StreamDriver.Mode="1" StreamDriver.AuthMode="x509/certvalid")
template(name="alone" type="string" string="%msg%\\n")
input(type="imtcp" address="127.0.0.1" port="${port}" ruleset="audit")
ruleset(name="audit") {
  action(type="omfile" file="${root}/received.jsonl" template="alone" fileCreateMode="0600" asyncWriting="off")
}
`;
}

function listens(port: number): Promise<boolean> {
  return new Promise((done) => {
    const connection = connect(port, '127.0.0.1');
    connection.once('connect', () => {
      connection.destroy();
      done(true);
    });
    connection.once('error', () => done(false));
  });
}

class Rsyslog implements Collector {
  readonly host = 'localhost';
  readonly port: number;
  readonly certificate: string;
  readonly #root: string;
  readonly #user: OrdinaryUser;
  #process: { readonly child: ChildProcess; readonly gone: Promise<void> } | undefined;
  #output = '';

  constructor(root: string, user: OrdinaryUser, port: number, certificate: string) {
    this.#root = root;
    this.#user = user;
    this.port = port;
    this.certificate = certificate;
  }

  received(): readonly string[] {
    const path = join(this.#root, 'received.jsonl');
    if (!existsSync(path)) return [];
    return readFileSync(path, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((row) => row.slice(Math.max(0, row.indexOf('{'))));
  }

  async start(): Promise<void> {
    if (this.#process !== undefined) return;
    const { command, args } = asUser(this.#user, 'rsyslogd', [
      ...['-n', '-C', '-f', join(this.#root, 'rsyslog.conf'), '-i', join(this.#root, 'rsyslog.pid')],
    ]);
    const child = spawn(command, [...args], {
      cwd: this.#root,
      env: userEnvironment(this.#user),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const gone = new Promise<void>((end) => child.once('exit', () => end()));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data) => {
        this.#output = `${this.#output}${data}`.slice(-8_192);
      });
    }
    void gone.then(atExit(() => child.kill('SIGKILL')));
    this.#process = { child, gone };
    for (const end = Date.now() + START_MS; !(await listens(this.port)); await sleep(50)) {
      if (Date.now() < end && child.exitCode === null) continue;
      await this.stop();
      throw new Error(`rsyslog did not start: ${this.#output}`);
    }
  }

  async stop(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (running === undefined || running.child.exitCode !== null) return;
    running.child.kill('SIGTERM');
    await Promise.race([running.gone, sleep(STOP_MS, undefined, { ref: false })]);
    running.child.kill('SIGKILL');
    await running.gone;
  }
}

/** Starts the collector; it ends with `stop` or with this process. */
export async function startCollector({ directory, pki }: CollectorOptions): Promise<Collector> {
  const user = ordinaryUser();
  await rm(directory, { recursive: true, force: true });
  const root = resolve(makeUserDirectory(user, directory));
  const port = await freePort();
  const { certificate, key } = pki.server.good;
  const files = {
    'collector.crt': readFileSync(certificate),
    'collector.key': readFileSync(key),
    'authorities.pem': readFileSync(pki.chain),
    'rsyslog.conf': configuration(root, port),
  };
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(root, name), content, { mode: 0o600 });
    if (user.dropped) chownSync(join(root, name), user.uid, user.gid);
  }
  const collector = new Rsyslog(root, user, port, certificate);
  await collector.start();
  return collector;
}
