import { describe, expect, it } from 'vitest';
import { Utf8Stream } from './utf8-stream.ts';

const MALFORMED = expect.objectContaining({ code: 'STREAM_MALFORMED' });

describe('Utf8Stream', () => {
  it('puts a text together whatever its chunks', () => {
    const text = '\ufeffASCII, ümläut, 漢字, 🌉 and \0';
    const bytes = new TextEncoder().encode(text);
    for (let size = 1; size <= bytes.length; size += 1) {
      const decoder = new Utf8Stream();
      let decoded = '';
      for (let at = 0; at < bytes.length; at += size) decoded += decoder.write(bytes.subarray(at, at + size));
      decoder.end();
      expect(decoded).toBe(text);
    }
  });

  it.each([
    ['a lone continuation byte', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['an overlong NUL', [0xe0, 0x80, 0x80]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['above U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['0xFF', [0xff]],
    ['a character that another one interrupts', [0xf0, 0x9f, 0x41]],
  ])('refuses %s, also byte by byte', (_name, bytes) => {
    expect(() => new Utf8Stream().write(new Uint8Array([...bytes, 0x41]))).toThrow(MALFORMED);
    const decoder = new Utf8Stream();
    expect(() => {
      for (const byte of bytes) decoder.write(new Uint8Array([byte]));
      decoder.end();
    }).toThrow(MALFORMED);
  });

  it('refuses an end in the middle of a character', () => {
    const decoder = new Utf8Stream();
    expect(decoder.write(new Uint8Array([0x61, 0xf0, 0x9f]))).toBe('a');
    expect(() => decoder.end()).toThrow(MALFORMED);
  });
});
