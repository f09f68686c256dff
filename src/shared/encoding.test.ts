import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeBase64, decodeBase64Exactly, decodeUtf8, encodeBase64 } from './encoding.ts';

describe('decodeBase64', () => {
  it('agrees with Node on every length', () => {
    for (let length = 0; length < 200; length += 1) {
      const bytes = randomBytes(length);
      expect(Buffer.from(decodeBase64(bytes.toString('base64')) ?? []).equals(bytes)).toBe(true);
    }
  });

  it.each([
    ['no padding', 'QQ'],
    ['padding in the middle', 'QQ==QQ=='],
    ['three padding characters', 'Q==='],
    ['only padding', '===='],
    ['unused bits that are set', 'QR=='],
    ['the URL alphabet', '-_-_'],
    ['white space', 'QQ= '],
    ['a line feed', 'QUFB\n'],
    ['a letter above ASCII', 'QUFé'],
    ['a letter above Latin-1', 'QUF\u0141'],
  ])('refuses %s', (_name, text) => {
    expect(decodeBase64(text)).toBeUndefined();
  });
});

describe('decodeUtf8', () => {
  it('keeps a byte order mark', () => {
    expect(decodeUtf8(Buffer.from('\ufeffa'))).toBe('\ufeffa');
  });

  it.each([
    ['an overlong form', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a cut off letter', [0xe2, 0x82]],
    ['a point above U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
  ])('refuses %s', (_name, bytes) => {
    expect(decodeUtf8(Uint8Array.from(bytes))).toBeUndefined();
  });
});

describe('decodeBase64Exactly', () => {
  it('agrees with Node for every length', () => {
    for (let length = 0; length <= 66; length += 1) {
      const bytes = randomBytes(length);
      const text = Buffer.from(bytes).toString('base64');
      expect(encodeBase64(bytes)).toBe(text);
      expect(decodeBase64Exactly(text, length)).toEqual(new Uint8Array(bytes));
    }
  });

  const good = Buffer.alloc(32, 0xfb).toString('base64');
  it.each([
    ['a missing pad', good.slice(0, -1)],
    ['the URL alphabet', good.replaceAll('+', '-').replaceAll('/', '_')],
    ['white space', `${good.slice(0, 4)} ${good.slice(5)}`],
    ['a line break at the end', `${good.slice(0, -1)}\n`],
    ['unused bits that are set', `${good.slice(0, -2)}t=`],
    ['a pad in the middle', `${good.slice(0, 8)}=${good.slice(9)}`],
    ['31 bytes', Buffer.alloc(31).toString('base64')],
    ['33 bytes', Buffer.alloc(33).toString('base64')],
    ['nothing', ''],
    ['a megabyte', 'A'.repeat(1 << 20)],
    ['a character outside ASCII', `${good.slice(0, -2)}é=`],
  ])('refuses %s', (_what, text) => {
    expect(decodeBase64Exactly(text, 32)).toBeUndefined();
  });
});
