/** Fewer points for the same line (Ramer 1972, Douglas and Peucker 1973). Pure. */
import type { Point } from '../../../shared/whiteboard.ts';

/** Distance of a point from the segment between two others, in the board's units. */
export function distanceTo(point: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const along =
    length === 0 ? 0 : Math.min(1, Math.max(0, ((point.x - from.x) * dx + (point.y - from.y) * dy) / length));
  return Math.hypot(point.x - from.x - along * dx, point.y - from.y - along * dy);
}

/** The points without those that are nearer than `tolerance` to the line that is left. */
export function simplified(points: readonly Point[], tolerance: number): readonly Point[] {
  const kept = new Set([0, points.length - 1]);
  const open: (readonly [number, number])[] = [[0, points.length - 1]];
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    const [start, end] = span;
    const [from, to] = [points[start], points[end]];
    if (from === undefined || to === undefined) continue;
    let farthest = -1;
    let distance = tolerance;
    for (let at = start + 1; at < end; at += 1) {
      const point = points[at];
      const found = point === undefined ? 0 : distanceTo(point, from, to);
      if (found > distance) {
        farthest = at;
        distance = found;
      }
    }
    if (farthest === -1) continue;
    kept.add(farthest);
    open.push([start, farthest], [farthest, end]);
  }
  return points.filter((_, at) => kept.has(at));
}

/** The same, as coarse as it has to be for at most `limit` points. */
export function simplifiedTo(points: readonly Point[], limit: number, tolerance: number): readonly Point[] {
  let result = simplified(points, tolerance);
  for (let coarse = tolerance * 2; result.length > limit; coarse *= 2) result = simplified(points, coarse);
  return result;
}
