import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { preAuthEncoding } from './dsse.ts';
import { decodeBase64, decodeUtf8 } from './encoding.ts';

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

describe('preAuthEncoding', () => {
  it('is that of the DSSE specification', () => {
    const encoded = preAuthEncoding('http://example.com/HelloWorld' as never, Buffer.from('hello world'));
    expect(Buffer.from(encoded).toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
  });
});
