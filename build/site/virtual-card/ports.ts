/** Ports for vpcd, which takes two in a row. */
import { createServer, type Server } from 'node:net';

/** Below the range that the system hands out for outgoing connections, so that none of those takes the second one. */
const LOWEST = 20_000;
const HIGHEST = 32_000;

function listen(port: number): Promise<Server | undefined> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(undefined));
    server.listen(port, '127.0.0.1', () => done(server));
  });
}

async function isFree(port: number): Promise<boolean> {
  const server = await listen(port);
  if (server === undefined) return false;
  await new Promise((closed) => server.close(closed));
  return true;
}

/** A port that is free on the loopback and whose successor is free as well. */
export async function portPair(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = LOWEST + 2 * Math.floor((Math.random() * (HIGHEST - LOWEST)) / 2);
    if ((await isFree(port)) && (await isFree(port + 1))) return port;
  }
  throw new Error('no two neighbouring ports are free');
}
