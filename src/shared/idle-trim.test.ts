import { describe, expect, it } from 'vitest';
import { IdleTrim } from './idle-trim.ts';

const MEGABYTE = 2 ** 20;

describe('IdleTrim', () => {
  it('waits until there is nothing to do', () => {
    const trim = new IdleTrim();
    expect(trim.isDue(false, 10 * MEGABYTE)).toBe(false);
    expect(trim.isDue(true, 10 * MEGABYTE)).toBe(true);
  });

  it('leaves a small heap alone', () => {
    expect(new IdleTrim().isDue(true, 3 * MEGABYTE)).toBe(false);
  });

  it('comes again after a minute, and only when the heap has grown', () => {
    const trim = new IdleTrim();
    expect(trim.isDue(true, 10 * MEGABYTE)).toBe(true);
    trim.trimmed(6 * MEGABYTE);
    for (let look = 1; look < 12; look += 1) expect(trim.isDue(true, 20 * MEGABYTE)).toBe(false);
    expect(trim.isDue(true, 9 * MEGABYTE)).toBe(false);
    expect(trim.isDue(true, 20 * MEGABYTE)).toBe(true);
  });
});
