/**
 * The history on this computer while its disk is full (a real file system without room, in a process and a mount of its own) or does
 * not answer (a thread that the kernel holds).
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalHistory } from '../../src/session/store/local-history.ts';
import type { ErrorReport } from '../../src/shared/errors.ts';
import { bundleForTest, bundleStoreWorker } from '../support/bundle-worker.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-disk-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

interface Told {
  readonly told: readonly string[];
  readonly said: number;
  readonly kept: readonly string[];
  readonly keys: boolean;
  readonly last: string;
  readonly unsent: number;
  readonly atOpening: readonly string[];
  readonly unsentAgain: number;
}

/** Runs the child on a file system of 2 MiB. */
async function onSmallDisk(): Promise<Told> {
  const child = await bundleForTest('test/support/full-disk-child.ts', 'full-disk');
  const worker = await bundleStoreWorker();
  const script =
    `mount -t tmpfs -o size=2m tmpfs '${directory}' || exit 99; ` +
    `exec '${process.execPath}' '${child}' '${worker}' '${directory}'`;
  const flags = process.getuid?.() === 0 ? ['-m'] : ['-rm'];
  const running = spawn('unshare', [...flags, 'sh', '-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  running.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const code = await new Promise((resolve) => running.once('close', resolve));
  expect(code).toBe(0);
  return JSON.parse(output) as Told;
}

describe('a disk that is full', () => {
  it('loses nothing: what could not be written is written when there is room, in order, and that is told', async () => {
    const { told, said, kept, keys, last, unsent, atOpening, unsentAgain } = await onSmallDisk();
    expect([...new Set(told)]).toEqual(['HISTORY_STORE_FULL', 'HISTORY_STORE_HEALED']);
    expect(kept).toEqual(Array.from({ length: said }, (_, n) => `m${n}`));
    expect(said).toBeGreaterThan(60);
    expect({ keys, last, unsent }).toEqual({ keys: true, last: 'changed', unsent: 10 });
    // Nothing waits for a history that was not opened, and what waited in it is not gone.
    expect({ atOpening, unsentAgain }).toEqual({ atOpening: ['HISTORY_STORE_NO_ROOM'], unsentAgain: 10 });
  });
});

describe('a disk that does not answer', () => {
  it('holds nobody up: the history is given up, which is told, and the thread ends when the disk is back', async () => {
    const pipe = join(directory, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const workerFile = join(directory, 'hanging.cjs');
    writeFileSync(
      workerFile,
      `const { parentPort } = require('node:worker_threads');
       parentPort.on('message', () => require('node:fs').readFileSync(${JSON.stringify(pipe)}));`,
    );
    const told: (ErrorReport | undefined)[] = [];
    const history = new LocalHistory({
      workerFile,
      openMs: 200,
      keysOf: () => [],
      onState: (error) => told.push(error),
    });
    const key = new Uint8Array(32);
    const store = { file: join(directory, 'history.db'), key };
    const left = await history.open({ mode: 'encrypted', days: 0, store });
    expect(left).toEqual({ tails: [], unsent: [], archives: [] });
    expect(told).toEqual([{ code: 'HISTORY_STORE_FAILED' }]);
    expect(history.isOpen).toBe(false);
    await history.close();
    // The kernel lets go of it: the pipe has a writer, and then its end.
    await (await open(pipe, 'w')).close();
  });
});
