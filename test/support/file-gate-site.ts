/** A throw-away file gate for tests: a PKI, a clamd, the gate, and people who send and fetch with their cards. */
import { execFileSync } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { type Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clamd, startClamd } from '../../build/site/clamd.ts';
import { type FileGate, type FileGateOptions, startFileGate } from '../../build/site/file-gate.ts';
import { makePki, type Pki } from '../../build/site/pki.ts';
import type { Slot as CardSlot } from '../../build/site/pki-card.ts';
import { DOMAIN, type SoftIdentity, testUser } from './prosody-site.ts';

export const GATE_ACCOUNTS = [
  { account: 'alice', upn: '1000000001@mil' },
  { account: 'bob', upn: '1000000002@mil' },
] as const;
export const ALICE = `alice@${DOMAIN}`;

/** An HTTP answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Call {
  readonly method: string;
  /** Request target. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: Uint8Array;
  readonly as?: SoftIdentity | undefined;
  readonly agent?: Agent;
}

export interface SlotChanges {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly secret?: string;
  readonly slot?: string;
}

/** What the XMPP server gives for an upload: where to, and with what headers. */
export interface Ticket {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface GateSite {
  readonly directory: string;
  readonly secret: string;
  readonly pki: Pki;
  readonly clamd: Clamd;
  readonly gate: FileGate;
  /** A key and certificate of an account's card; those for authentication (9A) by default. */
  card(account: string, slot?: CardSlot): SoftIdentity;
  /** A slot of Prosody's mod_http_file_share for alice. */
  ticket(
    file: { readonly name: string; readonly size: number; readonly type: string },
    changes?: SlotChanges,
  ): Ticket;
  call(options: Call): Promise<Answer>;
  /** Uploads as alice; returns the path and the answer. */
  upload(
    name: string,
    type: string,
    body: Uint8Array,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ readonly path: string; readonly answer: Answer }>;
  /** Asks as bob until the file is judged. */
  settled(path: string): Promise<Answer>;
  /** Files below the gate's folders that hold content. */
  files(folder: 'incoming' | 'scanning' | 'quarantine' | 'released' | 'work'): readonly string[];
  stop(): Promise<void>;
}

const SETTLE_MS = 30_000;
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

export type GateSiteOptions = Partial<Pick<FileGateOptions, 'config' | 'fileSizeLimit'>> & {
  readonly streamBytes?: number;
  /** Another site's, with cards of alice and bob; one of its own without. */
  readonly pki?: Pki;
};

export async function startGateSite(options: GateSiteOptions = {}): Promise<GateSite> {
  const { streamBytes, pki: given, ...gateOptions } = options;
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-gate-'));
  execFileSync('chmod', ['755', directory]);
  const secret = randomBytes(32).toString('base64url');
  const users = [
    testUser('alice', 1),
    testUser('bob', 2),
    testUser('eve', 3),
    testUser('rex', 4, { state: 'revoked' }),
  ];
  const pki = given ?? (await makePki({ directory: join(directory, 'pki'), domain: DOMAIN, users }));
  const clamd = await startClamd({
    directory: join(directory, 'clamd'),
    ...(streamBytes === undefined ? {} : { streamBytes }),
  });
  const gate = await startFileGate({
    directory: join(directory, 'gate'),
    pki,
    accounts: GATE_ACCOUNTS,
    secret,
    clamd,
    ...gateOptions,
  });
  const ca = readFileSync(pki.ca.root.certificate, 'utf8');

  const card: GateSite['card'] = (account, slot = '9a') => {
    const files = pki.cards[account]?.slots[slot];
    if (files === undefined) throw new Error(`no card of ${account}`);
    return { certificate: readFileSync(files.certificate, 'utf8'), key: readFileSync(files.key, 'utf8') };
  };
  const alice = card('alice');
  const bob = card('bob');

  const ticket: GateSite['ticket'] = ({ name, size, type }, changes = {}) => {
    const now = Math.floor(Date.now() / 1000);
    const slot = changes.slot ?? randomBytes(12).toString('base64url');
    const claims = {
      sub: ALICE,
      iat: now,
      exp: now + 300,
      slot,
      filename: name,
      filesize: size,
      filetype: type,
    };
    const signed = `${base64url(changes.header ?? { alg: 'HS256', typ: 'JWT' })}.${base64url({ ...claims, ...changes.claims })}`;
    const signature = createHmac('sha256', changes.secret ?? secret)
      .update(signed)
      .digest('base64url');
    return {
      path: `/${slot}/${encodeURIComponent(name)}`,
      headers: { authorization: `Bearer ${signed}.${signature}`, 'content-type': type },
    };
  };

  const call: GateSite['call'] = ({ method, path, headers = {}, body, as, agent }) =>
    new Promise((done, failed) => {
      const outgoing = request(
        {
          host: 'localhost',
          port: gate.port,
          method,
          path,
          headers,
          ca,
          agent: agent ?? false,
          ...(as === undefined ? {} : { cert: as.certificate, key: as.key }),
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (chunk: Buffer) => parts.push(chunk));
          response.once('error', failed);
          response.once('end', () =>
            done({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
          );
        },
      );
      outgoing.once('error', failed);
      outgoing.end(body);
    });

  return {
    directory,
    secret,
    pki,
    clamd,
    gate,
    card,
    ticket,
    call,
    upload: async (name, type, body, headers = {}) => {
      const { path, headers: signed } = ticket({ name, size: body.length, type });
      const all = { ...signed, ...headers, 'content-length': body.length };
      return { path, answer: await call({ method: 'PUT', path, headers: all, body, as: alice }) };
    },
    settled: async (path) => {
      const deadline = Date.now() + SETTLE_MS;
      for (;;) {
        const answer = await call({ method: 'GET', path, as: bob });
        if (answer.status !== 202 && answer.status !== 503) return answer;
        if (Date.now() > deadline) throw new Error('the file was not judged');
        await sleep(50);
      }
    },
    files: (folder) => readdirSync(join(gate.state, folder)),
    stop: async () => {
      await gate.stop();
      await clamd.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The `code` of a refusal's problem details. */
export function codeOf({ body }: Answer): unknown {
  return body.length === 0 ? undefined : (JSON.parse(body.toString('utf8')) as { code?: unknown }).code;
}
