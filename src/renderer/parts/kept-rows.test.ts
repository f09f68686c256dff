import { expect, it } from 'vitest';
import { withKept } from './kept-rows.ts';

it('keeps a row and its neighbours in the document, in order', () => {
  expect(withKept([10, 11, 12], [undefined, 4], 100)).toEqual([3, 4, 5, 10, 11, 12]);
  expect(withKept([0, 1], [0, 99], 100)).toEqual([0, 1, 98, 99]);
  expect(withKept([0, 1], [1], 2)).toEqual([0, 1]);
});
