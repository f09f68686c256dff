/** What a person with a good card can make the file gate spend: memory, log, connections. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { afterEach, expect, it } from 'vitest';
import { codeOf, type GateSite, type GateSiteOptions, startGateSite } from '../support/file-gate-site.ts';

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

it('one who is refused over and over cannot fill the log, and does not get further meanwhile', async () => {
  await start({ config: { limits: { refusalsPerMinute: 10 } } });
  const { path } = await site.upload('a.txt', 'text/plain', Buffer.from('hello'));
  expect((await site.settled(path)).status).toBe(200);
  const bob = site.card('bob');
  const ask = (target: string) => site.call({ method: 'GET', path: target, as: bob });
  for (let i = 0; i < 30; i++) await ask(`/slotslot/${i}.txt`);
  const refused = site.gate.log().filter(({ event }) => event === 'download-refused');
  expect(refused.map(({ code }) => code)).toEqual(Array(10).fill('unknown'));
  const answer = await ask(path);
  expect([answer.status, codeOf(answer), answer.headers['retry-after']]).toEqual([503, 'busy', '60']);
  // Others are not touched by it.
  expect((await site.call({ method: 'GET', path, as: site.card('alice') })).status).toBe(200);
});

it('one who fetches without end is told to wait', async () => {
  await start({ config: { limits: { downloadsPerMinute: 3 } } });
  const { path } = await site.upload('a.txt', 'text/plain', Buffer.from('hello'));
  await site.settled(path);
  const statuses: number[] = [];
  for (let i = 0; i < 4; i++)
    statuses.push((await site.call({ method: 'GET', path, as: site.card('alice') })).status);
  expect(statuses).toEqual([200, 200, 200, 503]);
});

it('one card cannot take all connections', async () => {
  await start({ config: { limits: { connectionsPerCard: 2 } } });
  const mine = [open('bob'), open('bob'), open('bob')];
  const ended = await Promise.race(
    mine.map((each) => new Promise((done) => each.once('close', () => done(each)))),
  );
  expect(mine).toContain(ended);
  const answer = await site.call({ method: 'GET', path: '/slotslot/a.txt', as: site.card('alice') });
  expect(answer.status).toBe(404);
  const reasons = site.gate
    .log()
    .filter(({ event }) => event === 'connection-refused')
    .map(({ reason }) => reason);
  expect(reasons).toContain('too-many-connections');
});
