import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Latest } from './latest.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function latest(): { readonly latest: Latest<number>; readonly told: number[] } {
  const told: number[] = [];
  return { latest: new Latest<number>(100, (value) => told.push(value)), told };
}

it('tells the first change at once and the last one of many after the interval', () => {
  const { latest: value, told } = latest();
  for (let i = 1; i <= 1000; i++) value.set(i);
  expect(told).toEqual([1]);
  vi.advanceTimersByTime(100);
  expect(told).toEqual([1, 1000]);
  vi.advanceTimersByTime(1000);
  value.set(7);
  expect(told).toEqual([1, 1000, 7]);
});

it('does not repeat itself', () => {
  const { latest: value, told } = latest();
  value.set(0);
  value.set(1);
  value.set(0);
  vi.advanceTimersByTime(1000);
  value.set(0);
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([0]);
});

it('tells nothing after it was closed', () => {
  const { latest: value, told } = latest();
  value.set(1);
  value.set(2);
  value.close();
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([1]);
});
