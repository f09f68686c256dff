import { describe, expect, it } from 'vitest';
import { fromSegment, toSegment } from './room-names.ts';

describe('a room’s name in an address', () => {
  it.each([
    ['ops', 'ops'],
    ['night\\20watch', 'night~20watch'],
    ['a\\2fb', 'a~2fb'],
    ['~', '~7e'],
    ['~7e', '~7e7e'],
    ['\\7e', '~7E'],
  ])('%s is %s', (localpart, segment) => {
    expect(toSegment(localpart)).toBe(segment);
  });

  it('comes back as it was, in a capital where XEP-0106 does not write it', () => {
    for (const name of [
      'ops',
      'night\\20watch',
      '\\5c\\2f',
      '~',
      '~~',
      '~7e',
      '7e~',
      '~20',
      'a~\\20~b',
      '\\20~7e',
    ])
      expect(fromSegment(toSegment(name))).toBe(name);
    for (const name of ['\\7e', 'a\\7e7e', '\\7e~', '~\\7e'])
      expect(fromSegment(toSegment(name)).toLowerCase()).toBe(name);
    for (const name of ['ops', 'night\\20watch', 'a~b']) expect(toSegment(name)).not.toContain('\\');
  });
});
