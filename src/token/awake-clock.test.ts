import { expect, test } from 'vitest';
import { AwakeClock } from './awake-clock.ts';

test('goes with the time from look to look', () => {
  const clock = new AwakeClock(200);
  expect(clock.look(5_000)).toBe(0);
  expect(clock.look(5_200)).toBe(200);
  expect(clock.look(5_410)).toBe(410);
  expect(clock.ms).toBe(410);
});

test('does not count the time in which nobody here could look', () => {
  const clock = new AwakeClock(200);
  clock.look(0);
  clock.look(200);
  expect(clock.look(60_000)).toBe(600);
  expect(clock.look(60_200)).toBe(800);
});
