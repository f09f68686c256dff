/** The {@link CryptoPort} over `node:crypto`; works on OpenSSL (Node) and BoringSSL (Electron) alike. */
import {
  createHash,
  createHmac,
  createPublicKey,
  hkdfSync,
  type KeyObject,
  pbkdf2,
  randomBytes,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import type { CryptoPort, ScramHash, SignatureAlgorithm } from '../shared/crypto.ts';

/** The key type and curve each algorithm demands; a key of another kind never verifies. */
function keyFits(algorithm: SignatureAlgorithm, key: KeyObject): boolean {
  switch (algorithm) {
    case 'ed25519':
      return key.asymmetricKeyType === 'ed25519';
    case 'ecdsa-p256-sha256':
      return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
    case 'ecdsa-p384-sha384':
      return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'secp384r1';
  }
}

/** BoringSSL has no default digest for EC keys, so the digest is always named; Ed25519 has none by definition. */
const DIGEST: Record<SignatureAlgorithm, string | null> = {
  ed25519: null,
  'ecdsa-p256-sha256': 'sha256',
  'ecdsa-p384-sha384': 'sha384',
};

/** Bytes. */
const SCRAM_HASH_LENGTH: Record<ScramHash, number> = { sha256: 32, sha512: 64 };

/** A bundle is signed by a few dozen keys, each many times, and reading a key takes as long as verifying with it. */
const MAX_KEPT_KEYS = 256;
const keptKeys = new Map<string, KeyObject>();

/** @throws Error for what is no key */
function publicKey(spki: Uint8Array): KeyObject {
  const der = Buffer.from(spki);
  const name = der.toString('latin1');
  const kept = keptKeys.get(name);
  if (kept !== undefined) return kept;
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  if (keptKeys.size >= MAX_KEPT_KEYS) keptKeys.clear();
  keptKeys.set(name, key);
  return key;
}

export const nodeCrypto: CryptoPort = {
  sha1Name(data) {
    try {
      return createHash('sha1').update(data).digest();
    } catch {
      return undefined;
    }
  },
  sha256: (data) => createHash('sha256').update(data).digest(),
  hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
  hkdfSha256: (ikm, salt, info, length) => new Uint8Array(hkdfSync('sha256', ikm, salt, info, length)),
  hash: (algorithm, data) => createHash(algorithm).update(data).digest(),
  hmac: (algorithm, key, data) => createHmac(algorithm, key).update(data).digest(),
  pbkdf2: (algorithm, password, salt, iterations) =>
    new Promise((resolve, reject) => {
      pbkdf2(password, salt, iterations, SCRAM_HASH_LENGTH[algorithm], algorithm, (error, key) =>
        error === null ? resolve(key) : reject(error),
      );
    }),
  equal: (a, b) => a.length === b.length && timingSafeEqual(a, b),
  random: (length) => randomBytes(length),
  verify: (algorithm, spki, data, signature) => {
    try {
      const key = publicKey(spki);
      return keyFits(algorithm, key) && verify(DIGEST[algorithm], data, key, signature);
    } catch {
      return false;
    }
  },
};
