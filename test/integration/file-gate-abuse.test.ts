/** What a person with a good card can make the file gate spend: memory, log, connections. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { afterEach, expect, it } from 'vitest';
import { type GateSite, type GateSiteOptions, startGateSite } from '../support/file-gate-site.ts';

let site: GateSite;
let sockets: TLSSocket[] = [];
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  await site.stop();
});

async function start(options: GateSiteOptions = {}): Promise<void> {
  site = await startGateSite(options);
}

function open(account: string): TLSSocket {
  const { certificate, key } = site.card(account);
  const socket = connect({
    host: '127.0.0.1',
    port: site.gate.port,
    servername: 'localhost',
    ca: readFileSync(site.pki.ca.root.certificate),
    cert: certificate,
    key,
  });
  socket.on('error', () => undefined);
  sockets.push(socket);
  return socket;
}

/** How many times the gate has a released file open. */
function filesOpen(): number {
  const fds = `/proc/${site.gate.pid}/fd`;
  return readdirSync(fds).filter((fd) => {
    try {
      return readlinkSync(`${fds}/${fd}`).includes('/released/');
    } catch {
      return false;
    }
  }).length;
}

it('requests in one go on one connection are answered in turn: one file is open, not one for each', async () => {
  await start();
  const { path } = await site.upload('big.txt', 'text/plain', Buffer.alloc(8_000_000, 'a '));
  expect((await site.settled(path)).status).toBe(200);
  for (const [count, expected] of [
    [90, 1],
    // More than a connection may ask for end it.
    [1000, 0],
  ] as const) {
    const socket = open('bob');
    socket.pause();
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(count));
    let most = 0;
    for (let round = 0; round < 20; round++) {
      await sleep(50);
      most = Math.max(most, filesOpen());
    }
    expect(most).toBeLessThanOrEqual(1);
    expect(filesOpen()).toBe(expected);
    socket.destroy();
    while (filesOpen() > 0) await sleep(20);
  }
});
