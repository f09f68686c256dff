/** The file gate behind the real servers: slots that Prosody and ejabberd sign, for the people whom they signed in. */
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clamd, startClamd } from '../../build/site/clamd.ts';
import { type FileGate, startFileGate } from '../../build/site/file-gate.ts';
import { freePort } from '../../build/site/prosody-process.ts';
import type { LockBinding } from '../../src/lock/index.ts';
import { BINDING, startEjabberdSite } from '../support/ejabberd-site.ts';
import { DOMAIN, startTestSite, type TestSite, testUser } from '../support/prosody-site.ts';
import type { RawXmpp } from '../support/raw-xmpp.ts';

const SECRET = 'slots-of-the-test-site-0123456789abcdef';
const ACCOUNTS = [
  { account: 'alice', upn: '1000000001@mil' },
  { account: 'bob', upn: '1000000002@mil' },
];

const USERS = [testUser('alice', 1), testUser('bob', 2)];
const MACHINES = [{ kid: 'WS-1' }];

let xmpp: TestSite;
let clamd: Clamd;
let gate: FileGate;
let alice: RawXmpp;

async function startProsodySite(baseUrl: string): Promise<TestSite> {
  const prosody = { accounts: ACCOUNTS, machines: MACHINES, fileGate: { baseUrl, secret: SECRET } };
  return startTestSite({ users: USERS, epochs: [1], prosody });
}

async function startEjabberd(baseUrl: string): Promise<TestSite> {
  const ejabberd = { accounts: ACCOUNTS, machines: MACHINES, fileGate: { baseUrl, secret: SECRET } };
  return startEjabberdSite({ users: USERS, epochs: [1], ejabberd });
}

async function start(server: (baseUrl: string) => Promise<TestSite>, binding: LockBinding): Promise<void> {
  const port = await freePort();
  xmpp = await server(`https://localhost:${port}/`);
  clamd = await startClamd({ directory: join(xmpp.directory, 'clamd') });
  gate = await startFileGate({
    directory: join(xmpp.directory, 'gate'),
    pki: xmpp.pki,
    accounts: ACCOUNTS,
    secret: SECRET,
    clamd,
    port,
    config: { slots: { hmacOwner: 'path-sha1' } },
  });
  alice = await xmpp.connect(xmpp.card('alice'));
  await alice.passLock(xmpp.machine('WS-1', 1), binding);
  expect(await alice.external(`alice@${DOMAIN}`)).toContain('<success');
  await alice.bind('desk');
}

async function stop(): Promise<void> {
  await gate?.stop();
  await clamd?.stop();
  await xmpp?.stop();
}

interface Slot {
  readonly put: URL;
  readonly get: URL;
  /** What the server says that the upload has to carry. */
  readonly headers: Readonly<Record<string, string>>;
}

function plain(text: string): string {
  return text.replaceAll('&amp;', '&').replaceAll('&apos;', "'").replaceAll('&quot;', '"');
}

let requests = 0;

async function slotFor(filename: string, size: number, type: string): Promise<Slot> {
  const id = `slot${++requests}`;
  const name = filename.replaceAll('&', '&amp;').replaceAll("'", '&apos;');
  alice.send(
    `<iq type='get' to='upload.${DOMAIN}' id='${id}'><request xmlns='urn:xmpp:http:upload:0' filename='${name}' size='${size}' content-type='${type}'/></iq>`,
  );
  const answer = await alice.take(new RegExp(`<iq [^>]*id='${id}'.*?</iq>`, 's'));
  const value = (pattern: RegExp) => plain(pattern.exec(answer)?.[1] ?? '');
  const authorization = value(/<header name='Authorization'>([^<]*)</);
  return {
    put: new URL(value(/<put [^>]*url='([^']*)'/)),
    get: new URL(value(/<get [^>]*url='([^']*)'/)),
    headers: authorization === '' ? {} : { authorization },
  };
}

function call(
  method: string,
  url: URL,
  account: string,
  headers: Record<string, string | number> = {},
  body?: Buffer,
): Promise<{ status: number; disposition: string; body: string }> {
  const { certificate, key } = xmpp.card(account);
  const ca = readFileSync(xmpp.pki.ca.root.certificate);
  return new Promise((done, failed) => {
    const outgoing = request(
      url,
      { method, headers, ca, cert: certificate, key, agent: false },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (chunk: Buffer) => parts.push(chunk));
        response.once('end', () =>
          done({
            status: response.statusCode ?? 0,
            disposition: response.headers['content-disposition'] ?? '',
            body: Buffer.concat(parts).toString(),
          }),
        );
      },
    );
    outgoing.once('error', failed);
    outgoing.end(body);
  });
}

async function settled(url: URL): Promise<{ status: number; disposition: string; body: string }> {
  for (;;) {
    const answer = await call('GET', url, 'bob');
    // 503: the scanner is slower to come up than the server, and the file waits for it.
    if (answer.status !== 202 && answer.status !== 503) return answer;
    await sleep(50);
  }
}

describe.each([
  ['Prosody', startProsodySite, 'tls-exporter', 413],
  ['ejabberd', startEjabberd, BINDING, 403],
] as const)('a slot of %s', (_name, server, binding, otherSize) => {
  beforeAll(() => start(server, binding));
  afterAll(stop);

  const body = Buffer.from('all quiet on the western front\n');

  it.each(['report.txt', 'Bericht über 50% & "alles".txt', "d'été (1).txt", '日報.txt', 'a+b;c,d=e.txt'])(
    'takes %s from alice to bob',
    async (name) => {
      const slot = await slotFor(name, body.length, 'text/plain');
      expect(slot.put.host).toBe(`localhost:${gate.port}`);
      const headers = {
        ...slot.headers,
        'content-type': 'text/plain',
        'content-length': body.length,
      };
      expect((await call('PUT', slot.put, 'bob', headers, body)).status).toBe(403);
      expect((await call('PUT', slot.put, 'alice', headers, body)).status).toBe(201);
      expect((await call('PUT', slot.put, 'alice', headers, body)).status).toBe(409);
      const got = await settled(slot.get);
      expect([got.status, got.body]).toEqual([200, body.toString()]);
      expect(got.disposition).toMatch(/^attachment; /);
    },
  );

  it('is none for another size', async () => {
    const slot = await slotFor('a.txt', body.length - 1, 'text/plain');
    const headers = { ...slot.headers, 'content-type': 'text/plain', 'content-length': body.length };
    expect((await call('PUT', slot.put, 'alice', headers, body)).status).toBe(otherSize);
  });
});
