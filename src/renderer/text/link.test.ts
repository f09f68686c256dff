import { describe, expect, it } from 'vitest';
import { linkBars, linkHint, linkPace } from './link.ts';

describe('the link meter', () => {
  it('says the round trip in few characters, and in words when it is slow', () => {
    expect([1, 42, 999, 1_000, 1_449, 9_949, 12_400].map(linkPace)).toEqual([
      '1 ms',
      '42 ms',
      '999 ms',
      '1.0 s',
      '1.4 s',
      '9.9 s',
      '12 s',
    ]);
    expect(linkHint(42, false)).toBe('Link: 42 ms for a round trip.');
    expect(linkHint(2_000, true)).toContain('presence arrives together with the next message');
  });

  it('has a bar less for each pace', () => {
    expect([10, 150, 500, 1_500, 60_000].map(linkBars)).toEqual([4, 3, 2, 1, 1]);
  });
});
