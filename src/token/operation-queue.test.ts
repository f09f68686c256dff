import { expect, test } from 'vitest';
import { LOOK_MS, OperationQueue } from './operation-queue.ts';

test('runs one operation at a time, in order, whatever becomes of those before', async () => {
  const queue = new OperationQueue();
  const log: string[] = [];
  const operation = (name: string, fails = false) =>
    queue.run(1_000, async () => {
      log.push(`${name} begins`);
      await queue.progress();
      log.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    });
  const results = await Promise.allSettled([operation('a'), operation('b', true), operation('c')]);
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  expect(queue.length).toBe(0);
});

test('is overdue while an operation takes longer than it may, and progress gives it new time', async () => {
  const queue = new OperationQueue();
  expect(queue.isOverdue()).toBe(false);
  await queue.run(0, async () => {
    await new Promise((done) => setTimeout(done, 5));
    expect(queue.isOverdue()).toBe(true);
  });
  expect(queue.isOverdue()).toBe(false);
  await queue.run(10_000, async () => {
    await queue.progress();
    expect(queue.isOverdue()).toBe(false);
  });
});

test('does not count the time in which this process stood still', async () => {
  const queue = new OperationQueue();
  queue.isOverdue();
  await queue.run(2 * LOOK_MS + 100, async () => {
    // The event loop stands as it does while the computer sleeps.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4 * LOOK_MS);
    expect(queue.isOverdue()).toBe(false);
  });
});
