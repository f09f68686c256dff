import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { FILE_PARTS_IN_FLIGHT } from '../../shared/file-contract.ts';
import { PartQueue } from './part-queue.ts';

const code = (name: string) => expect.objectContaining({ code: name });
const part = (...bytes: number[]) => Uint8Array.from(bytes);

async function read(queue: PartQueue): Promise<number[]> {
  const bytes: number[] = [];
  for await (const chunk of queue.parts()) bytes.push(...chunk);
  return bytes;
}

describe('PartQueue', () => {
  it('hands on what was put in, in order, and ends with the last byte', async () => {
    const queue = new PartQueue('a', 5);
    const reading = read(queue);
    await queue.put(part(1, 2));
    await queue.put(part(3));
    expect(queue.complete).toBe(false);
    await queue.put(part(4, 5));
    expect(queue.complete).toBe(true);
    expect(await reading).toEqual([1, 2, 3, 4, 5]);
  });

  it('answers a part only when it was taken', async () => {
    const queue = new PartQueue('a', 2);
    let answered = false;
    const putting = queue.put(part(1)).then(() => {
      answered = true;
    });
    await new Promise(setImmediate);
    expect(answered).toBe(false);
    const parts = queue.parts();
    await parts.next();
    await putting;
    expect(answered).toBe(true);
  });

  it('ends for a window that sends more than it announced, or more at once than agreed', async () => {
    const long = new PartQueue('a', 1);
    await expect(long.put(part(1, 2))).rejects.toEqual(code('FILE_READ_FAILED'));
    await expect(read(long)).rejects.toEqual(code('FILE_READ_FAILED'));
    const flooded = new PartQueue('a', 100);
    const first = Array.from({ length: FILE_PARTS_IN_FLIGHT }, () => flooded.put(part(1)));
    await expect(flooded.put(part(1))).rejects.toEqual(code('FILE_READ_FAILED'));
    for (const put of first) await expect(put).rejects.toEqual(code('FILE_READ_FAILED'));
  });

  it('fails both sides, whoever gives up, with the first reason', async () => {
    const queue = new PartQueue('a', 3);
    const reading = read(queue);
    queue.fail(new AppError('FILES_OFF'));
    queue.fail();
    await expect(reading).rejects.toEqual(code('FILES_OFF'));
    await expect(queue.put(part(1))).rejects.toEqual(code('FILES_OFF'));
  });

  describe('with a window that stops', () => {
    beforeEach(() => {
      vi.useFakeTimers();
    });
    afterEach(() => {
      vi.useRealTimers();
    });
    it('does not wait for ever', async () => {
      const reading = read(new PartQueue('a', 3));
      const ended = expect(reading).rejects.toEqual(code('FILE_READ_FAILED'));
      await vi.advanceTimersByTimeAsync(10 * 60_000);
      await ended;
    });
  });
});
