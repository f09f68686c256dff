import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BareJid } from '../../shared/jid.ts';
import { KnownRanges, MAX_HOLES, MAX_TAILS } from './known-ranges.ts';

const BOB = 'bob@chat.mil' as BareJid;
const place = (n: number) => ({ id: `a${n}`, at: n * 1_000 });
const numberOf = (id: string | undefined) => (id === undefined ? -1 : Number(id.slice(1)));

/** The connection was lost and is there again. */
function away(ranges: KnownRanges, tails: readonly (readonly [BareJid, string])[] = []): void {
  const at = ranges.newest?.at ?? 0;
  ranges.open({ after: ranges.newest, start: 0, from: at, to: at + 1, tails });
}

/** A session to come begins with what this one left. */
function again(ranges: KnownRanges): KnownRanges {
  return new KnownRanges(JSON.parse(JSON.stringify(ranges.stored)));
}

const shape = ({ holes }: KnownRanges) => holes.map(({ after, until }) => [after?.id, until?.id]);

describe('what is known of an archive', () => {
  it('has a hole from the last that was known to the first that came by itself, and another after the next loss', () => {
    const ranges = new KnownRanges();
    ranges.told(place(4), true);
    away(ranges, [[BOB, 'm4']]);
    expect(shape(ranges)).toEqual([['a4', undefined]]);
    for (const n of [9, 10]) ranges.told(place(n), true);
    away(ranges, [[BOB, 'm10']]);
    expect(shape(again(ranges))).toEqual([
      ['a4', 'a9'],
      ['a10', undefined],
    ]);
    expect(again(ranges).holes.map(({ tails }) => [...tails])).toEqual([[[BOB, 'm4']], [[BOB, 'm10']]]);
    // Nothing came since: it is the same hole, however often the connection is lost.
    away(ranges, [[BOB, 'own']]);
    expect(ranges.holes).toHaveLength(2);
    expect(ranges.holes[1]?.tails.get(BOB)).toBe('m10');
  });

  it('goes on behind each page, in a session to come as well, and at the end is known to where the archive ends', () => {
    const ranges = new KnownRanges();
    ranges.told(place(4), true);
    away(ranges);
    const [hole] = ranges.holes;
    if (hole === undefined) throw new Error('no hole');
    ranges.advance(hole, 'a44', 44_000);
    expect(shape(again(ranges))).toEqual([['a44', undefined]]);
    // The last of the archive is a receipt: it is not asked for once more.
    ranges.advance(hole, 'a52', undefined);
    ranges.close(hole);
    expect([ranges.newest, ranges.holes]).toEqual([{ id: 'a52', at: 44_000 }, []]);
    away(ranges);
    expect(shape(ranges)).toEqual([['a52', undefined]]);
  });

  it('does not take what came before the session was there for the end of a hole', () => {
    const ranges = new KnownRanges();
    ranges.told(place(4), true);
    const before = ranges.newest;
    ranges.told(place(8), false);
    ranges.open({ after: before, start: 0, from: 4_000, to: 9_000, tails: [] });
    expect(shape(ranges)).toEqual([['a4', undefined]]);
    ranges.told(place(9), true);
    expect(shape(ranges)).toEqual([['a4', 'a9']]);
  });

  it('is read from its beginning where it was empty, and by time where nothing is known', () => {
    const empty = new KnownRanges();
    empty.begin({ id: '', at: 0 });
    away(empty);
    expect(empty.holes[0]).toMatchObject({ after: undefined, start: undefined });
    const unknown = new KnownRanges();
    unknown.open({ after: undefined, start: 77, from: 100, to: 200, tails: [] });
    expect(again(unknown).holes[0]).toMatchObject({ after: undefined, start: 77 });
  });

  it('is bounded: holes with the least between them become one, tails are cut, ids of any length are not taken', () => {
    const ranges = new KnownRanges();
    for (let n = 0; n < 60; n += 1) {
      ranges.told({ id: `a${n}`, at: n * (n === 31 ? 1 : 1_000) }, true);
      away(ranges, [[BOB, `m${n}`]]);
    }
    expect(ranges.holes).toHaveLength(MAX_HOLES);
    expect(shape(ranges)[0]?.[0]).toBe('a0');
    expect(shape(ranges).at(-1)).toEqual(['a59', undefined]);
    const crowd = new KnownRanges();
    crowd.told(place(1), true);
    const jid = (n: number) => `u${n}@chat.mil` as BareJid;
    away(
      crowd,
      Array.from({ length: MAX_TAILS + 10 }, (_, n) => [jid(n), `m${n}`] as const),
    );
    expect(again(crowd).holes[0]?.tails.size).toBe(MAX_TAILS);
    expect([crowd.holes[0]?.tailsCut, again(crowd).holes[0]?.tailsCut]).toEqual([false, true]);
    crowd.told({ id: 'x'.repeat(513), at: 5 }, true);
    expect(crowd.newest).toEqual(place(1));
  });

  it('never loses what nobody has, and fetches nothing that is here, however sessions and links end', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ op: fc.constant('say' as const), count: fc.nat(5) }) },
      { weight: 2, arbitrary: fc.record({ op: fc.constant('lose' as const), count: fc.nat(8) }) },
      { weight: 1, arbitrary: fc.record({ op: fc.constant('restart' as const), count: fc.nat(8) }) },
      { weight: 3, arbitrary: fc.record({ op: fc.constant('page' as const), count: fc.nat(6) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        let ranges = new KnownRanges();
        const known = new Set<number>();
        let [end, joins] = [0, 0];
        let twice = 0;
        const page = (size: number): void => {
          const hole = ranges.holes.at(-1);
          if (hole === undefined) return;
          const from = numberOf(hole.after?.id) + 1;
          const until = hole.until === undefined ? end : numberOf(hole.until.id);
          const to = Math.min(from + size, until);
          for (let n = from; n < to; n += 1) {
            if (known.has(n)) twice += 1;
            known.add(n);
          }
          if (to > from) ranges.advance(hole, `a${to - 1}`, (to - 1) * 1_000);
          if (to === until) ranges.close(hole);
        };
        const check = (): void => {
          const isMissing = (n: number) =>
            ranges.holes.some(
              ({ after, until }) =>
                n > numberOf(after?.id) && (until === undefined || n < numberOf(until.id)),
            );
          for (let n = 0; n < end; n += 1) expect(known.has(n) || isMissing(n)).toBe(true);
          expect(ranges.holes.length).toBeLessThanOrEqual(MAX_HOLES);
        };
        ranges.begin({ id: '', at: 0 });
        for (const { op, count } of steps) {
          const before = ranges.holes.length;
          if (op === 'say') {
            for (let left = count; left > 0; left -= 1) {
              known.add(end);
              ranges.told(place(end), true);
              end += 1;
            }
          } else if (op === 'page') page(count);
          else {
            end += count;
            if (op === 'restart') ranges = again(ranges);
            away(ranges);
            if (before === MAX_HOLES) joins += 1;
          }
          check();
        }
        while (ranges.holes.length > 0) page(7);
        for (let n = 0; n < end; n += 1) expect(known.has(n)).toBe(true);
        if (joins === 0) expect(twice).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
