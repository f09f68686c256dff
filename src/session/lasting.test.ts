import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Lasting } from './lasting.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function lasting(): { readonly lasting: Lasting; readonly told: number[] } {
  const told: number[] = [];
  return { lasting: new Lasting(100, (value) => told.push(value)), told };
}

it('tells what has lasted an interval, and the last one of many after the next', () => {
  const { lasting: value, told } = lasting();
  for (let i = 1; i <= 1000; i++) value.set(i);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(100);
  expect(told).toEqual([1]);
  vi.advanceTimersByTime(100);
  expect(told).toEqual([1, 1000]);
  vi.advanceTimersByTime(1000);
  value.set(7);
  vi.advanceTimersByTime(100);
  expect(told).toEqual([1, 1000, 7]);
});

it('does not tell what is taken back again and again, and tells what stays in the end', () => {
  const { lasting: value, told } = lasting();
  value.set(0);
  vi.advanceTimersByTime(100);
  for (let i = 0; i < 50; i++) {
    value.set(1);
    vi.advanceTimersByTime(40);
    value.set(2);
    vi.advanceTimersByTime(40);
    value.set(0);
  }
  expect(told).toEqual([0]);
  value.set(3);
  vi.advanceTimersByTime(200);
  expect(told).toEqual([0, 3]);
});

it('tells a fall within an interval', () => {
  const { lasting: value, told } = lasting();
  value.set(5);
  vi.advanceTimersByTime(1000);
  value.set(6);
  value.set(0);
  vi.advanceTimersByTime(100);
  expect(told).toEqual([5, 0]);
});

it('does not repeat itself', () => {
  const { lasting: value, told } = lasting();
  value.set(0);
  value.set(1);
  value.set(0);
  vi.advanceTimersByTime(1000);
  value.set(0);
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([0]);
});

it('tells nothing after it was closed', () => {
  const { lasting: value, told } = lasting();
  value.set(1);
  vi.advanceTimersByTime(1000);
  value.set(2);
  value.close();
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([1]);
});
