import { expect, it } from 'vitest';
import { inBlocks, withKept } from './kept-rows.ts';

it('keeps a row and its neighbours in the document, in order', () => {
  expect(withKept([10, 11, 12], [undefined, 4], 100)).toEqual([3, 4, 5, 10, 11, 12]);
  expect(withKept([0, 1], [0, 99], 100)).toEqual([0, 1, 98, 99]);
  expect(withKept([0, 1], [1], 2)).toEqual([0, 1]);
});

it('begins with a whole block wherever the list itself begins, and has the rows beside those in sight', () => {
  const begin = (startIndex: number, first: number) => {
    const rows = inBlocks({ startIndex, endIndex: startIndex + 20, overscan: 6, count: 1_000 }, first);
    expect(rows).toEqual(Array.from({ length: rows.length }, (_, offset) => (rows[0] ?? 0) + offset));
    expect(rows.at(-1)).toBe(startIndex + 26);
    return rows[0] ?? -1;
  };
  // Sixteen messages come, one by one: the first row goes once.
  expect(new Set(Array.from({ length: 17 }, (_, come) => begin(100 + come, 0))).size).toBe(2);
  for (const first of [0, 5, 16, 1_000_003, -7, -64]) {
    const start = begin(100, first);
    expect(start).toBeLessThanOrEqual(94);
    expect(start).toBeGreaterThan(94 - 16);
    // The same rows when the list was cut at its beginning, or has grown there.
    expect(begin(100 - 30, first + 30)).toBe(start - 30);
    expect(begin(100 + 30, first - 30)).toBe(start + 30);
    expect(begin(0, first)).toBe(0);
  }
  expect(inBlocks({ startIndex: 0, endIndex: 3, overscan: 6, count: 4 }, -2)).toEqual([0, 1, 2, 3]);
  expect(inBlocks({ startIndex: 0, endIndex: 0, overscan: 6, count: 0 }, 0)).toEqual([]);
});
