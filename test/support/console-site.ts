/** A throw-away site for tests of the administrators' console: Prosody, file gate, console, and people with cards. */
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import {
  type ConsoleOptions,
  type ConsolePerson,
  type ConsoleServer,
  consoleUser,
  startConsoleServer,
} from '../../build/site/console.ts';
import { type GateSite, startGateSite } from './file-gate-site.ts';
import { DOMAIN, type SoftIdentity, startTestSite, type TestSite, testUser } from './prosody-site.ts';

/** Who works at the console: two of each of those who need a second person, and somebody with a card and no role. */
export const PEOPLE: readonly ConsolePerson[] = [
  { id: 'oakes', name: 'Oakes, O.', role: 'operator', upns: ['1000000101@mil'] },
  { id: 'ortega', name: 'Ortega, P.', role: 'operator', upns: ['1000000102@mil'] },
  { id: 'sato', name: 'Sato, S.', role: 'officer', upns: ['1000000103@mil'] },
  { id: 'silva', name: 'Silva, T.', role: 'officer', upns: ['1000000104@mil'] },
  { id: 'abel', name: 'Abel, A.', role: 'auditor', upns: ['1000000105@mil'] },
];

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The body as JSON. */
  json<T = Record<string, unknown>>(): T;
}

export interface Ask {
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The session's name; none by default. */
  readonly session?: string | undefined;
  readonly raw?: string;
}

/** Somebody's connection to the console, with a session. */
export interface Seat {
  readonly session: string;
  ask(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Reply>;
}

export interface ConsoleBeside {
  readonly console: ConsoleServer;
  identity(account: string): SoftIdentity;
  /** One request with this card, on a connection of its own. */
  ask(identity: SoftIdentity | undefined, ask: Ask): Promise<Reply>;
  /** A session of somebody of {@link PEOPLE}. */
  seat(id: string): Promise<Seat>;
  /** The console's own audit log so far. */
  audit(): readonly Readonly<Record<string, unknown>>[];
  stop(): Promise<void>;
}

export interface ConsoleSite extends ConsoleBeside {
  readonly xmpp: TestSite;
  readonly gate: GateSite;
}

function call(port: number, ca: string, identity: SoftIdentity | undefined, ask: Ask): Promise<Reply> {
  const { method = 'GET', path, body, headers = {}, session, raw } = ask;
  const data = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const agent = new Agent({ keepAlive: false, maxCachedSessions: 0 });
  return new Promise((done, failed) => {
    const outgoing = request(
      {
        host: 'localhost',
        port,
        method,
        path,
        ca,
        agent,
        ...(identity === undefined ? {} : { cert: identity.certificate, key: identity.key }),
        headers: {
          ...(data === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(data) }),
          ...(session === undefined ? {} : { 'sallyport-session': session }),
          ...headers,
        },
      },
      (response) => {
        const parts: Buffer[] = [];
        // Events have no end: the first will do.
        const endless = response.headers['content-type'] === 'text/event-stream';
        response.on('data', (chunk: Buffer) => {
          parts.push(chunk);
          if (endless) response.destroy();
        });
        response.once('error', (error) => (endless ? undefined : failed(error)));
        response.once('close', () => {
          const all = Buffer.concat(parts);
          done({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: all,
            json: () => JSON.parse(all.toString('utf8')),
          });
        });
      },
    );
    outgoing.once('error', failed);
    outgoing.end(data);
  });
}

/** The cards of {@link PEOPLE}, for a site's PKI. */
export const STAFF = PEOPLE.map(({ id }, index) => consoleUser(id, 101 + index, DOMAIN));

/** A console beside the server of a site whose PKI has the cards of {@link STAFF}. */
export async function startConsoleBeside(
  xmpp: TestSite,
  changes: Partial<ConsoleOptions> = {},
): Promise<ConsoleBeside> {
  const console = await startConsoleServer({
    directory: join(xmpp.directory, 'console'),
    pki: xmpp.pki,
    server: xmpp.server,
    people: PEOPLE,
    ...changes,
  });
  const ca = readFileSync(xmpp.pki.ca.root.certificate, 'utf8');
  const ask: ConsoleBeside['ask'] = (identity, what) => call(console.port, ca, identity, what);
  return {
    console,
    identity: (account) => xmpp.card(account),
    ask,
    seat: async (id) => {
      const identity = xmpp.card(id);
      const started = await ask(identity, { method: 'POST', path: '/api/session' });
      if (started.status !== 200) throw new Error(started.body.toString());
      const { token } = started.json<{ token: string }>();
      return {
        session: token,
        ask: (method, path, body, headers = {}) =>
          ask(identity, { method, path, body, headers, session: token }),
      };
    },
    audit: () => {
      const day = new Date().toISOString().slice(0, 10);
      return readFileSync(join(xmpp.server.logDirectory, `console-${day}.ndjson`), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line));
    },
    stop: () => console.stop(),
  };
}

/** @param epochs of the lock whose master keys the server has */
export async function startConsoleSite(
  changes: Partial<ConsoleOptions> = {},
  epochs: readonly number[] = [1],
): Promise<ConsoleSite> {
  const xmpp = await startTestSite({
    users: [
      testUser('alice', 1),
      testUser('bob', 2),
      ...STAFF,
      consoleUser('nemo', 106, DOMAIN),
      { ...consoleUser('rex', 107, DOMAIN), state: 'revoked' },
    ],
    epochs,
    prosody: {
      accounts: [
        { account: 'alice', upn: '1000000001@mil' },
        { account: 'bob', upn: '1000000002@mil' },
      ],
      machines: [{ kid: 'WS-1' }, { kid: 'WS-2' }],
    },
  });
  const gate = await startGateSite({ pki: xmpp.pki });
  const beside = await startConsoleBeside(xmpp, {
    gateSocket: join(gate.directory, 'gate/run/admin.sock'),
    ...changes,
  });
  return {
    ...beside,
    xmpp,
    gate,
    stop: async () => {
      await beside.stop();
      await gate.stop();
      await xmpp.stop();
    },
  };
}
