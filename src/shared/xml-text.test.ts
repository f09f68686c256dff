import { describe, expect, it } from 'vitest';
import { isXmlText, xmlLine, xmlText } from './xml-text.ts';

describe('texts for XML 1.0', () => {
  it.each([
    ['words', 'Convoy halts', 'Convoy halts', 'Convoy halts'],
    ['lines and tabs', 'a\n\tb\r\nc', 'a\n\tb\r\nc', 'a b c'],
    ['a NUL and a bell', 'a\u0000b\u0007c', 'abc', 'abc'],
    ['an escape sequence', '\u001b[31mred', '[31mred', '[31mred'],
    ['a vertical tab', 'a\u000bb', 'ab', 'a b'],
    ['half of a pair', 'a\ud83d b\ude00', 'a b', 'a b'],
    ['a whole pair', 'a\u{1f600}b', 'a\u{1f600}b', 'a\u{1f600}b'],
    ['no characters', 'a\ufffe\uffffb', 'ab', 'ab'],
    ['separators', 'a\u2028b\u0085c', 'a\u2028b\u0085c', 'a b c'],
    ['controls of C1', 'a\u0091b', 'a\u0091b', 'ab'],
  ])('takes %s', (_name, text, whole, line) => {
    expect(xmlText(text)).toBe(whole);
    expect(xmlLine(text)).toBe(line);
    expect(isXmlText(text)).toBe(whole === text);
  });
});
