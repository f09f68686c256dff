import { connect, createServer, type Server, type Socket } from 'node:net';
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

  it('gives up a collector that takes nothing any more, says so, and comes again', async () => {
    let connections = 0;
    server = createServer({ pauseOnConnect: true }, (socket) => {
      connections += 1;
      sockets.push(socket);
    });
    const listening = server;
    const port = await new Promise<number>((done) => {
      listening.listen(0, '127.0.0.1', () => done((listening.address() as { port: number }).port));
    });
    const said: unknown[] = [];
    const sent: number[] = [];
    link = new AuditLink({
      connect: async () => {
        const socket = connect(port, '127.0.0.1');
        sockets.push(socket);
        await new Promise((done) => socket.once('connect', done));
        return socket;
      },
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
