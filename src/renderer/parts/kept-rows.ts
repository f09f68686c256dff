import type { Range } from '@tanstack/react-virtual';

/** Rows that stay in the document wherever the list is scrolled to: `kept` and those beside them, so that arrow keys go on from there. */
export function withKept(
  range: readonly number[],
  kept: readonly (number | undefined)[],
  count: number,
): number[] {
  const all = new Set(range);
  for (const index of kept) {
    if (index === undefined) continue;
    for (const near of [index - 1, index, index + 1]) if (near >= 0 && near < count) all.add(near);
  }
  return [...all].sort((a, b) => a - b);
}

/** Rows of a message list come and go by so many at its beginning. */
const BLOCK = 16;

/**
 * Indexes of the rows from `startIndex` to `endIndex` and `overscan` beside them, the first of them the first of a block of {@link BLOCK}.
 * Where the end of a list is followed for hours, rows leave the document at its beginning all the time, and each time what
 * is kept of the picture there is made anew.
 * @param first where the row of index 0 is in a whole that grows and is cut at its beginning, so that blocks stay where they are; may be negative
 */
export function inBlocks(
  { startIndex, endIndex, overscan, count }: Omit<Range, 'lanes'>,
  first: number,
): number[] {
  const from = first + Math.max(0, startIndex - overscan);
  const start = Math.max(0, Math.floor(from / BLOCK) * BLOCK - first);
  const end = Math.min(endIndex + overscan, count - 1);
  return Array.from({ length: Math.max(0, end - start + 1) }, (_, offset) => start + offset);
}
