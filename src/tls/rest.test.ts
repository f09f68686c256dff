import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Rest } from './rest.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('is taken after a read of little, once, and lasts as long as was said', () => {
  const over = vi.fn();
  const rest = new Rest(over);
  expect(rest.afterRead(700)).toBe(false);
  rest.pace(100);
  expect(rest.afterRead(0)).toBe(false);
  expect(rest.afterRead(700)).toBe(true);
  expect(rest.resting).toBe(true);
  vi.advanceTimersByTime(99);
  expect(over).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(over).toHaveBeenCalledTimes(1);
  expect(rest.resting).toBe(false);
});

it('is never longer than a quarter of a second, whatever is asked for', () => {
  const over = vi.fn();
  const rest = new Rest(over);
  rest.pace(1e9);
  rest.afterRead(1);
  vi.advanceTimersByTime(250);
  expect(over).toHaveBeenCalledTimes(1);
  rest.pace(-1);
  expect(rest.afterRead(1)).toBe(false);
});

it('ends at once when nothing is to wait any more; without a word when the connection ends', () => {
  const over = vi.fn();
  const rest = new Rest(over);
  rest.pace(250);
  rest.afterRead(1);
  rest.pace(0);
  expect(over).toHaveBeenCalledTimes(1);
  rest.pace(0);
  expect(over).toHaveBeenCalledTimes(1);
  rest.pace(250);
  rest.afterRead(1);
  rest.stop();
  vi.advanceTimersByTime(10_000);
  expect(over).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
});

it('is not taken by what comes in quantity, however small its pieces', () => {
  const rest = new Rest(() => undefined);
  rest.pace(250);
  expect(rest.afterRead(16 * 1024)).toBe(false);
  let taken = 0;
  // 100 KB a second.
  for (let i = 0; i < 1_000; i++) {
    vi.advanceTimersByTime(10);
    if (rest.afterRead(1_000)) taken += 1;
  }
  expect(taken).toBe(0);
  vi.advanceTimersByTime(2_000);
  expect(rest.afterRead(1_000)).toBe(true);
});
