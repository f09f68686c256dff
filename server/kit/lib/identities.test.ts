import { describe, expect, it } from 'vitest';
import { withoutGone } from './identities.mjs';

const people = (count: number) => Array.from({ length: count }, (_, n) => ({ account: `p${n}` }));
const mapped = (count: number) => new Map(people(count).map(({ account }) => [account, { spki: [account] }]));

describe('identities of people who are gone from the directory', () => {
  it.each([
    ['nobody', 3, 3, 0],
    ['one of two', 2, 1, 1],
    ['as many as may be', 20, 0, 20],
    ['one for five who stay', 300, 250, 50],
  ])('go with them: %s', (_what, before, after, dropped) => {
    const { kept, ...numbers } = withoutGone(mapped(before), people(after));
    expect(numbers).toEqual({ dropped, spared: 0 });
    expect(kept).toEqual(mapped(after));
  });

  it.each([
    ['nearly all of a few', 22, 1],
    ['half', 300, 150],
    ['more than one for five who stay', 300, 249],
  ])('stay where the directory seems to have answered in part: %s', (_what, before, after) => {
    const { kept, ...numbers } = withoutGone(mapped(before), people(after));
    expect(numbers).toEqual({ dropped: 0, spared: before - after });
    expect(kept).toEqual(mapped(before));
  });
});
