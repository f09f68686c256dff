import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fits,
  MAX_QUERY_LENGTH,
  parseQuery,
  type Searchable,
  type SearchQuery,
  serverWords,
  wordsOf,
} from './search-query.ts';

const NONE = { terms: [], from: [], in: [], label: [] } satisfies SearchQuery;
const term = (words: readonly string[], prefix = false) => ({ words, prefix });

function query(text: string): SearchQuery {
  const parsed = parseQuery(text);
  if (parsed.kind !== 'query') throw new Error(`${text} is ${parsed.kind}`);
  return parsed.query;
}

function message(changes: Partial<Searchable> = {}): Searchable {
  return {
    body: 'Convoy left Alpha',
    sender: 'bob@chat.mil',
    conversation: 'ops@rooms.mil',
    label: 'CUI',
    at: 1000,
    ...changes,
  };
}

describe('parseQuery', () => {
  it.each([
    ['convoy alpha ', { ...NONE, terms: [term(['convoy']), term(['alpha'])] }],
    ['conv', { ...NONE, terms: [term(['conv'], true)] }],
    ['co', { ...NONE, terms: [term(['co'])] }],
    ['co* x ', { ...NONE, terms: [term(['co'], true), term(['x'])] }],
    ['"convoy left" ', { ...NONE, terms: [term(['convoy', 'left'])] }],
    ['"not closed', { ...NONE, terms: [term(['not', 'closed'])] }],
    ['re-supply ', { ...NONE, terms: [term(['re', 'supply'])] }],
    [
      'from:Bob in:"watch floor" label:SECRET',
      { ...NONE, from: ['bob'], in: ['watch floor'], label: ['secret'] },
    ],
    ['FROM:bob FROM:carol', { ...NONE, from: ['bob', 'carol'] }],
    ['"from:bob" ', { ...NONE, terms: [term(['from', 'bob'])] }],
    ['after:2026-11-29', { ...NONE, after: Date.UTC(2026, 10, 29) }],
    [
      'before:2026-11-29T12:30Z after:2026-01-01',
      { ...NONE, before: Date.UTC(2026, 10, 29, 12, 30), after: Date.UTC(2026, 0, 1) },
    ],
    ['http://x.mil ', { ...NONE, terms: [term(['http', 'x', 'mil'])] }],
  ])('%s', (text, expected) => {
    expect(query(text)).toEqual(expected);
  });

  it.each(['', '   ', '"" ', '!!! ', '* '])('%j asks for nothing', (text) => {
    expect(parseQuery(text)).toEqual({ kind: 'empty' });
  });

  it.each([
    ['before:tomorrow', 'date', 'before:tomorrow'],
    ['after:2026-02-30', 'date', 'after:2026-02-30'],
    ['after:2026-11-29T25:00', 'date', 'after:2026-11-29T25:00'],
    ['from:', 'value', 'from:'],
    ['in:"" x', 'value', 'in:'],
    ['x'.repeat(MAX_QUERY_LENGTH + 1), 'too-long', ''],
    ['a '.repeat(17), 'too-long', ''],
  ] as const)('%s cannot be understood', (text, reason, part) => {
    expect(parseQuery(text)).toEqual({ kind: 'invalid', reason, part });
  });

  it('takes anything that can be typed, and its words are words', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 600 }), (text) => {
        const parsed = parseQuery(text);
        if (parsed.kind !== 'query') return;
        for (const { words } of parsed.query.terms) {
          expect(words.length).toBeGreaterThan(0);
          for (const word of words) expect(wordsOf(word)).toEqual([word]);
        }
      }),
    );
  });

  it('reads back what it was made of', () => {
    const word = fc
      .stringMatching(/^[a-z0-9]{1,8}$/u)
      .filter((one) => !/^(from|in|label|before|after)$/u.test(one));
    const day = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 4 }),
        fc.array(word, { minLength: 2, maxLength: 3 }),
        word,
        day,
        (words, phrase, name, date) => {
          const iso = date.toISOString().slice(0, 10);
          const text = `${words.join(' ')} "${phrase.join(' ')}" from:${name} in:"${name}" after:${iso}`;
          expect(query(text)).toEqual({
            ...NONE,
            terms: [...words.map((one) => term([one])), term(phrase)],
            from: [name],
            in: [name],
            after: Date.parse(iso),
          });
        },
      ),
    );
  });
});

describe('fits', () => {
  it.each([
    ['convoy', {}, true],
    ['CONVOY alpha ', {}, true],
    ['conv', {}, true],
    ['conv ', {}, false],
    ['"left alpha"', {}, true],
    ['"alpha left"', {}, false],
    ['"left al"', {}, false],
    ['from:bob', {}, true],
    ['from:hawk', { shownAs: 'Hawk Two' }, true],
    ['from:carol', {}, false],
    ['in:ops label:cui', {}, true],
    ['label:secret', {}, false],
    ['uber ', { body: 'Über' }, true],
  ] as const)('%s', (text, changes, expected) => {
    expect(fits(query(text), message(changes))).toBe(expected);
  });

  it('begins with after and ends before before', () => {
    const at = Date.UTC(2026, 10, 29);
    for (const [text, time, expected] of [
      ['after:2026-11-29', at, true],
      ['after:2026-11-29', at - 1, false],
      ['before:2026-11-29', at, false],
      ['before:2026-11-29', at - 1, true],
    ] as const)
      expect(fits(query(text), message({ at: time }))).toBe(expected);
  });
});

describe('what a server is asked for', () => {
  it.each([
    ['Kestrel "north gate" from:bob', ['kestrel', 'north', 'gate']],
    ['Ångström café*', ['ångström', 'café']],
    ['a bb a-ccc', ['bb', 'ccc']],
    ['from:bob before:2026-01-01', []],
    [
      Array.from({ length: 30 }, (_, n) => `w${n}x`).join(' '),
      Array.from({ length: 16 }, (_, n) => `w${n}x`),
    ],
  ])('%s', (typed, words) => {
    expect(serverWords(typed)).toEqual(words);
  });
});
