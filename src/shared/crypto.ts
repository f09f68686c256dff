/**
 * The few cryptographic operations that the pure layers need, passed in by each composition root so that those layers
 * stay free of Node and the browser. The one implementation is over `node:crypto`; nothing here is home-made.
 */

/** Signature algorithms that a policy key may have (policy-bundle: taken from the key entry, never the envelope). */
export type SignatureAlgorithm = 'ed25519' | 'ecdsa-p256-sha256' | 'ecdsa-p384-sha384';

/** Hashes that SCRAM is used with (RFC 5802, RFC 7677). */
export type ScramHash = 'sha256' | 'sha512';

export interface CryptoPort {
  /** SHA-256 of `data`, 32 bytes. */
  sha256(data: Uint8Array): Uint8Array;
  /**
   * SHA-1 of `data`, 20 bytes, as a name for public data (XEP-0115); never for anything that has to be safe. `undefined` on a
   * machine that refuses it (FIPS).
   */
  sha1Name(data: Uint8Array): Uint8Array | undefined;
  /** HMAC-SHA-256 (RFC 2104), 32 bytes. */
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array;
  /** HKDF with SHA-256 (RFC 5869): `length` bytes, at most 255 * 32. */
  hkdfSha256(ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array;
  /** The hash of `data`, 32 or 64 bytes. */
  hash(algorithm: ScramHash, data: Uint8Array): Uint8Array;
  /** HMAC (RFC 2104) with that hash, 32 or 64 bytes. */
  hmac(algorithm: ScramHash, key: Uint8Array, data: Uint8Array): Uint8Array;
  /** PBKDF2 (RFC 8018 5.2) with HMAC of that hash, as many bytes as the hash has. Takes time, beside the event loop. */
  pbkdf2(
    algorithm: ScramHash,
    password: Uint8Array,
    salt: Uint8Array,
    iterations: number,
  ): Promise<Uint8Array>;
  /** Constant-time comparison; false when lengths differ. */
  equal(a: Uint8Array, b: Uint8Array): boolean;
  /** `length` bytes from the system's random generator. */
  random(length: number): Uint8Array;
  /** Verifies a signature over `data` with a DER SubjectPublicKeyInfo. ECDSA signatures are DER (RFC 3279). Never throws: a malformed key or signature is `false`. */
  verify(algorithm: SignatureAlgorithm, spki: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean;
}
