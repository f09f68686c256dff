/** Real `openssl s_server` processes as TLS peers: loopback only, an ordinary user, ended by their process id. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { asUser, ordinaryUser, userEnvironment } from '../../build/lib/ordinary-user.ts';

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

export interface OpensslServer {
  readonly port: number;
  readonly process: ChildProcessWithoutNullStreams;
  /** Everything it printed so far. */
  output(): string;
  /** Waits until what it printed matches. */
  printed(pattern: RegExp): Promise<RegExpMatchArray>;
  stop(): Promise<void>;
}

const running = new Set<ChildProcessWithoutNullStreams>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts `openssl s_server` with `args` and waits until it accepts. */
export async function startOpensslServer(args: readonly string[]): Promise<OpensslServer> {
  const port = await freePort();
  const user = ordinaryUser();
  const { command, args: commandArgs } = asUser(user, 'openssl', [
    's_server',
    '-accept',
    `127.0.0.1:${port}`,
    ...args,
  ]);
  const child = spawn(command, commandArgs, { env: userEnvironment(user), stdio: 'pipe' });
  running.add(child);
  child.stdin.on('error', () => undefined);
  let text = '';
  const waiting = new Set<() => void>();
  const collect = (chunk: Buffer): void => {
    text += chunk.toString('latin1');
    for (const wake of waiting) wake();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      running.delete(child);
      for (const wake of waiting) wake();
      resolve();
    });
  });
  const printed = async (pattern: RegExp): Promise<RegExpMatchArray> => {
    for (;;) {
      const match = text.match(pattern);
      if (match !== null) return match;
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`s_server ended: ${text}`);
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          waiting.delete(wake);
          resolve();
        };
        waiting.add(wake);
      });
    }
  };
  await printed(/ACCEPT/u);
  return {
    port,
    process: child,
    output: () => text,
    printed,
    stop: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
