/** Nothing native is left behind: thousands of connections, good and bad, in one worker. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleForTest } from '../support/bundle-worker.ts';
import { DOMAIN, startTlsFixture, type TlsFixture } from '../support/tls-fixture.ts';
import type { SoakLine, SoakOptions } from '../support/tls-soak.ts';

const MIB = 1024 * 1024;
const BATCHES = 10;
const WARM_UP_BATCHES = 4;
const CONNECTIONS_PER_BATCH = 200;

let fixture: TlsFixture;
beforeAll(async () => {
  fixture = await startTlsFixture();
});
afterAll(() => fixture?.stop());

it('2,000 connections in one worker: every native object is freed and memory stays flat', async () => {
  const server = await fixture.serveNode();
  server.server.on('secureConnection', (socket) => socket.resume());
  const script = await bundleForTest('test/support/tls-soak.ts', 'tls-soak');
  const cards = ['rsa2048', 'p256', 'p384'].map((name) => fixture.pki.cards[name]?.slots['9a']);
  const options: SoakOptions = {
    port: server.port,
    workerFile: fixture.workerFile,
    serverName: DOMAIN,
    anchors: fixture.pki.ca.root.certificate,
    pin: fixture.pin(fixture.pki.server.good),
    identities: cards.filter((files) => files !== undefined),
    batches: BATCHES,
    connectionsPerBatch: CONNECTIONS_PER_BATCH,
  };
  // Heaps that are kept small, and memory that is given back at once: what grows is ours.
  const child = spawn(
    process.execPath,
    ['--expose-gc', '--optimize-for-size', '--max-semi-space-size=1', script, JSON.stringify(options)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '65536' },
    },
  );
  const exited = once(child, 'exit');
  const lines = (await text(child.stdout))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as SoakLine);
  expect((await exited)[0]).toBe(0);
  expect(lines.length).toBe(BATCHES);

  const warm = lines[WARM_UP_BATCHES - 1];
  const last = lines[BATCHES - 1];
  if (warm === undefined || last === undefined) throw new Error('no lines');
  for (const { statistics } of lines) {
    expect(statistics).toEqual({ ...warm.statistics, connections: 0, hooks: 0, keys: 0, bufferedBytes: 0 });
  }
  expect(Object.keys(last.outcomes).sort()).toEqual([
    'CARD_REMOVED',
    'SIGNATURE_INVALID',
    'TLS_HANDSHAKE',
    'TLS_NAME_MISMATCH',
    'TLS_PIN_MISMATCH',
    'TLS_UNTRUSTED_CHAIN',
    'connected',
  ]);
  expect(last.outcomes.connected).toBe((BATCHES * CONNECTIONS_PER_BATCH * 3) / 4);
  // One leaked SSL object a connection would be more than 40 MiB.
  expect(last.rssBytes - warm.rssBytes).toBeLessThan(8 * MIB);
}, 300_000);
