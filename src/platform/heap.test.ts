import { getHeapStatistics } from 'node:v8';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keepHeapSmall, trimHeap } from './heap.ts';

const MEGABYTE = 2 ** 20;
const used = () => getHeapStatistics().used_heap_size / MEGABYTE;

/** Grows the heap by some 40 MB, of which nothing is needed any more. */
function grow(): void {
  const kept: number[][] = [];
  for (let index = 0; index < 100; index += 1) kept.push(new Array<number>(50_000).fill(0.5));
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Lets go of what the last function had in its hands. */
const later = () => new Promise((resolve) => setTimeout(resolve, 1));

it('gives back what is not needed, and shows nobody how', async () => {
  trimHeap();
  const before = used();
  grow();
  expect(used()).toBeGreaterThan(before + 20);
  await later();
  trimHeap();
  expect(used()).toBeLessThan(before + 10);
  expect('gc' in globalThis).toBe(false);
});

it('does so by itself when there is nothing to do, and not after it was ended', async () => {
  const end = keepHeapSmall();
  trimHeap();
  const before = used();
  grow();
  await later();
  // The first time there was too much to do.
  for (let look = 0; look < 3; look += 1) vi.advanceTimersByTime(5_000);
  expect(used()).toBeLessThan(before + 10);
  end();
  grow();
  for (let look = 0; look < 20; look += 1) vi.advanceTimersByTime(5_000);
  expect(used()).toBeGreaterThan(before + 20);
});
