import { describe, expect, it } from 'vitest';
import { LinkMeter } from './link-quality.ts';

/** Measures these round trips one after the other. */
function measure(meter: LinkMeter, ...roundTrips: readonly number[]) {
  let now = 0;
  return roundTrips.map((roundTrip) => {
    meter.asked(now);
    now += roundTrip;
    return meter.answered(now);
  });
}

describe('the link meter', () => {
  it('knows nothing before the first answer, and takes no answer for one that nobody asked for', () => {
    const meter = new LinkMeter();
    expect(meter.quality).toBeUndefined();
    expect(meter.answered(5)).toBeUndefined();
    expect(measure(meter, 40)).toEqual([{ roundTrip: 40, slow: false }]);
    expect(meter.answered(99_999)).toEqual({ roundTrip: 40, slow: false });
  });

  it('measures from the first question that is open', () => {
    const meter = new LinkMeter();
    meter.asked(0);
    meter.asked(900);
    expect(meter.answered(1_000)).toEqual({ roundTrip: 1_000, slow: true });
  });

  it('smooths, and calls a link slow until it is clearly not', () => {
    const meter = new LinkMeter();
    const slow = measure(meter, 2_000, 100, 100, 100, 100).map((quality) => quality?.slow);
    expect(slow).toEqual([true, true, true, true, true]);
    expect(measure(meter, 100, 100, 100).at(-1)).toMatchObject({ slow: false });
    expect(measure(meter, 1_200)[0]).toMatchObject({ slow: false });
  });

  it('begins anew on another connection', () => {
    const meter = new LinkMeter();
    measure(meter, 2_000);
    meter.asked(0);
    meter.reset();
    expect(meter.answered(10)).toBeUndefined();
    expect(measure(meter, 10)).toEqual([{ roundTrip: 10, slow: false }]);
  });
});
