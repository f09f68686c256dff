/** Giving up a connection, and the worker that OpenSSL runs in: killed, hanging, ended. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { connectTls, stopTlsWorkers, type TlsConnection, workerHost } from '../../src/tls/index.ts';
import { bundleForTest } from '../support/bundle-worker.ts';
import { failure, tlsBench } from '../support/tls-bench.ts';
import { EXIT_STATUS, type ExitOptions } from '../support/tls-exit.ts';
import { DOMAIN } from '../support/tls-fixture.ts';

const bench = tlsBench();
const { keep } = bench;
const failureOf = (promise: Promise<TlsConnection>) => failure(bench, promise);

describe('aborting', () => {
  it('before it starts', async () => {
    const error = await failureOf(connectTls(bench.fixture.options(9), AbortSignal.abort()));
    expect(error.toReport()).toEqual({ code: 'TLS_CLOSED', detail: { reason: 'aborted' } });
  });

  it('while the card signs: at once, and the worker is free again', async () => {
    const server = await bench.fixture.serve();
    const abort = new AbortController();
    const pending = connectTls(
      bench.fixture.options(server.port, {
        identity: {
          ...bench.fixture.identity('p256'),
          sign: () => {
            abort.abort();
            return new Promise(() => undefined);
          },
        },
        timeouts: { connectMs: 5_000, handshakeMs: 5_000, signMs: 60_000 },
      }),
      abort.signal,
    );
    expect((await failureOf(pending)).code).toBe('TLS_CLOSED');
    expect(keep(await bench.fixture.connect(server.port)).info.protocol).toBe('TLSv1.3');
  });

  it('later: the connection is destroyed', async () => {
    const server = await bench.fixture.serve();
    const abort = new AbortController();
    const connection = keep(await connectTls(bench.fixture.options(server.port), abort.signal));
    const error = once(connection, 'error');
    abort.abort();
    expect((await error)[0]).toMatchObject({ code: 'TLS_CLOSED' });
    await expect.poll(() => server.output()).toMatch(/ERROR|CONNECTION CLOSED|shut down/u);
  });
});

describe('the worker', () => {
  it('one serves many connections', async () => {
    const server = await bench.fixture.serveNode();
    const connections = await Promise.all(
      Array.from({ length: 10 }, () => bench.fixture.connect(server.port)),
    );
    expect(await workerHost(bench.fixture.workerFile, undefined).statistics()).toMatchObject({
      connections: 10,
    });
    for (const connection of connections) keep(connection);
  });

  it('that is killed ends its connections with an error and is replaced', async () => {
    const server = await bench.fixture.serve();
    const before = workerHost(bench.fixture.workerFile, undefined);
    const connection = keep(await bench.fixture.connect(server.port));
    const error = once(connection, 'error');
    before.kill();
    expect((await error)[0]).toMatchObject({
      code: 'TLS_CLOSED',
      detail: { reason: 'the TLS worker ended' },
    });
    expect(keep(await bench.fixture.connect(server.port)).info.protocol).toBe('TLSv1.3');
    expect(workerHost(bench.fixture.workerFile, undefined)).not.toBe(before);
  });

  it('that is killed while it waits for the card fails the attempt', async () => {
    const server = await bench.fixture.serve();
    const host = workerHost(bench.fixture.workerFile, undefined);
    const error = await failureOf(
      bench.fixture.connect(server.port, {
        identity: {
          ...bench.fixture.identity('p256'),
          sign: () => {
            host.kill();
            return new Promise(() => undefined);
          },
        },
      }),
    );
    expect(error.toReport()).toEqual({ code: 'TLS_HANDSHAKE', detail: { reason: 'the TLS worker ended' } });
    expect(keep(await bench.fixture.connect(server.port)).info.protocol).toBe('TLSv1.3');
  });

  it.each(['rsa2048', 'p256'] as const)(
    'does not crash a process that exits while the card signs (%s)',
    async (type) => {
      const server = await bench.fixture.serve();
      const script = await bundleForTest('test/support/tls-exit.ts', 'tls-exit');
      const card = bench.fixture.pki.cards[type];
      if (card === undefined) throw new Error('no card');
      const options: ExitOptions = {
        port: server.port,
        workerFile: bench.fixture.workerFile,
        serverName: DOMAIN,
        anchors: bench.fixture.pki.ca.root.certificate,
        pin: bench.fixture.pin(bench.fixture.pki.server.good),
        identity: card.slots['9a'],
      };
      const child = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: 'inherit' });
      expect(await once(child, 'exit')).toEqual([EXIT_STATUS, null]);
    },
  );

  it('that hangs is ended and replaced', async () => {
    const server = await bench.fixture.serve();
    const workerFile = await bench.fixture.hangingWorker();
    const connection = keep(await bench.fixture.connect(server.port, { workerFile }));
    const error = once(connection, 'error');
    workerHost(workerFile, undefined).thread.postMessage({ kind: 'hang' });
    expect((await error)[0]).toMatchObject({ code: 'TLS_CLOSED' });
    expect(keep(await bench.fixture.connect(server.port, { workerFile })).info.protocol).toBe('TLSv1.3');
  });

  it('ends when asked to, with its connections, and starts anew when needed', async () => {
    const server = await bench.fixture.serve();
    const connection = keep(await bench.fixture.connect(server.port));
    const closed = new Promise((resolve) => connection.once('close', resolve));
    await stopTlsWorkers();
    await closed;
    expect(keep(await bench.fixture.connect(server.port)).info.protocol).toBe('TLSv1.3');
  });
});
