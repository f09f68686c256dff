import { describe, expect, it } from 'vitest';
import { opaqueString, usernameCaseMapped } from './precis.ts';

describe('UsernameCaseMapped (RFC 8265 3.3)', () => {
  it.each([
    ['alice', 'alice'],
    ['Alice', 'alice'],
    ['juliet.capulet+x=1!', 'juliet.capulet+x=1!'],
    ['fussball', 'fussball'],
    // RFC 8265 3.5, table 1: sharp s, pi, sigmas.
    ['fu\u00dfball', 'fu\u00dfball'],
    ['\u03c0', '\u03c0'],
    ['\u03a3', '\u03c3'],
    ['\u03c3', '\u03c3'],
    ['\u03c2', '\u03c2'],
    // Full width, which is mapped to what it stands for.
    ['\uff21\uff4c\uff49\uff43\uff45', 'alice'],
    // Composed and decomposed are one name.
    ['mu\u0308ller', 'm\u00fcller'],
    ['\u5f20\u4e09', '\u5f20\u4e09'],
    ['\u05d3\u05d5\u05d3', '\u05d3\u05d5\u05d3'],
    ['\u05d3\u05d5\u05d32', '\u05d3\u05d5\u05d32'],
    ['paul\u00b7la', 'paul\u00b7la'],
    // Jamo that compose are a syllable, and that is a letter.
    ['\u1100\u1161', '\uac00'],
  ])('%j is %j', (text, expected) => {
    expect(usernameCaseMapped(text)).toBe(expected);
    expect(usernameCaseMapped(expected)).toBe(expected);
  });

  it.each([
    ['', 'nothing'],
    ['foo bar', 'a space (RFC 8265 3.5, table 2)'],
    ['henry\u2163', 'a Roman numeral'],
    ['\u265a', 'a symbol'],
    ['\u2665', 'a heart'],
    ['\ufb01sh', 'a ligature'],
    ['x\u00b2', 'a superscript'],
    ['al\u202eice', 'a bidi control'],
    ['al\u200bice', 'a zero-width space'],
    ['al\u200dice', 'a joiner'],
    ['al\u00adice', 'a soft hyphen'],
    ['a\ufe0f', 'a variation selector'],
    ['a\u034fb', 'a grapheme joiner'],
    ['\u1100\u1100', 'old Hangul jamo'],
    ['a\ue000', 'a private character'],
    ['a\u0378', 'an unassigned one'],
    ['a\ud800', 'half a character'],
    ['a\ufdd0', 'a non-character'],
    ['a\u0640', 'a stretching mark'],
    ['a\u00b7b', 'a middle dot between other letters than l'],
    ['a\u05f3', 'a geresh after a Latin letter'],
    ['a\u30fbb', 'a katakana dot without kana'],
    ['\u0661\u06f1', 'two kinds of digits'],
    ['a\u05d3', 'both directions'],
    ['1\u05d3', 'a digit before what is written from right to left'],
    ['\u2024', 'a one-dot leader'],
    ['a\u3000b', 'an ideographic space'],
  ])('refuses %j: %s', (text) => {
    expect(usernameCaseMapped(text)).toBeUndefined();
  });

  it('gives every name one form, and that form itself', () => {
    for (let point = 0x21; point < 0x30000; point += 1) {
      const mapped = usernameCaseMapped(`a${String.fromCodePoint(point)}`);
      if (mapped !== undefined && usernameCaseMapped(mapped) !== mapped)
        expect.unreachable(point.toString(16));
    }
  });
});

describe('OpaqueString (RFC 8265 4.2)', () => {
  it.each([
    ['Sgt. M\u00fcller', 'Sgt. M\u00fcller'],
    // RFC 8265 4.3: a space of another kind, signs.
    ['correct\u00a0horse', 'correct horse'],
    ['my cat is a \u2665by', 'my cat is a \u2665by'],
    ['\u03c0\u00df\u00e5', '\u03c0\u00df\u00e5'],
    ['Jack of \u2666s', 'Jack of \u2666s'],
    ['A\u030a', '\u00c5'],
    ['\u{1f985} eagle', '\u{1f985} eagle'],
  ])('%j is %j', (text, expected) => expect(opaqueString(text)).toBe(expected));

  it.each([
    [''],
    ['a\u0007'],
    ['a\u202eb'],
    ['\u200bghost'],
    ['a\u2028b'],
    ['a\ue000'],
    ['a\ufe0f'],
    ['a\ud800'],
    ['a\u00ad'],
  ])('refuses %j', (text) => expect(opaqueString(text)).toBeUndefined());
});
