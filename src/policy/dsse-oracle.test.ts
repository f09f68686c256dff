/** DSSE against another implementation (@sigstore/core), and against the vector of the specification. */
import { createPublicKey } from 'node:crypto';
import { dsse, crypto as sigstore } from '@sigstore/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIGEST, generateSigningKey, toPublicKey } from '../cli/policy/keys.ts';
import { signPayload } from '../cli/policy/signing.ts';
import { nodeCrypto } from '../platform/node-crypto.ts';
import { preAuthEncoding, type Role, verifyEnvelope } from './dsse.ts';
import { type Envelope, PAYLOAD_TYPES, type PayloadType } from './index.ts';

/** Test vectors of DSSE's protocol.md; the signature is r and s, one after the other. */
const VECTOR = {
  payloadType: 'http://example.com/HelloWorld',
  payload: 'hello world',
  encoding: 'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
  x: 46950820868899156662930047687818585632848591499744589407958293238635476079160n,
  y: 5640078356564379163099075877009565129882514886557779369047442380624545832820n,
  signature: 'A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==',
} as const;

const encode = (type: string, payload: Uint8Array): Buffer =>
  Buffer.from(preAuthEncoding(type as PayloadType, payload));
const base64url = (coordinate: bigint): string =>
  Buffer.from(coordinate.toString(16).padStart(64, '0'), 'hex').toString('base64url');

/** r and s as DER (RFC 3279): two positive integers in a sequence. */
function derSignature(raw: Buffer): Buffer {
  const integer = (bytes: Buffer): Buffer => {
    const at = bytes.findIndex((byte) => byte !== 0);
    const sign = (bytes[at] ?? 0) >= 0x80 ? [0] : [];
    const body = Buffer.concat([Buffer.from(sign), bytes.subarray(at)]);
    return Buffer.concat([Buffer.from([2, body.length]), body]);
  };
  const both = Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))]);
  return Buffer.concat([Buffer.from([0x30, both.length]), both]);
}

describe('the pre-authentication encoding', () => {
  it('is that of the specification', () => {
    const payload = Buffer.from(VECTOR.payload);
    expect(encode(VECTOR.payloadType, payload).toString()).toBe(VECTOR.encoding);
    expect(dsse.preAuthEncoding(VECTOR.payloadType, payload).toString()).toBe(VECTOR.encoding);
  });

  it('is that of @sigstore/core, for every type in ASCII and every payload', () => {
    const type = fc.oneof(
      fc.constantFrom(...Object.values(PAYLOAD_TYPES)),
      fc.string({ unit: 'binary-ascii' }),
    );
    fc.assert(
      fc.property(type, fc.uint8Array({ maxLength: 2_000 }), (name, payload) => {
        expect(encode(name, payload).equals(dsse.preAuthEncoding(name, Buffer.from(payload)))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('is another for every other type and payload: nothing can be moved between them', () => {
    const pair = fc.tuple(fc.string({ unit: 'binary-ascii', maxLength: 8 }), fc.uint8Array({ maxLength: 8 }));
    fc.assert(
      fc.property(pair, pair, ([type, payload], [otherType, other]) => {
        fc.pre(type !== otherType || !Buffer.from(payload).equals(other));
        expect(encode(type, payload).equals(encode(otherType, other))).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});

describe('signatures', () => {
  it('the specification’s own one holds, and not over anything else', () => {
    const jwk = { kty: 'EC', crv: 'P-256', x: base64url(VECTOR.x), y: base64url(VECTOR.y) };
    const { algorithm, spki } = toPublicKey(createPublicKey({ key: jwk, format: 'jwk' }));
    const signature = derSignature(Buffer.from(VECTOR.signature, 'base64'));
    const holds = (text: string): boolean =>
      nodeCrypto.verify(
        algorithm,
        Buffer.from(spki, 'base64'),
        encode(VECTOR.payloadType, Buffer.from(text)),
        signature,
      );
    expect([holds(VECTOR.payload), holds(`${VECTOR.payload}!`)]).toEqual([true, false]);
  });

  const signers = [
    generateSigningKey(),
    generateSigningKey('ecdsa-p256-sha256'),
    generateSigningKey('ecdsa-p384-sha384'),
  ];

  it('hold where @sigstore/core’s do, whatever is changed', () => {
    const outcomes = new Set<boolean>();
    fc.assert(
      fc.property(
        fc.constantFrom(...signers),
        fc.constantFrom(...signers),
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.constantFrom('nothing', 'payload', 'signature'),
        fc.nat(),
        (signer, trusted, payload, changed, at) => {
          const { signatures } = signPayload(PAYLOAD_TYPES.policy, payload, [signer]);
          const flip = (bytes: Uint8Array): Buffer => {
            const copy = Buffer.from(bytes);
            copy[at % copy.length] = (copy[at % copy.length] ?? 0) ^ (1 << (at % 8));
            return copy;
          };
          const sent = changed === 'payload' ? flip(payload) : Buffer.from(payload);
          const made = Buffer.from(signatures[0]?.sig ?? '', 'base64');
          const signature = changed === 'signature' ? flip(made) : made;
          const envelope: Envelope = {
            payload: sent.toString('base64'),
            payloadType: PAYLOAD_TYPES.policy,
            signatures: [{ keyid: trusted.keyid, sig: signature.toString('base64') }],
          };
          const spki = Buffer.from(trusted.spki, 'base64');
          const role: Role = {
            threshold: 1,
            keys: new Map([[trusted.keyid, { algorithm: trusted.algorithm, spki, identity: trusted.spki }]]),
          };
          const expected = sigstore.verify(
            dsse.preAuthEncoding(PAYLOAD_TYPES.policy, sent),
            sigstore.createPublicKey(spki),
            signature,
            DIGEST[trusted.algorithm] ?? undefined,
          );
          outcomes.add(expected);
          const verify = () => verifyEnvelope(envelope, PAYLOAD_TYPES.policy, role, nodeCrypto, 'policy');
          if (expected) expect(verify().signers).toEqual([trusted.keyid]);
          else expect(verify).toThrow(expect.objectContaining({ code: 'BELOW_THRESHOLD' }));
        },
      ),
      { numRuns: 400 },
    );
    expect(outcomes.size).toBe(2);
  });
});
