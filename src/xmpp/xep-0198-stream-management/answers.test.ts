import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Answers } from './answers.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('answers the first request at once and all that follow it together', () => {
  const answer = vi.fn();
  const answers = new Answers(answer);
  answers.onRequest();
  expect(answer).toHaveBeenCalledTimes(1);
  for (let i = 0; i < 100; i++) answers.onRequest();
  expect(answer).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(250);
  expect(answer).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(10_000);
  expect(answer).toHaveBeenCalledTimes(2);
  answers.onRequest();
  expect(answer).toHaveBeenCalledTimes(3);
});

it('answers nothing on a stream that is gone, and at once on the next', () => {
  const answer = vi.fn();
  const answers = new Answers(answer);
  answers.onRequest();
  answers.onRequest();
  answers.stop();
  vi.advanceTimersByTime(1_000);
  expect(answer).toHaveBeenCalledTimes(1);
  answers.onRequest();
  expect(answer).toHaveBeenCalledTimes(2);
});

it('answers in the turn of a request where the last answer is a while ago, and runs no timer then', () => {
  const answer = vi.fn();
  const answers = new Answers(answer);
  for (let i = 1; i <= 10; i++) {
    answers.onRequest();
    expect(answer).toHaveBeenCalledTimes(i);
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(220);
  }
});
