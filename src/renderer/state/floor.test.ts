import { expect, it } from 'vitest';
import { columnsFor, tileAfter } from './floor.ts';

it('tiles are never more than four beside each other and never fewer rows than needed', () => {
  expect([0, 1, 2, 4, 5, 9, 10, 12].map(columnsFor)).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
});

it.each([
  ['to the right', 0, 'ArrowRight', 1],
  ['on to the next row', 3, 'ArrowRight', 4],
  ['down', 1, 'ArrowDown', 5],
  ['up', 5, 'ArrowUp', 1],
  ['back', 4, 'ArrowLeft', 3],
  ['into a last row that is shorter', 6, 'ArrowDown', 9],
  ['from nowhere to the first', -1, 'ArrowLeft', 0],
  ['nowhere above the first row', 2, 'ArrowUp', undefined],
  ['nowhere before the first', 0, 'ArrowLeft', undefined],
  ['nowhere behind the last', 9, 'ArrowRight', undefined],
  ['nowhere below the last row', 8, 'ArrowDown', undefined],
  ['nowhere with another key', 0, 'Enter', undefined],
] as const)('an arrow goes %s', (_where, at, key, next) => {
  expect(tileAfter(at, key, 10, 4)).toBe(next);
});

it('there is no tile to go to on an empty floor', () => {
  expect(tileAfter(-1, 'ArrowRight', 0, 1)).toBeUndefined();
});
