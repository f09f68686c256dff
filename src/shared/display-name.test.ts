import { describe, expect, it } from 'vitest';
import { knownNames, MAX_DISPLAY_NAME, safeDisplayName, skeletonOf } from './display-name.ts';

describe('names as they are shown', () => {
  it.each([
    ['Sgt. Müller', 'Sgt. Müller'],
    ['  two   spaces\n', 'two spaces'],
    ['al\u202eecila', 'alecila'],
    ['\u200bghost\u2060', 'ghost'],
    ['a\u0000b\u0007', 'ab'],
    ['mu\u0308ller', 'müller'],
    ['\u2067\u2066\u2069', ''],
    ['\u05d3\u05d5\u05d3', '\u2068\u05d3\u05d5\u05d3\u2069'],
    [`z${'\u0336'.repeat(50)}`, `z${'\u0336'.repeat(4)}`],
    ['\ud800x', 'x'],
  ])('%j is %j', (name, text) => expect(safeDisplayName(name).text).toBe(text));

  it('are bounded, and never cut a character in two', () => {
    const long = safeDisplayName('x'.repeat(10_000)).text;
    expect(long).toBe(`${'x'.repeat(MAX_DISPLAY_NAME - 1)}…`);
    const eagles = safeDisplayName(`a${'\u{1f985}'.repeat(100)}`).text;
    expect(eagles.length).toBeLessThanOrEqual(MAX_DISPLAY_NAME);
    expect(eagles).not.toMatch(/\p{Cs}/u);
  });
});

describe('names that deceive', () => {
  const known = knownNames(['Alice Allen', 'bob', 'Sgt. Moore']);

  it.each([
    ['Alice Аllen', 'a Cyrillic A'],
    ['A1ice Allen', 'a digit'],
    ['AIice Allen', 'a capital I'],
    ['b0b', 'a nought'],
    ['bоb', 'a Cyrillic o'],
    ['bób', 'an accent'],
    ['ｂｏｂ', 'full width'],
    ['Sgt. rnoore', 'r and n'],
  ])('%j: %s', (name) => {
    expect(safeDisplayName(name, known).warning).toBe('confusable');
  });

  it.each([
    'Alice Allen',
    'alice.allen',
    'Alice  Allen\u200b',
    'Bob',
    'Carol',
    'Böb Dylan',
    'Иван',
    'Иван Smith',
    '山田 Taro',
    '山田taro',
    'Ὀδυσσεύς',
    'דוד',
    'Sgt. Mooré Jr.',
  ])('%j is no trick', (name) => expect(safeDisplayName(name, known).warning).toBeUndefined());

  it.each(['pаypal', 'Ηello', 'aбв', 'xդ', 'αlpha'])('%j mixes alphabets in a word', (name) => {
    expect(safeDisplayName(name).warning).toBe('mixed-script');
  });

  it('every known name has the look of itself only', () => {
    expect(skeletonOf('Bob')).toBe(skeletonOf('b0b'));
    expect(skeletonOf('Bob')).not.toBe(skeletonOf('Rob'));
  });
});
