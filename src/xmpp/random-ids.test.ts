import { expect, it } from 'vitest';
import { nodeCrypto } from '../platform/node-crypto.ts';
import { RandomIds } from './random-ids.ts';

it('gives 128 random bits each, which no other id has', () => {
  const ids = new RandomIds((length) => nodeCrypto.random(length));
  const given = Array.from({ length: 1_000 }, () => ids.next());
  expect(new Set(given).size).toBe(1_000);
  for (const id of given) expect(id).toMatch(/^[\w-]{22}$/);
});

it('uses each random octet once', () => {
  let next = 0;
  const ids = new RandomIds((length) => Uint8Array.from({ length }, () => (next++ >> 4) & 0xff));
  const octets = Array.from({ length: 200 }, () => Buffer.from(ids.next(), 'base64url'));
  expect(octets.map(([first]) => first)).toEqual(Array.from({ length: 200 }, (_, index) => index));
});
