/** Prosody as a child process of the demo or of a test: an ordinary user's, on the loopback, ended with us. */
import { createServer } from 'node:net';
import { asUser, type OrdinaryUser, userEnvironment } from '../lib/ordinary-user.ts';
import { accepts, ServerProcess } from './server-process.ts';

/** A TCP port of the loopback that is free now, below the range for outgoing connections. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const free = await new Promise<boolean>((done) => {
      const server = createServer();
      server.once('error', () => done(false));
      server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
    });
    if (free) return port;
  }
  throw new Error('no free port');
}

/** Starts Prosody with `configFile` and waits until it listens on `port`. */
export async function runProsody(
  user: OrdinaryUser,
  configFile: string,
  directory: string,
  port: number,
): Promise<ServerProcess> {
  const server = new ServerProcess({
    name: 'Prosody',
    ...asUser(user, 'prosody', ['-F', '--config', configFile]),
    cwd: directory,
    env: userEnvironment(user),
  });
  await server.ready(() => accepts(port));
  return server;
}
