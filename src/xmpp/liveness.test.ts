import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_TIMEOUTS } from './limits.ts';
import { Liveness } from './liveness.ts';

describe('Liveness', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function watched() {
    const seen = { probes: 0, dead: 0, received: performance.now() };
    const liveness = new Liveness({
      timeouts: DEFAULT_TIMEOUTS,
      lastReceived: () => seen.received,
      probe: () => {
        seen.probes += 1;
      },
      dead: () => {
        seen.dead += 1;
        liveness.stop();
      },
    });
    return { seen, liveness };
  }

  it('asks after a minute of silence and gives up 20 seconds later', () => {
    const { seen } = watched();
    vi.advanceTimersByTime(70_000);
    expect(seen).toMatchObject({ probes: 1, dead: 0 });
    vi.advanceTimersByTime(25_000);
    expect(seen.dead).toBe(1);
  });

  it('notices a dead connection also when the clock is set back meanwhile', () => {
    const { seen } = watched();
    vi.advanceTimersByTime(70_000);
    vi.setSystemTime(Date.now() - 86_400_000);
    vi.advanceTimersByTime(25_000);
    expect(seen.dead).toBe(1);
  });

  it('gives nobody up because the clock is set forward, but asks', () => {
    const { seen, liveness } = watched();
    vi.advanceTimersByTime(5_000);
    vi.setSystemTime(Date.now() + 86_400_000);
    vi.advanceTimersByTime(5_000);
    expect(seen).toMatchObject({ probes: 1, dead: 0 });
    seen.received = performance.now();
    vi.advanceTimersByTime(30_000);
    expect(seen).toMatchObject({ probes: 1, dead: 0 });
    liveness.stop();
  });
});
