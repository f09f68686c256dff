import {
  constants,
  createHash,
  generateKeyPairSync,
  privateDecrypt,
  publicDecrypt,
  publicEncrypt,
  sign,
} from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { SignRequest } from '../shared/signing.ts';
import { isSignatureOf, prepareInput, signatureBytes } from './signature.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const p256 = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const p384 = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
const digest = createHash('sha256').update('text').digest();

function flipped(signature: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(signature);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

describe('ECDSA', () => {
  test.each([
    ['P-256', p256, 'sha256', 64],
    ['P-384', p384, 'sha384', 96],
  ] as const)('%s: its own signature, and no other', (_, pair, hash, length) => {
    const input = createHash(hash).update('text').digest();
    const signature = sign(hash, Buffer.from('text'), { key: pair.privateKey, dsaEncoding: 'ieee-p1363' });
    expect(signatureBytes(pair.publicKey)).toBe(length);
    expect(isSignatureOf(pair.publicKey, 'ecdsa', input, signature)).toBe(true);
    expect(isSignatureOf(pair.publicKey, 'ecdsa', input, flipped(signature, length - 1))).toBe(false);
    expect(isSignatureOf(pair.publicKey, 'ecdsa', flipped(input, 0), signature)).toBe(false);
    expect(isSignatureOf(pair.publicKey, 'ecdsa', input, signature.subarray(1))).toBe(false);
    expect(isSignatureOf(pair.publicKey, 'ecdsa', input, new Uint8Array(length))).toBe(false);
    expect(isSignatureOf(rsa.publicKey, 'ecdsa', input, signature)).toBe(false);
  });

  test('accepts both halves of the range of s, as cards give either', () => {
    const seen = new Set<boolean>();
    for (let i = 0; i < 64 && seen.size < 2; i++) {
      const signature = sign('sha256', Buffer.from('text'), {
        key: p256.privateKey,
        dsaEncoding: 'ieee-p1363',
      });
      seen.add((signature[32] ?? 0) >= 0x80);
      expect(isSignatureOf(p256.publicKey, 'ecdsa', digest, signature)).toBe(true);
    }
    expect(seen.size).toBe(2);
  });

  test('a longer digest is cut to the curve, a signature over it still checks', () => {
    const long = createHash('sha384').update('text').digest();
    const input = prepareInput({ mechanism: 'ecdsa', data: long }, p256.publicKey);
    const signature = sign('sha384', Buffer.from('text'), {
      key: p256.privateKey,
      dsaEncoding: 'ieee-p1363',
    });
    expect(input.length).toBe(32);
    expect(isSignatureOf(p256.publicKey, 'ecdsa', input, signature)).toBe(true);
  });
});

describe('RSA', () => {
  const block = Buffer.alloc(256, 3);
  block[0] = 0;
  const signature = privateDecrypt({ key: rsa.privateKey, padding: constants.RSA_NO_PADDING }, block);

  test('raw: its own signature, and no other', () => {
    expect(isSignatureOf(rsa.publicKey, 'rsa-raw', block, signature)).toBe(true);
    expect(isSignatureOf(otherRsa.publicKey, 'rsa-raw', block, signature)).toBe(false);
    expect(isSignatureOf(rsa.publicKey, 'rsa-raw', block, flipped(signature, 0))).toBe(false);
    expect(isSignatureOf(rsa.publicKey, 'rsa-raw', block, new Uint8Array(0))).toBe(false);
    expect(isSignatureOf(p256.publicKey, 'rsa-raw', block, signature)).toBe(false);
  });

  test('PKCS#1: the DigestInfo must come back as it was', () => {
    const info = Buffer.concat([Buffer.from('3031300d060960864801650304020105000420', 'hex'), digest]);
    const made = sign('sha256', Buffer.from('text'), rsa.privateKey);
    expect(isSignatureOf(rsa.publicKey, 'rsa-pkcs1', info, made)).toBe(true);
    expect(isSignatureOf(rsa.publicKey, 'rsa-pkcs1', digest, made)).toBe(false);
  });
});

test.each([
  ['rsa-raw', 255],
  ['rsa-raw', 257],
  ['rsa-pkcs1', 0],
  ['rsa-pkcs1', 246],
  ['ecdsa', 32],
] as const)('an RSA-2048 key refuses %s over %i bytes', (mechanism, length) => {
  const request = { mechanism, data: new Uint8Array(length) };
  expect(() => prepareInput(request, rsa.publicKey)).toThrow('SIGN_FAILED');
});

test.each([
  ['ecdsa', 19],
  ['ecdsa', 65],
  ['rsa-raw', 256],
] as const)('a P-256 key refuses %s over %i bytes', (mechanism, length) => {
  const request = { mechanism, data: new Uint8Array(length) };
  expect(() => prepareInput(request, p256.publicKey)).toThrow('SIGN_FAILED');
});

/** What a PSS signature over `hash` was made of: the encoded message of RFC 8017, 9.1.1. */
function pssBlock(hash: string, saltLength: number, pair = rsa): Buffer {
  const made = sign(hash, Buffer.from('text'), {
    key: pair.privateKey,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength,
  });
  return publicDecrypt({ key: pair.publicKey, padding: constants.RSA_NO_PADDING }, made);
}

describe('the card is no oracle for', () => {
  const refused = (mechanism: SignRequest['mechanism'], data: Uint8Array, pair = rsa) =>
    expect(() => prepareInput({ mechanism, data }, pair.publicKey)).toThrow('SIGN_FAILED');

  test.each([
    ['sha256', 32],
    ['sha384', 48],
    ['sha512', 64],
  ] as const)('anything but what TLS asks for: PSS with %s passes', (hash, length) => {
    for (const bits of [2048, 2049, 3072]) {
      const pair = generateKeyPairSync('rsa', { modulusLength: bits });
      const block = pssBlock(hash, length, pair);
      expect(prepareInput({ mechanism: 'rsa-raw', data: block }, pair.publicKey)).toEqual(block);
    }
  });

  test('decryption: neither a ciphertext nor one that was blinded until its last octet fits', () => {
    const ciphertext = publicEncrypt({ key: rsa.publicKey, padding: constants.RSA_PKCS1_PADDING }, digest);
    refused('rsa-raw', ciphertext);
    const fitting = Buffer.from(ciphertext);
    fitting[0] = 0;
    fitting[255] = 0xbc;
    refused('rsa-raw', fitting);
    refused('rsa-raw', new Uint8Array(256));
    refused('rsa-raw', new Uint8Array(256).fill(1, 255));
  });

  test('other signatures: PKCS#1 padding by hand, PSS with another salt or hash, a changed block', () => {
    const made = sign('sha256', Buffer.from('text'), rsa.privateKey);
    refused('rsa-raw', publicDecrypt({ key: rsa.publicKey, padding: constants.RSA_NO_PADDING }, made));
    refused('rsa-raw', pssBlock('sha256', 0));
    refused('rsa-raw', pssBlock('sha256', 64));
    refused('rsa-raw', pssBlock('sha1', 20));
    for (const at of [0, 1, 100, 224, 254, 255]) {
      const block = pssBlock('sha256', 32);
      block[at] = (block[at] ?? 0) ^ 0x81;
      refused('rsa-raw', block);
    }
  });

  test.each([
    ['text of someone’s choice', Buffer.from('I owe you')],
    ['a bare hash', digest],
    ['MD5 with SHA-1, as TLS 1.1 has it', Buffer.alloc(36, 1)],
    ['SHA-1', Buffer.concat([Buffer.from('3021300906052b0e03021a05000414', 'hex'), Buffer.alloc(20)])],
    [
      'a hash that is cut',
      Buffer.concat([Buffer.from('3031300d060960864801650304020105000420', 'hex'), Buffer.alloc(31)]),
    ],
  ])('PKCS#1 over %s', (_what, data) => {
    refused('rsa-pkcs1', data);
  });

  test('ECDSA over what is no hash of TLS', () => {
    for (const length of [20, 28, 33, 47, 63])
      refused('ecdsa', new Uint8Array(length), p256 as unknown as typeof rsa);
  });
});

test('keys of other kinds are refused', () => {
  expect(() => signatureBytes(generateKeyPairSync('ed25519').publicKey)).toThrow('SIGN_FAILED');
  expect(() => signatureBytes(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey)).toThrow(
    'SIGN_FAILED',
  );
});
