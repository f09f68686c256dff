/** A point in time by two clocks. */
export interface Moment {
  /** Does not jump, and stands still while the machine sleeps. */
  readonly steady: number;
  /** The other way round. */
  readonly wall: number;
}

export const moment = (): Moment => ({ steady: performance.now(), wall: Date.now() });

/** Whole seconds since then, by the clock that has gone further: asking for too much does no harm. */
export function secondsSince({ steady, wall }: Moment): number {
  return Math.ceil(Math.max(performance.now() - steady, Date.now() - wall) / 1000);
}
