/** src/https against real TLS servers: what it sends, what it takes, and what a hostile server makes of it. */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { exchange, type HttpsExchange, type HttpsResponse } from '../../src/https/index.ts';
import { workerHost } from '../../src/tls/index.ts';
import { DOMAIN, startTlsFixture, type TlsFixture } from '../support/tls-fixture.ts';

const MIB = 1024 * 1024;

let fixture: TlsFixture;
const ends: (() => void)[] = [];

beforeAll(async () => {
  fixture = await startTlsFixture();
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
});
afterAll(() => fixture?.stop());

/** Node's HTTPS server, which asks for the card's certificate. */
async function serve(listener: http.RequestListener): Promise<number> {
  const { certificate, key } = fixture.pki.server.good;
  const server = https.createServer(
    {
      cert: readFileSync(certificate),
      key: readFileSync(key),
      ca: readFileSync(fixture.pki.chain),
      requestCert: true,
      rejectUnauthorized: true,
    },
    listener,
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A server that answers the request's first bytes with whatever the test says. */
async function script(answer: (socket: TLSSocket) => void): Promise<number> {
  const { port, server } = await fixture.serveNode();
  server.on('secureConnection', (socket: TLSSocket) => socket.once('data', () => answer(socket)));
  return port;
}

function ask(port: number, rest: Partial<HttpsExchange> = {}): Promise<HttpsResponse> {
  return exchange({ tls: fixture.options(port), method: 'GET', target: '/', ...rest });
}

async function read({ body }: HttpsResponse): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* blocks(total: number, hash = createHash('sha256')): AsyncGenerator<Uint8Array> {
  const block = randomBytes(64 * 1024);
  for (let sent = 0; sent < total; ) {
    const chunk = block.subarray(0, Math.min(block.length, total - sent));
    sent += chunk.length;
    hash.update(chunk);
    yield chunk;
  }
}

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof Error && 'code' in error ? error.code : error;
}

describe('an exchange', () => {
  it('gets an answer over the card’s mutual TLS and shows itself as what it is', async () => {
    const seen: http.IncomingMessage[] = [];
    const port = await serve((request, response) => {
      seen.push(request);
      response.setHeader('X-Two', ['a', 'b']);
      response.end('hello');
    });
    const response = await ask(port, { target: '/a/b?c=d', headers: { 'sallyport-label': 'cui' } });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-two')).toBe('a, b');
    expect((await read(response)).toString()).toBe('hello');
    expect(seen[0]?.url).toBe('/a/b?c=d');
    expect(seen[0]?.headers).toEqual({
      host: `${DOMAIN}:${port}`,
      'accept-encoding': 'identity',
      connection: 'close',
      'sallyport-label': 'cui',
    });
  });

  it('streams 64 MiB up no faster than the server takes them', async () => {
    const [sent, received] = [createHash('sha256'), createHash('sha256')];
    let [pulled, taken, ahead] = [0, 0, 0];
    const port = await serve((request, response) => {
      request.on('data', (chunk: Buffer) => {
        received.update(chunk);
        taken += chunk.length;
        request.pause();
        setImmediate(() => request.resume());
      });
      request.on('end', () => response.writeHead(201).end());
    });
    async function* counted(): AsyncGenerator<Uint8Array> {
      for await (const chunk of blocks(64 * MIB, sent)) {
        pulled += chunk.length;
        ahead = Math.max(ahead, pulled - taken);
        yield chunk;
      }
    }
    const body = { length: 64 * MIB, chunks: counted() };
    const response = await ask(port, { method: 'PUT', body });
    expect(response.status).toBe(201);
    expect(await read(response)).toHaveLength(0);
    expect(received.digest('hex')).toBe(sent.digest('hex'));
    expect(ahead).toBeLessThan(16 * MIB);
  });

  it('reads no faster than its reader', async () => {
    let written = 0;
    const port = await serve((_request, response) => {
      const block = Buffer.alloc(256 * 1024);
      const more = (): void => {
        while (written < 64 * MIB) {
          written += block.length;
          if (!response.write(block)) {
            response.once('drain', more);
            return;
          }
        }
        response.end();
      };
      more();
    });
    const response = await ask(port, { limits: { bodyBytes: 64 * MIB } });
    let total = 0;
    for await (const chunk of response.body) {
      if (total === 0) {
        await new Promise((resolve) => setTimeout(resolve, 500));
        expect(written).toBeLessThan(16 * MIB);
      }
      total += chunk.length;
    }
    expect(total).toBe(64 * MIB);
  });

  it('asks with HEAD without waiting for a body that a length announces', async () => {
    const port = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 10 * MIB }).end();
    });
    const response = await ask(port, { method: 'HEAD' });
    expect(response.headers.get('content-length')).toBe(String(10 * MIB));
    expect(await read(response)).toHaveLength(0);
  });

  it('hears a refusal that comes before the body is through', async () => {
    // A server that closed with octets unread would reset the connection, and its answer could be lost (RFC 9112 9.6).
    const port = await serve((request, response) => {
      response.writeHead(413, { 'content-length': 9 }).write('too large');
      request.resume().on('close', () => response.end());
    });
    let pulled = 0;
    async function* counted(): AsyncGenerator<Uint8Array> {
      for await (const chunk of blocks(256 * MIB)) {
        pulled += chunk.length;
        yield chunk;
      }
    }
    const response = await ask(port, { method: 'PUT', body: { length: 256 * MIB, chunks: counted() } });
    expect(response.status).toBe(413);
    expect(pulled).toBeLessThan(64 * MIB);
    response.close();
  });

  it('leaves no connection behind, whatever came of it', async () => {
    const port = await serve((_request, response) => response.writeHead(404).end('no'));
    for (let count = 0; count < 5; count += 1) (await ask(port)).close();
    await codeOf(ask(port, { method: 'PUT', body: { length: 5, chunks: blocks(3) } }));
    await expect
      .poll(async () => (await workerHost(fixture.workerFile, undefined).statistics()).connections)
      .toBe(0);
  });
});

describe('a server that is not what it should be', () => {
  it('is not spoken to without the pinned key', async () => {
    let asked = 0;
    const port = await serve((_request, response) => {
      asked += 1;
      response.end();
    });
    const pins = [fixture.pin(fixture.pki.server['wrong-name'])];
    expect(await codeOf(ask(port, { tls: fixture.options(port, { pins }) }))).toBe('TLS_PIN_MISMATCH');
    expect(asked).toBe(0);
  });

  it.each([301, 302, 303, 307, 308])('sends nobody elsewhere with %i', async (status) => {
    let asked = 0;
    const elsewhere = await serve((_request, response) => {
      asked += 1;
      response.end();
    });
    const port = await serve((_request, response) => {
      response.writeHead(status, { location: `https://127.0.0.1:${elsewhere}/` }).end();
    });
    expect(await codeOf(ask(port))).toBe('HTTP_REDIRECT_REFUSED');
    expect(asked).toBe(0);
  });

  it('cannot send more than was agreed, with or without announcing it', async () => {
    const announced = await serve((_request, response) =>
      response.writeHead(200, { 'content-length': 100_000 }).end(Buffer.alloc(100_000)),
    );
    expect(await codeOf(ask(announced))).toBe('HTTP_TOO_LARGE');
    const chunked = await serve((_request, response) => {
      response.write(Buffer.alloc(60_000));
      response.end(Buffer.alloc(60_000));
    });
    expect(await codeOf(read(await ask(chunked)))).toBe('HTTP_TOO_LARGE');
  });

  it('cannot flood it with header fields', async () => {
    const port = await script((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\n${'X-Fill: 0123456789\r\n'.repeat(10_000)}`),
    );
    expect(await codeOf(ask(port))).toBe('HTTP_TOO_LARGE');
  });

  it.each([
    ['no HTTP at all', '220 mail.example ESMTP\r\n', 'HTTP_MALFORMED'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 'HTTP_MALFORMED'],
    [
      'a length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      'HTTP_MALFORMED',
    ],
    ['a compressed body', 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n', 'HTTP_MALFORMED'],
    [
      'another protocol',
      'HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
      'HTTP_INCOMPLETE',
    ],
    ['a strange status', 'HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n', 'HTTP_MALFORMED'],
  ])('is refused: %s', async (_name, bytes, code) => {
    expect(await codeOf(ask(await script((socket) => socket.write(bytes))))).toBe(code);
  });

  it('is given up when it is silent, before and within its answer', async () => {
    const limits = { idleMs: 300 };
    const silent = await script(() => undefined);
    expect(await codeOf(ask(silent, { limits }))).toBe('HTTP_TIMEOUT');
    const half = await script((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'));
    expect(await codeOf(read(await ask(half, { limits })))).toBe('HTTP_TIMEOUT');
  });

  it('is given up when it trickles for ever', async () => {
    const port = await script((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n');
      const timer = setInterval(() => socket.write('x'), 50);
      socket.once('close', () => clearInterval(timer));
    });
    const limits = { idleMs: 2_000, totalMs: 1_000 };
    expect(await codeOf(ask(port, { limits }).then(read))).toBe('HTTP_TIMEOUT');
  });

  it('is given up when it takes nothing', async () => {
    const port = await script((socket) => socket.pause());
    const body = { length: 64 * MIB, chunks: blocks(64 * MIB) };
    expect(await codeOf(ask(port, { method: 'PUT', body, limits: { idleMs: 500 } }))).toBe('HTTP_TIMEOUT');
  });

  it('cuts the answer short', async () => {
    const cut = await script((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc', () => socket.destroy());
    });
    expect(await codeOf(ask(cut).then(read))).toBe('HTTP_INCOMPLETE');
    const closed = await script((socket) => socket.end());
    expect(await codeOf(ask(closed))).toBe('HTTP_INCOMPLETE');
  });

  it('cuts the body’s way', async () => {
    const port = await script((socket) => socket.destroy());
    const body = { length: 64 * MIB, chunks: blocks(64 * MIB) };
    expect(await codeOf(ask(port, { method: 'PUT', body }))).toBe('HTTP_INCOMPLETE');
  });
});

describe('the caller', () => {
  it('ends it at any moment', async () => {
    const port = await script((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'));
    const reason = new Error('cancelled');
    const early = AbortSignal.abort(reason);
    expect(await codeOf(ask(port, { signal: early }))).toBe(reason);
    const ending = new AbortController();
    const response = await ask(port, { signal: ending.signal });
    const body = read(response);
    setTimeout(() => ending.abort(reason), 100);
    expect(await codeOf(body)).toBe(reason);
  });

  it.each([
    ['a body that is too short', 3, 5],
    ['a body that is too long', 5, 3],
  ])('gets back %s', async (_name, given, announced) => {
    const port = await serve((request, response) => request.resume().on('end', () => response.end()));
    const body = { length: announced, chunks: blocks(given) };
    expect(await codeOf(ask(port, { method: 'PUT', body }))).toBe('HTTP_REQUEST_INVALID');
  });

  it('hears the error of its own source', async () => {
    const port = await serve((request, response) => request.resume().on('end', () => response.end()));
    const failure = new Error('disk');
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('a');
      throw failure;
    }
    expect(await codeOf(ask(port, { method: 'PUT', body: { length: 2, chunks: broken() } }))).toBe(failure);
  });
});
