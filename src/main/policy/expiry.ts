/**
 * When a running policy ends. The time that counts never goes back: it is the highest of what the clock says, what it
 * said before, and the start plus the time that passed on the monotonic clock, so that neither sleep nor turning the
 * clock back prolongs a policy.
 */

/** Both clocks, in milliseconds. */
export interface ClockReading {
  /** Since 1970. */
  readonly wall: number;
  /** Since some point in the past; stands still while the computer sleeps. */
  readonly monotonic: number;
}

export interface PolicyClock {
  readonly start: ClockReading;
  /** The highest time seen, milliseconds since 1970. */
  readonly time: number;
}

export function startClock(reading: ClockReading): PolicyClock {
  return { start: reading, time: reading.wall };
}

export function advanceClock(clock: PolicyClock, reading: ClockReading): PolicyClock {
  const elapsed = clock.start.wall + (reading.monotonic - clock.start.monotonic);
  return { start: clock.start, time: Math.max(clock.time, reading.wall, elapsed) };
}

/** `expires` is ISO 8601. What cannot be read has expired. */
export function hasExpired(clock: PolicyClock, expires: string): boolean {
  const end = Date.parse(expires);
  return Number.isNaN(end) || clock.time >= end;
}
