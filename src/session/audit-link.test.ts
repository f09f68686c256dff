import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { AuditLink } from './audit-link.ts';

describe('AuditLink', () => {
  let server: Server | undefined;
  let link: AuditLink | undefined;
  const sockets: Socket[] = [];
  afterEach(() => {
    link?.close();
    for (const socket of sockets.splice(0)) socket.destroy();
    server?.close();
  });

  /** Listens, and returns what connects to it. */
  async function connector(to: Server): Promise<() => Promise<Socket>> {
    await new Promise<void>((done) => {
      to.listen(0, '127.0.0.1', done);
    });
    const { port } = to.address() as AddressInfo;
    return async () => {
      const socket = connect(port, '127.0.0.1');
      sockets.push(socket);
      await new Promise((done) => socket.once('connect', done));
      return socket;
    };
  }

  it('sends again what a connection took that was then lost: it may have got no further than the buffers', async () => {
    const received: Buffer[] = [];
    let connections = 0;
    server = createServer({ pauseOnConnect: true }, (socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      connections += 1;
      if (connections > 1) socket.on('data', (chunk) => received.push(chunk)).resume();
    });
    const sent: number[] = [];
    link = new AuditLink({
      connect: await connector(server),
      onSent: (seq) => sent.push(seq),
      audit: () => undefined,
      random: () => 0,
      settleMs: 20,
    });
    link.send({ lastSeq: 1, frames: [Buffer.from('one ')] });
    await expect.poll(() => sent).toEqual([1]);
    for (const socket of sockets) socket.resetAndDestroy();
    link.send({ lastSeq: 2, frames: [Buffer.from('two ')] });
    await expect.poll(() => sent, { timeout: 10_000 }).toEqual([1, 2]);
    expect(Buffer.concat(received).toString()).toBe('one two ');
    link.send({ lastSeq: 3, frames: [Buffer.from('three')] });
    await expect.poll(() => sent, { timeout: 10_000 }).toEqual([1, 2, 3]);
    expect(Buffer.concat(received).toString()).toBe('one two three');
  }, 15_000);

  it('gives up a collector that takes nothing any more, says so, and comes again', async () => {
    let connections = 0;
    server = createServer({ pauseOnConnect: true }, (socket) => {
      connections += 1;
      sockets.push(socket);
    });
    const said: unknown[] = [];
    const sent: number[] = [];
    link = new AuditLink({
      connect: await connector(server),
      onSent: (seq) => sent.push(seq),
      audit: ({ event, outcome }) => said.push([event, outcome]),
      random: () => 0,
      settleMs: 1,
      takeMs: 50,
    });
    // More than any buffers in between hold.
    link.send({ lastSeq: 1, frames: Array.from({ length: 64 }, () => new Uint8Array(1024 * 1024)) });
    await expect.poll(() => connections, { timeout: 10_000 }).toBeGreaterThan(1);
    expect(said).toEqual([['collector', 'failure']]);
    expect(sent).toEqual([]);
  }, 15_000);
});
