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
