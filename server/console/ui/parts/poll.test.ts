import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { poll } from './poll.ts';

const EVERY_MS = 1000;

/** A poll whose answers are given by hand. */
function bench(everyMs: number | undefined) {
  const asked: { background: boolean; answer: (value: string) => void; fail: (error: Error) => void }[] = [];
  const told: string[] = [];
  const ask = (background: boolean) =>
    new Promise<string>((answer, fail) => {
      asked.push({ background, answer, fail });
    });
  const looking = poll({
    ask,
    everyMs,
    onValue: (value) => told.push(value),
    onError: (error) => told.push(String(error)),
  });
  return { asked, told, looking };
}

describe('poll', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('asks at once for a person, and again in the background after each answer or failure', async () => {
    const { asked, told } = bench(EVERY_MS);
    asked[0]?.answer('one');
    await vi.advanceTimersByTimeAsync(EVERY_MS);
    asked[1]?.fail(new Error('two'));
    await vi.advanceTimersByTimeAsync(EVERY_MS);
    expect(told).toEqual(['one', 'Error: two']);
    expect(asked.map(({ background }) => background)).toEqual([false, true, true]);
  });

  it('asks no more often for having been asked while an answer was on its way, and tells the latest only', async () => {
    const { asked, told, looking } = bench(EVERY_MS);
    looking.again();
    asked[1]?.answer('later');
    asked[0]?.answer('earlier');
    await vi.advanceTimersByTimeAsync(EVERY_MS);
    expect(told).toEqual(['later']);
    expect(asked.length).toBe(3);
  });

  it('neither asks nor tells anything after its end', async () => {
    const { asked, told, looking } = bench(EVERY_MS);
    looking.end();
    asked[0]?.answer('one');
    looking.again();
    await vi.advanceTimersByTimeAsync(EVERY_MS);
    expect(told).toEqual([]);
    expect(asked.length).toBe(1);
  });

  it('asks once where nothing says how often', async () => {
    const { asked } = bench(undefined);
    asked[0]?.answer('one');
    await vi.advanceTimersByTimeAsync(10 * EVERY_MS);
    expect(asked.length).toBe(1);
  });
});
