import { describe, expect, it } from 'vitest';
import { advanceClock, hasExpired, startClock } from './expiry.ts';

describe('the end of a policy', () => {
  const start = Date.parse('2026-11-22T10:00:00Z');
  const expires = '2026-11-22T11:00:00Z';
  const hour = 3_600_000;
  const clock = startClock({ wall: start, monotonic: 5_000 });

  it('comes with the clock', () => {
    expect(hasExpired(clock, expires)).toBe(false);
    const almost = advanceClock(clock, { wall: start + hour - 1, monotonic: 5_000 + hour - 1 });
    expect(hasExpired(almost, expires)).toBe(false);
    expect(hasExpired(advanceClock(almost, { wall: start + hour, monotonic: 5_000 + hour }), expires)).toBe(
      true,
    );
  });

  it('comes although the computer slept and the monotonic clock stood still', () => {
    expect(hasExpired(advanceClock(clock, { wall: start + hour, monotonic: 5_001 }), expires)).toBe(true);
  });

  it('is not put off by turning the clock back', () => {
    const back = advanceClock(clock, { wall: start - 24 * hour, monotonic: 5_000 + hour });
    expect(hasExpired(back, expires)).toBe(true);
    const jumped = advanceClock(clock, { wall: start + hour, monotonic: 5_001 });
    expect(hasExpired(advanceClock(jumped, { wall: start, monotonic: 5_002 }), expires)).toBe(true);
  });

  it('has come when it cannot be read', () => {
    expect(hasExpired(clock, 'never')).toBe(true);
  });
});
