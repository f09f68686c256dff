/**
 * What may be signed with a key, and whether a signature that came from the card is one of that key. A card that was
 * swapped for another answers with the other's key: such a signature must not leave this process.
 */
import { constants, type KeyObject, publicDecrypt } from 'node:crypto';
import { p256, p384 } from '@noble/curves/nist.js';
import { AppError } from '../shared/errors.ts';
import { MAX_SIGN_BYTES, type SignRequest } from '../shared/signing.ts';
import { isDigestInfo, isHashLength, isPssEncoded } from './tls-inputs.ts';

/** The least that PKCS#1 v1.5 adds (RFC 8017, 9.2). */
const PKCS1_PADDING_BYTES = 11;

const CURVES = {
  prime256v1: { curve: p256, bytes: 32 },
  secp384r1: { curve: p384, bytes: 48 },
} as const;

function curveOf(key: KeyObject): (typeof CURVES)[keyof typeof CURVES] | undefined {
  const name = key.asymmetricKeyDetails?.namedCurve;
  return name === 'prime256v1' || name === 'secp384r1' ? CURVES[name] : undefined;
}

/** The modulus length in bytes; 0 for a key that is not RSA. */
function modulusBytes(key: KeyObject): number {
  return key.asymmetricKeyType === 'rsa' ? Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8) : 0;
}

/** The length of a signature of this key, in bytes; throws SIGN_FAILED for a key that we cannot use. */
export function signatureBytes(key: KeyObject): number {
  const curve = curveOf(key);
  const bytes = curve ? curve.bytes * 2 : modulusBytes(key);
  if (bytes < 64 || bytes > MAX_SIGN_BYTES) throw new AppError('SIGN_FAILED', { reason: 'unsupported-key' });
  return bytes;
}

/**
 * The bytes to hand to the card for a request; throws SIGN_FAILED for one that does not fit the key, or that is nothing
 * that TLS has signed.
 * A digest longer than the curve's order is cut to its leftmost bits (FIPS 186-5, 6.4.1).
 */
export function prepareInput(request: SignRequest, key: KeyObject): Uint8Array {
  const { mechanism, data } = request;
  const refuse = () => new AppError('SIGN_FAILED', { reason: 'does-not-fit-the-key' });
  if (mechanism === 'ecdsa') {
    const curve = curveOf(key);
    if (curve === undefined || !isHashLength(data.length)) throw refuse();
    return data.subarray(0, curve.bytes);
  }
  const modulus = modulusBytes(key);
  if (modulus === 0) throw refuse();
  const fits =
    mechanism === 'rsa-raw'
      ? isPssEncoded(data, key.asymmetricKeyDetails?.modulusLength ?? 0)
      : isDigestInfo(data) && data.length <= modulus - PKCS1_PADDING_BYTES;
  if (!fits) throw refuse();
  return data;
}

/** True when `signature` over `input` (see {@link prepareInput}) was made with the private half of `key`. */
export function isSignatureOf(
  key: KeyObject,
  mechanism: SignRequest['mechanism'],
  input: Uint8Array,
  signature: Uint8Array,
): boolean {
  try {
    if (mechanism === 'ecdsa') {
      const curve = curveOf(key)?.curve;
      const jwk = key.export({ format: 'jwk' });
      if (curve === undefined || jwk.x === undefined || jwk.y === undefined) return false;
      const point = Buffer.concat([
        Buffer.from([4]),
        Buffer.from(jwk.x, 'base64url'),
        Buffer.from(jwk.y, 'base64url'),
      ]);
      return curve.verify(signature, input, point, { prehash: false, lowS: false, format: 'compact' });
    }
    const padding = mechanism === 'rsa-raw' ? constants.RSA_NO_PADDING : constants.RSA_PKCS1_PADDING;
    return publicDecrypt({ key, padding }, signature).equals(input);
  } catch {
    return false;
  }
}
