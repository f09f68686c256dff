/** Signing keys of IT: made, written as PKCS#8, read back. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import type { RootKey } from '../../policy/index.ts';
import type { SignatureAlgorithm } from '../../shared/crypto.ts';
import { CliError } from './cli-error.ts';
import { encryptPkcs8 } from './pkcs8-scrypt.ts';

export const ALGORITHMS: readonly SignatureAlgorithm[] = [
  'ed25519',
  'ecdsa-p384-sha384',
  'ecdsa-p256-sha256',
];

/** A private key with what the root says about it. */
export interface SigningKey {
  readonly algorithm: SignatureAlgorithm;
  readonly privateKey: KeyObject;
  /** SHA-256 of the SPKI, hexadecimal: the key's id in the roots that this command makes. */
  readonly keyid: string;
  /** DER SubjectPublicKeyInfo, base64. */
  readonly spki: string;
}

function algorithmOf(key: KeyObject): SignatureAlgorithm {
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519';
  if (key.asymmetricKeyType === 'ec') {
    if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return 'ecdsa-p256-sha256';
    if (key.asymmetricKeyDetails?.namedCurve === 'secp384r1') return 'ecdsa-p384-sha384';
  }
  throw new CliError('key', 'the key is neither Ed25519 nor ECDSA on P-256 or P-384');
}

/** Describes a private key. */
export function toSigningKey(privateKey: KeyObject): SigningKey {
  const algorithm = algorithmOf(privateKey);
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const keyid = createHash('sha256').update(spki).digest('hex');
  return { algorithm, privateKey, keyid, spki: spki.toString('base64') };
}

export function generateSigningKey(algorithm: SignatureAlgorithm = 'ed25519'): SigningKey {
  switch (algorithm) {
    case 'ed25519':
      return toSigningKey(generateKeyPairSync('ed25519').privateKey);
    case 'ecdsa-p256-sha256':
      return toSigningKey(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey);
    case 'ecdsa-p384-sha384':
      return toSigningKey(generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).privateKey);
  }
}

/** The key as a root lists it. */
export function rootKey({ algorithm, spki }: SigningKey): RootKey {
  return { algorithm, spki };
}

/** PKCS#8 PEM, encrypted unless there is no passphrase. */
export function exportKey({ privateKey }: SigningKey, passphrase: Uint8Array | undefined): string {
  if (passphrase === undefined) return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const plain = privateKey.export({ type: 'pkcs8', format: 'der' });
  const encrypted = encryptPkcs8(plain, passphrase);
  plain.fill(0);
  return encrypted;
}

/** True for a PEM text that needs a passphrase. */
export function isEncrypted(pem: string): boolean {
  return pem.includes('-----BEGIN ENCRYPTED PRIVATE KEY-----');
}

/** Reads a PKCS#8 PEM. */
export function importKey(pem: string, passphrase: Uint8Array | undefined, name: string): SigningKey {
  if (isEncrypted(pem) && passphrase === undefined) {
    throw new CliError('key', `${name} is encrypted and there is no passphrase`);
  }
  let key: KeyObject;
  try {
    key = createPrivateKey({
      key: pem,
      format: 'pem',
      ...(passphrase === undefined ? {} : { passphrase: Buffer.from(passphrase) }),
    });
  } catch {
    throw new CliError('key', `${name} cannot be read: it is no private key, or the passphrase is wrong`);
  }
  return toSigningKey(key);
}
