/** Who may do what at the file gate: cards, slots, addresses, and HTTP that means to be read in two ways. */
import { createHash, createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeCrl } from '../../build/site/pki-authority.ts';
import {
  ALICE,
  codeOf,
  GATE_ACCOUNTS,
  type GateSite,
  type SlotChanges,
  startGateSite,
} from '../support/file-gate-site.ts';
import { issueCertificate, type SoftIdentity } from '../support/prosody-site.ts';

const FILE = { name: 'a.txt', size: 5, type: 'text/plain' };
const BODY = Buffer.from('hello');

let site: GateSite;
beforeAll(async () => {
  site = await startGateSite();
});
afterAll(async () => site.stop());

/** Uploads as alice with a slot that differs from a good one; status and code. */
async function put(changes: SlotChanges, headers: Record<string, string | number> = {}): Promise<unknown> {
  const ticket = site.ticket(FILE, changes);
  const answer = await site.call({
    method: 'PUT',
    path: ticket.path,
    headers: { ...ticket.headers, 'content-length': 5, ...headers },
    body: BODY,
    as: site.card('alice'),
  });
  return [answer.status, codeOf(answer)];
}

/** Sends bytes as they are over TLS; everything that comes back until the gate closes or has nothing more to say. */
async function raw(bytes: string, as: SoftIdentity = site.card('alice')): Promise<string> {
  const socket: TLSSocket = connect({
    host: '127.0.0.1',
    port: site.gate.port,
    servername: 'localhost',
    ca: readFileSync(site.pki.ca.root.certificate),
    cert: as.certificate,
    key: as.key,
  });
  let received = '';
  return new Promise((done) => {
    const giveUp = setTimeout(() => socket.destroy(), 10_000);
    let silence: NodeJS.Timeout | undefined;
    socket.on('data', (chunk: Buffer) => {
      clearTimeout(silence);
      silence = setTimeout(() => socket.destroy(), 1000);
      received += chunk.toString('latin1');
    });
    socket.once('error', () => undefined);
    socket.once('close', () => {
      clearTimeout(giveUp);
      clearTimeout(silence);
      done(received);
    });
    socket.write(bytes, 'latin1');
  });
}

describe('cards', () => {
  const get = (as: SoftIdentity | undefined) => site.call({ method: 'GET', path: '/slotslot/a.txt', as });

  it('without a certificate, with a foreign, expired or revoked one, or one for servers, TLS ends', async () => {
    const { other, id } = site.pki.ca;
    const foreign = issueCertificate(site.directory, {
      commonName: 'foreign',
      by: other,
      subjectAltName: 'otherName:1.3.6.1.4.1.311.20.2.3;UTF8:1000000001@mil',
    });
    const server = issueCertificate(site.directory, {
      commonName: 'server',
      by: id,
      extendedKeyUsage: 'serverAuth',
    });
    const self = issueCertificate(site.directory, { commonName: 'self' });
    for (const identity of [undefined, foreign, server, self, site.card('rex'), site.card('alice', '9e')])
      await expect(get(identity)).rejects.toThrow();
  });

  it('without an account fetch and send nothing', async () => {
    const eve = await get(site.card('eve'));
    expect([eve.status, codeOf(eve)]).toEqual([403, 'no-account']);
  });

  it('of another person cannot use a slot', async () => {
    const { path, headers } = site.ticket(FILE);
    const call = { method: 'PUT', path, headers: { ...headers, 'content-length': 5 }, body: BODY };
    const bob = await site.call({ ...call, as: site.card('bob') });
    expect([bob.status, codeOf(bob)]).toEqual([403, 'wrong-sender']);
    expect((await site.call({ ...call, as: site.card('alice') })).status).toBe(201);
  });

  it('of a disabled account are refused at the next request of a live connection', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = () => site.call({ method: 'GET', path: '/slotslot/a.txt', as: site.card('bob'), agent });
    try {
      expect((await ask()).status).toBe(404);
      await site.gate.setAccounts(
        GATE_ACCOUNTS.map((each) => ({ ...each, disabled: each.account === 'bob' })),
      );
      expect((await ask()).status).toBe(403);
      await site.gate.setAccounts(GATE_ACCOUNTS);
      expect((await ask()).status).toBe(404);
    } finally {
      agent.destroy();
    }
  });

  it('that are switched off, alone or with everybody, are out until they are switched on', async () => {
    const asked = async () =>
      Promise.all(['alice', 'bob'].map(async (name) => (await get(site.card(name))).status));
    await site.gate.setSwitch({ users: ['bob'] });
    expect(await asked()).toEqual([404, 403]);
    await site.gate.setSwitch({ service: 'off' });
    expect(await asked()).toEqual([403, 403]);
    await site.gate.setSwitch({});
    expect(await asked()).toEqual([404, 404]);
  });

  it('stay known when the table of accounts is replaced by a broken one', async () => {
    const path = join(site.gate.state, '..', 'accounts.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('1000000002@mil', '1000000001@mil'));
    while (!site.gate.log().some(({ event }) => event === 'reload-failed')) await sleep(100);
    expect((await get(site.card('alice'))).status).toBe(404);
    await site.gate.setAccounts(GATE_ACCOUNTS);
  });

  it('that are revoked while connected are out, and no session is resumed past the CRL', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1, maxCachedSessions: 10 });
    const ask = () => site.call({ method: 'GET', path: '/slotslot/a.txt', as: site.card('bob'), agent });
    const bob = site.pki.cards.bob?.slots['9a'].certificate ?? '';
    const rex = site.pki.cards.rex?.slots['9a'].certificate ?? '';
    try {
      expect((await ask()).status).toBe(404);
      await writeCrl(site.pki.ca.id, [bob, rex]);
      await site.gate.renewCrls();
      await expect(ask()).rejects.toThrow();
      await writeCrl(site.pki.ca.id, [rex]);
      await site.gate.renewCrls();
      expect((await ask()).status).toBe(404);
    } finally {
      agent.destroy();
    }
  });
});

describe('slots of mod_http_file_share', () => {
  const now = () => Math.floor(Date.now() / 1000);

  it.each<[string, () => SlotChanges, readonly [number, string]]>([
    ['with a wrong signature', () => ({ secret: 'x'.repeat(40) }), [403, 'bad-token']],
    ['with alg none', () => ({ header: { alg: 'none' } }), [403, 'bad-token']],
    ['with alg HS512', () => ({ header: { alg: 'HS512', typ: 'JWT' } }), [403, 'bad-token']],
    [
      'with a critical header',
      () => ({ header: { alg: 'HS256', crit: ['b64'], b64: false } }),
      [403, 'bad-token'],
    ],
    ['that expired', () => ({ claims: { iat: now() - 400, exp: now() - 100 } }), [410, 'slot-expired']],
    ['from the future', () => ({ claims: { iat: now() + 3000, exp: now() + 3300 } }), [403, 'bad-token']],
    ['that lives for a day', () => ({ claims: { exp: now() + 86_400 } }), [403, 'bad-token']],
    ['without an expiry', () => ({ claims: { exp: undefined } }), [403, 'bad-token']],
    ['of another file', () => ({ claims: { filename: 'b.txt' } }), [403, 'bad-token']],
    ['of another slot', () => ({ claims: { slot: 'another-slot' } }), [403, 'bad-token']],
    ['of another size', () => ({ claims: { filesize: 6 } }), [413, 'wrong-size']],
    ['with a size as text', () => ({ claims: { filesize: '5' } }), [403, 'bad-token']],
    ['of a full address', () => ({ claims: { sub: `${ALICE}/desk` } }), [403, 'bad-token']],
    ['of another domain', () => ({ claims: { sub: 'alice@elsewhere.example' } }), [403, 'wrong-sender']],
    ['with a claim that is not known', () => ({ claims: { admin: true } }), [403, 'bad-token']],
  ])('%s are refused', async (_what, changes, expected) => {
    expect(await put(changes())).toEqual(expected);
    expect(site.files('incoming')).toEqual([]);
  });

  it('are none without a token, twice or in another form', async () => {
    const bare = await site.call({
      method: 'PUT',
      path: '/slotslot/a.txt',
      headers: { 'content-length': 5 },
      body: BODY,
      as: site.card('alice'),
    });
    expect([bare.status, codeOf(bare)]).toEqual([401, 'no-token']);
    expect(await put({}, { authorization: '' })).toEqual([403, 'bad-token']);
    expect(await put({}, { authorization: 'Basic YTpi' })).toEqual([403, 'bad-token']);
    const { authorization = '' } = site.ticket(FILE).headers;
    expect(await put({}, { authorization: `${authorization}=` })).toEqual([403, 'bad-token']);
    expect(await put({}, { authorization: 'Bearer a.b' })).toEqual([403, 'bad-token']);
  });

  it('are used once, side by side and one after the other', async () => {
    const slot = 'the-same-slot';
    const both = await Promise.all([put({ slot }), put({ slot })]);
    expect(both).toContainEqual([201, undefined]);
    expect(both).toContainEqual([409, 'used']);
    expect(await put({ slot })).toEqual([409, 'used']);
  });
});

describe('slots of mod_http_upload', () => {
  const hmac = (message: string, secret = site.secret) =>
    createHmac('sha256', secret).update(message).digest('hex');
  const send = async (path: string, body: Buffer = BODY) => {
    const headers = { 'content-type': 'text/plain', 'content-length': body.length };
    const answer = await site.call({ method: 'PUT', path, headers, body, as: site.card('alice') });
    return [answer.status, codeOf(answer)];
  };

  it('are taken with the signature over path and size, once', async () => {
    const path = 'abc/grüße.txt';
    const target = `/abc/${encodeURIComponent('grüße.txt')}?v=${hmac(`${path} 5`)}`;
    expect(await send(target)).toEqual([201, undefined]);
    expect(await send(target)).toEqual([409, 'used']);
  });

  it('are taken in the second form, with the type', async () => {
    expect(await send(`/abc2/b.txt?v2=${hmac('abc2/b.txt\u00005\u0000text/plain')}`)).toEqual([
      201,
      undefined,
    ]);
    expect(await send(`/abc3/b.txt?v2=${hmac('abc3/b.txt\u00005\u0000image/png')}`)).toEqual([
      403,
      'bad-token',
    ]);
  });

  it('are refused with another size, path, secret, spelling or more than one', async () => {
    const good = hmac('abc4/b.txt 5');
    for (const target of [
      `/abc4/b.txt?v=${hmac('abc4/b.txt 6')}`,
      `/abc4/c.txt?v=${good}`,
      `/abc4/b.txt?v=${hmac('abc4/b.txt 5', 'x'.repeat(40))}`,
      `/abc4/b.txt?v=${good.toUpperCase()}`,
      `/abc4/b.txt?v=${good.slice(0, 10)}`,
      `/abc4/b.txt?v=${good}&v=${good}`,
      `/abc4/b.txt?v2=${good}`,
      '/abc4/b.txt?v=',
    ])
      expect(await send(target)).toEqual([403, 'bad-token']);
  });

  it('belong to the card whose address the path begins with, where that is demanded', async () => {
    const strict = await startGateSite({ config: { slots: { hmacOwner: 'path-sha1' } } });
    try {
      const slotOf = (jid: string) => {
        const path = `${createHash('sha1').update(jid).digest('hex')}/random/a.txt`;
        return `/${path}?v=${createHmac('sha256', strict.secret).update(`${path} 5`).digest('hex')}`;
      };
      const headers = { 'content-type': 'text/plain', 'content-length': 5 };
      const as = strict.card('alice');
      const own = await strict.call({ method: 'PUT', path: slotOf(ALICE), headers, body: BODY, as });
      const others = await strict.call({
        method: 'PUT',
        path: slotOf(`bob@${site.pki.domain}`),
        headers,
        body: BODY,
        as,
      });
      expect([own.status, others.status, codeOf(others)]).toEqual([201, 403, 'wrong-sender']);
    } finally {
      await strict.stop();
    }
  });
});

describe('addresses', () => {
  it.each([
    '/../../etc/passwd',
    '/a/../../etc/passwd',
    '/slotslot/..%2f..%2fetc%2fpasswd',
    '/slotslot/%2e%2e',
    '/slotslot/a%00.txt',
    '/slotslot/a%5cb.txt',
    '/slotslot/a%0d%0ab.txt',
    '/slotslot//a.txt',
    '/slotslot/%ff.txt',
    '/slotslot/%',
    '/onlyone',
    '/',
    `/slotslot/${'a'.repeat(5000)}`,
    'https://elsewhere.example/slotslot/a.txt',
    '*',
  ])('%s is none', async (target) => {
    const answer = await raw(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('HTTP', () => {
  const head = () => {
    const { path, headers } = site.ticket(FILE);
    return `PUT ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${headers.authorization}\r\nContent-Type: text/plain\r\n`;
  };
  const stored = () =>
    site.files('released').length + site.files('scanning').length + site.files('incoming').length;

  it.each<[string, string, RegExp]>([
    [
      'length and chunks',
      'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
      /^HTTP\/1\.1 4\d\d /,
    ],
    ['chunks', 'Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n', /^HTTP\/1\.1 411 /],
    ['two lengths', 'Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!', /^HTTP\/1\.1 400 /],
    ['a signed length', 'Content-Length: +5\r\n\r\nhello', /^HTTP\/1\.1 400 /],
    ['a list of lengths', 'Content-Length: 5, 5\r\n\r\nhello', /^HTTP\/1\.1 400 /],
    ['no length', 'Connection: close\r\n\r\n', /^HTTP\/1\.1 411 /],
    ['a folded header', 'Content-Length: 5\r\nSallyport-Label: a\r\n b\r\n\r\nhello', /^HTTP\/1\.1 400 /],
    ['a bare line feed', 'Content-Length: 5\nX: y\r\n\r\nhello', /^HTTP\/1\.1 400 /],
    ['a blank before the colon', 'Content-Length : 5\r\n\r\nhello', /^HTTP\/1\.1 400 /],
    ['an encoding', 'Content-Length: 5\r\nContent-Encoding: gzip\r\n\r\nhello', /^HTTP\/1\.1 415 /],
    ['a part of a file', 'Content-Length: 5\r\nContent-Range: bytes 0-4/10\r\n\r\nhello', /^HTTP\/1\.1 400 /],
    ['two tokens', 'Authorization: Bearer a.b.c\r\nContent-Length: 5\r\n\r\nhello', /^HTTP\/1\.1 400 /],
    [
      'two labels',
      'Sallyport-Label: a\r\nSallyport-Label: b\r\nContent-Length: 5\r\n\r\nhello',
      /^HTTP\/1\.1 400 /,
    ],
    [
      'a digest of another kind',
      'Repr-Digest: md5=:AAAA:\r\nContent-Length: 5\r\n\r\nhello',
      /^HTTP\/1\.1 400 /,
    ],
    ['an expectation', 'Expect: 200-ok\r\nContent-Length: 5\r\n\r\nhello', /^HTTP\/1\.1 417 /],
    ['headers without end', `X: ${'a'.repeat(20_000)}\r\n`, /^HTTP\/1\.1 4\d\d /],
  ])('with %s is refused', async (_what, rest, expected) => {
    const before = stored();
    expect(await raw(head() + rest)).toMatch(expected);
    expect(stored()).toBe(before);
  });

  it('with a second request behind a refused body gets one answer', async () => {
    const smuggled = 'GET /slotslot/a.txt HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const answer = await raw(
      `${head()}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    );
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  });

  it('goes on behind a refused body that was read to its end', async () => {
    const wrong = head().replace('Bearer ', 'Bearer x');
    const next = 'GET /slotslot/a.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
    const answer = await raw(`${wrong}Content-Length: 5\r\n\r\nhello${next}`);
    expect([...answer.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status)).toEqual(['403', '404']);
  });

  it('of another method, or without a host, is refused', async () => {
    expect(
      await raw('DELETE /slotslot/a.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'),
    ).toMatch(/^HTTP\/1\.1 405 /);
    expect(await raw('GET /slotslot/a.txt HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 /,
    );
    expect(await raw('hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('says whether to go on before the body is sent', async () => {
    const answer = await raw(
      `${head()}Expect: 100-continue\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201 /);
    const wrong = head().replace('Bearer ', 'Bearer x');
    const no = await raw(`${wrong}Expect: 100-continue\r\nContent-Length: 5\r\n\r\n`);
    expect(no).toMatch(/^HTTP\/1\.1 403 /);
  });
});

it('the log holds no token and no secret', () => {
  const log = readFileSync(join(site.gate.state, '..', 'journal.jsonl'), 'utf8');
  expect(log).not.toContain(site.secret);
  expect(log).not.toContain('Bearer');
  expect(log).not.toMatch(/[?&]v2?=/);
});
