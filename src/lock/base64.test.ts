import { describe, expect, it } from 'vitest';
import { nodeCrypto } from '../platform/node-crypto.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';

describe('base64', () => {
  it('agrees with Node for every length', () => {
    for (let length = 0; length <= 66; length += 1) {
      const bytes = nodeCrypto.random(length);
      const text = Buffer.from(bytes).toString('base64');
      expect(encodeBase64(bytes)).toBe(text);
      expect(decodeBase64(text, length)).toEqual(new Uint8Array(bytes));
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
    expect(decodeBase64(text, 32)).toBeUndefined();
  });
});
