/** How tiles stand on the watch floor, and which is beside which. Pure. */

/** Columns for so many tiles, so that each is as wide as it can be while none is a strip. */
export function columnsFor(count: number): number {
  if (count <= 1) return 1;
  if (count <= 4) return 2;
  return count <= 9 ? 3 : 4;
}

/**
 * The tile that an arrow key goes to from tile `at` (-1: none has the focus); `undefined`: there is none in that direction,
 * or the key is no arrow.
 */
export function tileAfter(at: number, key: string, count: number, columns: number): number | undefined {
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[key];
  if (step === undefined || count === 0) return undefined;
  if (at === -1) return 0;
  const next = at + step;
  if (next < 0) return undefined;
  if (next < count) return next;
  // Below the last full row: the last tile, unless this is it or stands in its row.
  const isLastRow = Math.floor(at / columns) === Math.floor((count - 1) / columns);
  return key === 'ArrowDown' && !isLastRow ? count - 1 : undefined;
}
