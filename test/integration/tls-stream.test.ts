/** The TLS connection as a stream: amounts, back-pressure, text, order of closing. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { type TlsConnection, Utf8Stream } from '../../src/tls/index.ts';
import { failed, tlsBench } from '../support/tls-bench.ts';

const bench = tlsBench();
const { open } = bench;

const MIB = 1024 * 1024;
/** Both windows, the streams' own buffers, one record more. */
const BUFFER_BOUND = 2 * MIB;

/** A connection and the server's end of it. */
async function pair(
  options: { halfOpen?: boolean } = {},
): Promise<{ client: TlsConnection; server: TLSSocket }> {
  const node = await bench.fixture.serveNode({ allowHalfOpen: options.halfOpen === true });
  const accepted = node.accepted();
  const client = await bench.fixture.connect(node.port);
  open.add(client);
  return { client, server: await accepted };
}

function closed(stream: NodeJS.EventEmitter): Promise<void> {
  return new Promise((resolve) => stream.once('close', () => resolve()));
}

/** `total` bytes in chunks of uneven sizes, and their hash. */
function source(total: number): { stream: Readable; hash: () => string } {
  const block = randomBytes(300_000);
  const hash = createHash('sha256');
  function* chunks(): Generator<Buffer> {
    for (let sent = 0, size = 1; sent < total; size = (size * 7 + 13) % block.length) {
      const chunk = block.subarray(0, Math.min(size + 1, total - sent));
      sent += chunk.length;
      hash.update(chunk);
      yield chunk;
    }
  }
  return { stream: Readable.from(chunks(), { objectMode: false }), hash: () => hash.digest('hex') };
}

/** Writes all of it, heeding back-pressure, then ends. */
async function send(from: Readable, to: TlsConnection | TLSSocket): Promise<void> {
  for await (const chunk of from) if (!to.write(chunk)) await once(to, 'drain');
  to.end();
}

/** Reads to the end. Not with `for await`, which destroys a duplex stream whose writable side is still at work. */
function sink(stream: TlsConnection | TLSSocket): Promise<{ bytes: number; hash: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  return new Promise((resolve, reject) => {
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      hash.update(chunk);
    });
    stream.on('end', () => resolve({ bytes, hash: hash.digest('hex') }));
    stream.on('error', reject);
    stream.resume();
  });
}

describe('amounts', () => {
  it('50 MB each way at the same time', async () => {
    const { client, server } = await pair({ halfOpen: true });
    const up = source(50 * MIB);
    const down = source(50 * MIB);
    const [, , atServer, atClient] = await Promise.all([
      send(up.stream, client),
      send(down.stream, server),
      sink(server),
      sink(client),
    ]);
    expect(atServer).toEqual({ bytes: 50 * MIB, hash: up.hash() });
    expect(atClient).toEqual({ bytes: 50 * MIB, hash: down.hash() });
  });

  it('through a server that answers each byte with that byte', async () => {
    const { client, server } = await pair();
    server.pipe(server);
    const sent = source(20 * MIB);
    const received = sink(client);
    await pipeline(sent.stream, client);
    expect(await received).toEqual({ bytes: 20 * MIB, hash: sent.hash() });
  });

  it('one write of 20 MB, writes of nothing, thousands of one byte', async () => {
    const { client, server } = await pair();
    const big = randomBytes(20 * MIB);
    client.write(Buffer.alloc(0));
    client.write(big);
    client.write('');
    for (let index = 0; index < 5_000; index += 1) client.write(Buffer.from([index % 256]));
    client.end(new Uint8Array(0));
    const hash = createHash('sha256').update(big);
    for (let index = 0; index < 5_000; index += 1) hash.update(Buffer.from([index % 256]));
    expect(await sink(server)).toEqual({ bytes: big.length + 5_000, hash: hash.digest('hex') });
  });

  it('what a caller does to its buffer after the write does not matter', async () => {
    const { client, server } = await pair();
    const buffer = Buffer.alloc(100_000, 'a');
    await new Promise<void>((resolve, reject) =>
      client.write(buffer, (error) => (error ? reject(error) : resolve())),
    );
    buffer.fill('b');
    client.end();
    const { hash } = await sink(server);
    expect(hash).toBe(createHash('sha256').update(Buffer.alloc(100_000, 'a')).digest('hex'));
  });
});

describe('back-pressure', () => {
  it('a reader that does not read stops the server; nothing piles up; nothing is lost', async () => {
    const { client, server } = await pair();
    const down = source(30 * MIB);
    const sending = pipeline(down.stream, server);
    client.once('readable', () => undefined);
    await expect.poll(() => client.readableLength).toBeGreaterThan(0);
    let before = -1;
    await expect
      .poll(
        () => {
          const still = server.bytesWritten === before;
          before = server.bytesWritten;
          return still;
        },
        { interval: 300, timeout: 10_000 },
      )
      .toBe(true);
    expect(server.bytesWritten).toBeLessThan(20 * MIB);
    expect(client.readableLength).toBeLessThan(BUFFER_BOUND);
    expect((await bench.statistics()).bufferedBytes).toBeLessThan(BUFFER_BOUND);
    const received = await sink(client);
    await sending;
    expect(received).toEqual({ bytes: 30 * MIB, hash: down.hash() });
  });

  it('a server that does not read stops the writer; nothing piles up; nothing is lost', async () => {
    const { client, server } = await pair();
    server.pause();
    let taken = 0;
    const block = randomBytes(64 * 1024);
    const blocks = 480;
    const writing = (async () => {
      for (let index = 0; index < blocks; index += 1) {
        const more = client.write(block);
        taken += block.length;
        if (!more) await once(client, 'drain');
      }
      client.end();
    })();
    let before = -1;
    await expect
      .poll(
        () => {
          const still = taken === before;
          before = taken;
          return still;
        },
        { interval: 300, timeout: 10_000 },
      )
      .toBe(true);
    expect(taken).toBeLessThan(blocks * block.length);
    expect(client.writableLength).toBeLessThan(BUFFER_BOUND);
    expect((await bench.statistics()).bufferedBytes).toBeLessThan(BUFFER_BOUND);
    const received = await sink(server);
    await writing;
    expect(received.bytes).toBe(blocks * block.length);
  });

  it('one connection that stands still does not hold up another', async () => {
    const stuck = await pair();
    stuck.server.write(Buffer.alloc(10 * MIB));
    const live = await pair();
    live.server.pipe(live.server);
    const sent = source(5 * MIB);
    const received = sink(live.client);
    await pipeline(sent.stream, live.client);
    expect((await received).bytes).toBe(5 * MIB);
  });
});

describe('text', () => {
  /** Writes the bytes as records of their own (each write of Node's server is one), each after the one before arrived. */
  async function records(
    server: TLSSocket,
    client: TlsConnection,
    parts: readonly Uint8Array[],
  ): Promise<void> {
    for (const part of parts) {
      const arrived = once(client, 'data');
      server.write(part);
      await arrived;
    }
  }

  it.each([1, 2, 3])(
    'an emoji that is split over two TLS records after byte %i arrives whole',
    async (at) => {
      const text = 'bridge 🌉 ok';
      const bytes = Buffer.from(text);
      const split = bytes.indexOf(0xf0) + at;
      const parts = [bytes.subarray(0, split), bytes.subarray(split)];

      const first = await pair();
      const chunks: Buffer[] = [];
      const decoder = new Utf8Stream();
      let decoded = '';
      first.client.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        decoded += decoder.write(chunk);
      });
      await records(first.server, first.client, parts);
      first.server.end();
      await once(first.client, 'end');
      decoder.end();
      expect(chunks.length).toBe(2);
      expect(decoded).toBe(text);

      const second = await pair();
      second.client.setEncoding('utf8');
      let viaEncoding = '';
      second.client.on('data', (chunk: string) => {
        viaEncoding += chunk;
      });
      await records(second.server, second.client, parts);
      second.server.end();
      await once(second.client, 'end');
      expect(viaEncoding).toBe(text);
    },
  );
});

describe('closing', () => {
  it('end() sends close_notify after the last byte and closes both ways', async () => {
    const { client, server } = await pair();
    client.resume();
    client.end('last words');
    let text = '';
    server.on('data', (chunk) => {
      text += String(chunk);
    });
    await Promise.all([once(server, 'end'), closed(client)]);
    expect(text).toBe('last words');
    await expect.poll(bench.statistics).toMatchObject({ hooks: 0, keys: 0 });
  });

  it('what the server still says after our end() arrives', async () => {
    const { client, server } = await pair({ halfOpen: true });
    server.on('end', () => server.end(Buffer.alloc(3 * MIB, 'x')));
    server.resume();
    client.end('</stream>');
    expect((await sink(client)).bytes).toBe(3 * MIB);
  });

  // Node's server at times takes what crosses its own close_notify for the end, and cuts the connection: then once more.
  it('what we still have to say after the server’s close_notify arrives', { retry: 6 }, async () => {
    const { client, server } = await pair({ halfOpen: true });
    const received = sink(server);
    const failure = failed(client);
    client.write(Buffer.alloc(5 * MIB, 'y'));
    server.end();
    client.resume();
    expect(await Promise.race([closed(client), failure])).toBeUndefined();
    expect((await received).bytes).toBe(5 * MIB);
  });

  it('a server that never answers our close_notify is left after a while, without an error', async () => {
    const { client, server } = await pair({ halfOpen: true });
    server.resume();
    const errors: unknown[] = [];
    client.on('error', (error) => errors.push(error));
    client.resume();
    client.end();
    await closed(client);
    expect(errors).toEqual([]);
    await expect.poll(bench.statistics, { timeout: 30_000 }).toMatchObject({ connections: 0 });
  });

  it('destroy() any number of times closes once', async () => {
    const { client, server } = await pair();
    let closes = 0;
    client.on('close', () => {
      closes += 1;
    });
    server.resume();
    client.write('something');
    const gone = closed(server);
    for (let index = 0; index < 5; index += 1) client.destroy();
    await gone;
    client.destroy();
    client.end();
    await new Promise((resolve) => setImmediate(resolve));
    expect(closes).toBe(1);
    await expect
      .poll(bench.statistics)
      .toMatchObject({ connections: 0, hooks: 0, keys: 0, bufferedBytes: 0 });
  });

  it('a write that waits when the connection is destroyed is told so', async () => {
    const { client, server } = await pair();
    server.pause();
    const outcome = new Promise<unknown>((resolve) => client.write(Buffer.alloc(10 * MIB), resolve));
    client.destroy();
    expect(await outcome).toMatchObject({ code: 'TLS_CLOSED' });
  });

  it('a server that dies without close_notify is an error, not an end', async () => {
    const server = await bench.fixture.serve();
    const client = await bench.fixture.connect(server.port);
    open.add(client);
    const events: string[] = [];
    client.on('end', () => events.push('end'));
    client.resume();
    const error = failed(client);
    server.process.kill('SIGKILL');
    expect((await error).code).toBe('TLS_CLOSED');
    expect(events).toEqual([]);
  });
});

describe('pace', () => {
  /** The pieces in which text arrives, until its last one ends with `end`. */
  function pieces(client: TlsConnection, end: string): Promise<string[]> {
    const got: string[] = [];
    return new Promise((resolve) =>
      client.on('data', (chunk: Buffer) => {
        got.push(chunk.toString());
        if (got.at(-1)?.endsWith(end) === true) resolve(got);
      }),
    );
  }

  /** A connection whose client has just read `a`. */
  const resting = async () => {
    const both = await pair();
    both.client.pace(250);
    const first = once(both.client, 'data');
    both.server.write('a');
    await first;
    return both;
  };

  it('what is said soon after a read is read together', async () => {
    const { client, server } = await pair();
    client.pace(250);
    // A busy machine may need longer for the two than they wait for each other.
    let together = false;
    for (let tries = 0; tries < 20 && !together; tries += 1) {
      const first = once(client, 'data');
      server.write('a');
      await first;
      const got = pieces(client, 'c');
      server.write('b');
      await sleep(40);
      server.write('c');
      together = (await got).length === 1;
      client.removeAllListeners('data');
      client.resume();
    }
    expect(together).toBe(true);
  });

  it('what is in the socket when it ends is read', async () => {
    const { client, server } = await resting();
    server.write('b');
    const rest = pieces(client, 'b');
    client.pace(0);
    expect(await rest).toEqual(['b']);
  });

  it('the end waits no longer than the rest, and nothing before it is lost', async () => {
    const { client, server } = await pair();
    client.pace(250);
    const all = sink(client);
    server.write('a');
    await once(client, 'data');
    server.write('b');
    server.end('c');
    expect(await all).toEqual({ bytes: 3, hash: createHash('sha256').update('abc').digest('hex') });
  });

  it('does not hold up what comes in quantity', async () => {
    const { client, server } = await pair();
    client.pace(250);
    const down = source(50 * MIB);
    const [, atClient] = await Promise.all([send(down.stream, server), sink(client)]);
    expect(atClient).toEqual({ bytes: 50 * MIB, hash: down.hash() });
  });

  it('a connection that is dropped while it rests leaves nothing behind', async () => {
    const { client, server } = await resting();
    server.write('b');
    client.destroy();
    await closed(client);
    await expect.poll(async () => (await bench.statistics()).connections).toBe(0);
    expect((await bench.statistics()).bufferedBytes).toBe(0);
  });
});
