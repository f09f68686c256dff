/** The history on this computer while its disk is full: a real file system without room, in a process and a mount of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
