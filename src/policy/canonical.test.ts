import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCanonical } from './index.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
/** What RFC 8785's own implementation says of a text. */
function isCanonical(text: string): boolean {
  try {
    return canonicalize(JSON.parse(text)) === text;
  } catch {
    return false;
  }
}

/** JSON values whose member names are of the kinds that order themselves differently. */
const names = fc.oneof(
  fc.string({ maxLength: 3 }),
  fc.integer({ min: 0, max: 120 }).map(String),
  fc.constantFrom('é', '\u{1f600}', '\ufb33', '€', '', '\r', '\u0080'),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(names, tie('value'), { maxKeys: 5 }),
  ),
}));

describe('canonical JSON', () => {
  it('is every text that RFC 8785’s implementation makes', () => {
    fc.assert(
      fc.property(value, (one) => {
        const plain: unknown = JSON.parse(JSON.stringify(one));
        const text = canonicalize(plain) ?? '';
        fc.pre(!text.includes('"__proto__"'));
        expect(parseCanonical(bytes(text))).toEqual({ ok: true, value: plain });
      }),
      { numRuns: 1_000 },
    );
  });

  it('is no other text', () => {
    fc.assert(
      fc.property(value, fc.nat(), fc.constantFrom(' ', '0', '"', '\\', ',', '{', 'a'), (one, at, sign) => {
        const text = JSON.stringify(one);
        const place = at % (text.length + 1);
        for (const changed of [text, text.slice(0, place) + sign + text.slice(place)]) {
          fc.pre(!changed.includes('__proto__') && Buffer.from(changed).toString() === changed);
          expect(parseCanonical(bytes(changed)).ok).toBe(isCanonical(changed));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['members in the order of their numbers', '{"9":1,"10":2}', false],
    ['members in the order of their code units', '{"10":2,"9":1}', true],
    ['an escaped lone surrogate', '"\\ud800"', false],
    ['an escaped pair of surrogates', '"\\ud83d\\ude00"', false],
    ['a backslash before the letters of an escape', '"\\\\ud800"', true],
    ['a member twice', '{"a":1,"a":1}', false],
    ['-0', '-0', false],
    ['an exponent', '1e+30', true],
    ['the same without its sign', '1e30', false],
    ['white space', '[1, 2]', false],
    ['members above and below the surrogates', '{"\u{1f600}":1,"\ufb33":2}', true],
  ])('%s: %s is %s', (_name, text, expected) => {
    expect(parseCanonical(bytes(text)).ok).toBe(expected);
    expect(isCanonical(text)).toBe(expected);
  });
});
