import { expect, it } from 'vitest';
import { atExit } from './at-exit.ts';

it('does everything that is wanted still, in order, behind one listener, and leaves none behind', () => {
  const before = process.listeners('exit');
  const done: number[] = [];
  const takeBack = Array.from({ length: 30 }, (_, index) => atExit(() => done.push(index)));
  const [listener, ...others] = process.listeners('exit').filter((one) => !before.includes(one));
  expect(others).toEqual([]);
  for (const index of [4, 4, 7]) takeBack[index]?.();
  listener?.(0);
  expect(done).toEqual(
    Array.from({ length: 30 }, (_, index) => index).filter((index) => index !== 4 && index !== 7),
  );
  for (const each of takeBack) each();
  expect(process.listeners('exit')).toEqual(before);
});
