/** What an attacker on the wire can do to a TLS connection: end it, and nothing else. */
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { TlsConnection } from '../../src/tls/index.ts';
import { failed, tlsBench } from '../support/tls-bench.ts';

const bench = tlsBench();
const { open } = bench;

describe('on the wire', () => {
  interface Wire {
    readonly port: number;
    /** Bytes from server to client pass through here. */
    change: (bytes: Buffer) => Buffer;
    toClient: net.Socket | undefined;
  }

  /** A TCP relay before an s_server that echoes lines backwards. */
  async function relay(): Promise<Wire> {
    const target = await bench.fixture.serve(['-rev']);
    const wire: { port: number; change: (bytes: Buffer) => Buffer; toClient: net.Socket | undefined } = {
      port: 0,
      change: (bytes) => bytes,
      toClient: undefined,
    };
    const server = net.createServer((down) => {
      wire.toClient = down;
      const up = net.connect(target.port, '127.0.0.1');
      for (const socket of [up, down]) {
        open.add(socket);
        socket.on('error', () => undefined);
      }
      down.pipe(up);
      up.on('data', (bytes) => down.write(wire.change(bytes)));
      up.on('end', () => down.end());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    open.add({ destroy: () => server.close() });
    wire.port = (server.address() as AddressInfo).port;
    return wire;
  }

  async function settled(wire: Wire): Promise<TlsConnection> {
    const client = await bench.fixture.connect(wire.port);
    open.add(client);
    client.write('ab\n');
    expect(String((await once(client, 'data'))[0])).toBe('ba\n');
    return client;
  }

  it('one changed bit ends the connection', async () => {
    const wire = await relay();
    const client = await settled(wire);
    wire.change = (bytes) => {
      bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
      return bytes;
    };
    const error = failed(client);
    client.write('cd\n');
    expect(await error).toMatchObject({
      code: 'TLS_CLOSED',
      detail: { reason: expect.stringMatching(/mac/u) },
    });
  });

  it('inserted garbage, plain text, records of no known type: the same', async () => {
    for (const garbage of [
      Buffer.from('<stream:error/>'),
      Buffer.alloc(70_000, 0x17),
      Buffer.from('1703034001', 'hex'),
      Buffer.from('ff0303000100', 'hex'),
      Buffer.from('1503030002022a', 'hex'),
    ]) {
      const wire = await relay();
      const client = await settled(wire);
      const error = failed(client);
      wire.toClient?.write(garbage);
      wire.toClient?.end();
      expect((await error).code).toBe('TLS_CLOSED');
    }
    await expect.poll(bench.statistics).toMatchObject({ connections: 0, hooks: 0, keys: 0 });
  });

  it('a replayed record ends the connection', async () => {
    const wire = await relay();
    const client = await settled(wire);
    let seen: Buffer | undefined;
    wire.change = (bytes) => {
      seen ??= Buffer.from(bytes);
      return bytes;
    };
    client.write('cd\n');
    expect(String((await once(client, 'data'))[0])).toBe('dc\n');
    const error = failed(client);
    wire.toClient?.write(seen ?? '');
    expect((await error).code).toBe('TLS_CLOSED');
  });

  it('a TCP end in the middle of the data is an error', async () => {
    const wire = await relay();
    const client = await settled(wire);
    client.resume();
    const error = failed(client);
    wire.toClient?.end();
    expect((await error).detail?.reason).toMatch(/without close_notify/u);
  });

  it('TCP data that comes byte by byte makes the same stream', async () => {
    const target = await bench.fixture.serve(['-rev']);
    const server = net.createServer((down) => {
      const up = net.connect(target.port, '127.0.0.1');
      for (const socket of [up, down]) {
        open.add(socket);
        socket.setNoDelay(true);
        socket.on('error', () => undefined);
      }
      down.pipe(up);
      let queue = Promise.resolve();
      up.on('data', (bytes) => {
        queue = queue.then(async () => {
          for (const byte of bytes) {
            down.write(Buffer.from([byte]));
            await new Promise((resolve) => setImmediate(resolve));
          }
        });
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    open.add({ destroy: () => server.close() });
    const client = await bench.fixture.connect((server.address() as AddressInfo).port);
    open.add(client);
    client.write('stressed\n');
    expect(String((await once(client, 'data'))[0])).toBe('desserts\n');
  });
});
