import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { nodeCrypto } from './node-crypto.ts';

const text = Buffer.from('sallyport');

describe('nodeCrypto.verify', () => {
  const p256 = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const p384 = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
  const ed = generateKeyPairSync('ed25519');
  const spki = (key: typeof p256.publicKey) => key.export({ format: 'der', type: 'spki' });

  it('accepts a good signature of each algorithm', () => {
    expect(
      nodeCrypto.verify(
        'ecdsa-p256-sha256',
        spki(p256.publicKey),
        text,
        sign('sha256', text, p256.privateKey),
      ),
    ).toBe(true);
    expect(
      nodeCrypto.verify(
        'ecdsa-p384-sha384',
        spki(p384.publicKey),
        text,
        sign('sha384', text, p384.privateKey),
      ),
    ).toBe(true);
    expect(nodeCrypto.verify('ed25519', spki(ed.publicKey), text, sign(null, text, ed.privateKey))).toBe(
      true,
    );
  });

  it('refuses a key of another kind than the algorithm names', () => {
    expect(
      nodeCrypto.verify(
        'ecdsa-p256-sha256',
        spki(p384.publicKey),
        text,
        sign('sha256', text, p384.privateKey),
      ),
    ).toBe(false);
    expect(
      nodeCrypto.verify('ed25519', spki(p256.publicKey), text, sign('sha256', text, p256.privateKey)),
    ).toBe(false);
  });

  it('answers false, never an exception, for malformed keys and signatures', () => {
    expect(nodeCrypto.verify('ed25519', Buffer.from('no key'), text, Buffer.alloc(64))).toBe(false);
    expect(
      nodeCrypto.verify('ecdsa-p256-sha256', spki(p256.publicKey), text, Buffer.from('no signature')),
    ).toBe(false);
  });
});

describe('nodeCrypto primitives', () => {
  it('passes RFC 5869 test case 1', () => {
    const okm = nodeCrypto.hkdfSha256(
      Buffer.alloc(22, 0x0b),
      Buffer.from('000102030405060708090a0b0c', 'hex'),
      Buffer.from('f0f1f2f3f4f5f6f7f8f9', 'hex'),
      42,
    );
    expect(Buffer.from(okm).toString('hex')).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    );
  });

  it('compares by content and length', () => {
    expect(nodeCrypto.equal(Buffer.from('a'), Buffer.from('a'))).toBe(true);
    expect(nodeCrypto.equal(Buffer.from('a'), Buffer.from('b'))).toBe(false);
    expect(nodeCrypto.equal(Buffer.from('a'), Buffer.from('ab'))).toBe(false);
  });
});
