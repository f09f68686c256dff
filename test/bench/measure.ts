/** Figures of a benchmark: repeated, summarised, compared with their target. Nothing here passes or fails. */

export interface Figure {
  readonly name: string;
  readonly unit: 'µs' | 'ms' | 's' | '%' | 'MB' | 'MB/s' | '×' | 'messages';
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
  /** What the project aims at on a machine of two cores; `under` it is good. */
  readonly target?: number;
  /** How it was measured, in a few words. */
  readonly note?: string;
}

export interface FigureOptions {
  readonly name: string;
  readonly unit: Figure['unit'];
  readonly target?: number;
  readonly note?: string;
}

export function figure(options: FigureOptions, values: readonly number[]): Figure {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number): number => Math.round((sorted[index] ?? Number.NaN) * 100) / 100;
  return {
    ...options,
    median: at(Math.floor(sorted.length / 2)),
    min: at(0),
    max: at(sorted.length - 1),
    runs: values.length,
  };
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown> | unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** `work` repeated after `warmUp` runs that do not count. */
export async function repeat(
  runs: number,
  warmUp: number,
  work: () => Promise<number> | number,
): Promise<readonly number[]> {
  const values: number[] = [];
  for (let run = -warmUp; run < runs; run++) {
    const value = await work();
    if (run >= 0) values.push(value);
  }
  return values;
}

/** A table for people; the JSON file is for programs. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, unit, median, min, max, runs, target, note }) => [
    name,
    `${median} ${unit}`,
    `${min} – ${max}`,
    String(runs),
    target === undefined ? '' : `under ${target} ${unit}${median < target ? '' : '  (missed)'}`,
    note ?? '',
  ]);
  const all = [['figure', 'median', 'min – max', 'runs', 'target', ''], ...rows];
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
