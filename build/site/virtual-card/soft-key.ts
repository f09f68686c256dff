/**
 * The private keys of a virtual card: RSA as the raw operation and ECDSA over a ready digest, which is what GENERAL
 * AUTHENTICATE asks of a card. node:crypto has the first (RSA_NO_PADDING) and not the second (it always hashes), so
 * ECDSA takes the scalar multiplication from node's ECDH and does the rest, two lines of modular arithmetic, with
 * BigInt. NOT constant time and not for anything but throw-away test keys; the product holds no such code.
 */
import {
  constants,
  createECDH,
  createPrivateKey,
  type KeyObject,
  privateDecrypt,
  randomBytes,
} from 'node:crypto';
import { tlv } from './tlv.ts';

interface Curve {
  /** PIV algorithm identifier (SP 800-78-4 table 6-2). */
  readonly algorithm: number;
  readonly nodeName: string;
  readonly bytes: number;
  readonly order: bigint;
}

const CURVES: Readonly<Record<string, Curve>> = {
  'P-256': {
    algorithm: 0x11,
    nodeName: 'prime256v1',
    bytes: 32,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  'P-384': {
    algorithm: 0x14,
    nodeName: 'secp384r1',
    bytes: 48,
    order:
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
};

/** PIV algorithm identifiers by modulus length in bits. */
const RSA_ALGORITHMS: Readonly<Record<number, number>> = { 1024: 0x06, 2048: 0x07, 3072: 0x05 };

const toBigInt = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
const toBytes = (value: bigint, length: number): Buffer =>
  Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex');
const modulo = (a: bigint, n: bigint): bigint => ((a % n) + n) % n;

/** Extended Euclid. */
function inverse(a: bigint, n: bigint): bigint {
  let [r0, r1, t0, t1] = [n, modulo(a, n), 0n, 1n];
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1] = [r1, r0 - quotient * r1];
    [t0, t1] = [t1, t0 - quotient * t1];
  }
  return modulo(t0, n);
}

function derInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
  return tlv(0x02, (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

/** A key that a PIV card could hold. */
export interface SoftKey {
  /** PIV algorithm identifier. */
  readonly algorithm: number;
  /** RSA m^d mod n, or a DER ECDSA signature of a digest; undefined when the input does not fit the key. */
  sign(data: Buffer): Buffer | undefined;
  /** The ECDH shared secret (x coordinate) with an uncompressed point; undefined when that cannot be. */
  derive(point: Buffer): Buffer | undefined;
}

function rsaKey(key: KeyObject): SoftKey {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  const algorithm = RSA_ALGORITHMS[bits];
  if (algorithm === undefined) throw new Error(`no PIV algorithm for RSA-${bits}`);
  return {
    algorithm,
    sign: (data) =>
      data.length === bits / 8 ? privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, data) : undefined,
    derive: () => undefined,
  };
}

function ecdsa(curve: Curve, d: bigint, digest: Buffer): Buffer {
  const z = toBigInt(digest); // a digest shorter than the field is used as it is
  for (;;) {
    const k = modulo(toBigInt(randomBytes(curve.bytes)), curve.order);
    if (k === 0n) continue;
    const ecdh = createECDH(curve.nodeName);
    ecdh.setPrivateKey(toBytes(k, curve.bytes));
    const r = modulo(toBigInt(ecdh.getPublicKey().subarray(1, 1 + curve.bytes)), curve.order);
    const s = modulo(inverse(k, curve.order) * (z + r * d), curve.order);
    if (r !== 0n && s !== 0n) return tlv(0x30, derInteger(r), derInteger(s));
  }
}

function ecKey(key: KeyObject): SoftKey {
  const jwk = key.export({ format: 'jwk' });
  const curve = CURVES[jwk.crv ?? ''];
  if (curve === undefined || jwk.d === undefined) throw new Error('no PIV algorithm for this key');
  const d = toBigInt(Buffer.from(jwk.d, 'base64url'));
  return {
    algorithm: curve.algorithm,
    sign: (data) => (data.length <= curve.bytes ? ecdsa(curve, d, data) : undefined),
    derive: (point) => {
      const ecdh = createECDH(curve.nodeName);
      ecdh.setPrivateKey(toBytes(d, curve.bytes));
      try {
        return ecdh.computeSecret(point);
      } catch {
        return undefined;
      }
    },
  };
}

/** Takes a PEM private key: RSA-1024/2048/3072 or EC P-256/P-384. */
export function loadSoftKey(pem: Buffer): SoftKey {
  const key = createPrivateKey(pem);
  return key.asymmetricKeyType === 'rsa' ? rsaKey(key) : ecKey(key);
}
