/** Signing keys of IT: made, written as PKCS#8, read back. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
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

/** A public key with what the root says about it. */
export interface PublicKey {
  readonly algorithm: SignatureAlgorithm;
  /** SHA-256 of the SPKI, hexadecimal: the key's id in the roots that this command makes. */
  readonly keyid: string;
  /** DER SubjectPublicKeyInfo, base64. */
  readonly spki: string;
}

/** A key that can sign: in a file, or on a token that it never leaves. */
export interface SigningKey extends PublicKey {
  /** A signature over `message`; ECDSA signatures are DER (RFC 3279). Throws CliError `key` when the token refuses. */
  readonly sign: (message: Uint8Array) => Uint8Array;
}

/** A key in a file. */
export interface FileKey extends SigningKey {
  readonly privateKey: KeyObject;
}

/** The digest of each algorithm; Ed25519 has none by definition. */
export const DIGEST: Readonly<Record<SignatureAlgorithm, 'sha256' | 'sha384' | null>> = {
  ed25519: null,
  'ecdsa-p256-sha256': 'sha256',
  'ecdsa-p384-sha384': 'sha384',
};

function algorithmOf(key: KeyObject): SignatureAlgorithm {
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519';
  if (key.asymmetricKeyType === 'ec') {
    if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return 'ecdsa-p256-sha256';
    if (key.asymmetricKeyDetails?.namedCurve === 'secp384r1') return 'ecdsa-p384-sha384';
  }
  throw new CliError('key', 'the key is neither Ed25519 nor ECDSA on P-256 or P-384');
}

/** Describes a public key. */
export function toPublicKey(key: KeyObject): PublicKey {
  const algorithm = algorithmOf(key);
  const spki = key.export({ type: 'spki', format: 'der' });
  const keyid = createHash('sha256').update(spki).digest('hex');
  return { algorithm, keyid, spki: spki.toString('base64') };
}

/** A private key that signs here. */
export function toSigningKey(privateKey: KeyObject): FileKey {
  const known = toPublicKey(createPublicKey(privateKey));
  return { ...known, privateKey, sign: (message) => sign(DIGEST[known.algorithm], message, privateKey) };
}

export function generateSigningKey(algorithm: SignatureAlgorithm = 'ed25519'): FileKey {
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
export function rootKey({ algorithm, spki }: PublicKey): RootKey {
  return { algorithm, spki };
}

/** PKCS#8 PEM, encrypted unless there is no passphrase. */
export function exportKey({ privateKey }: FileKey, passphrase: Uint8Array | undefined): string {
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
export function importKey(pem: string, passphrase: Uint8Array | undefined, name: string): FileKey {
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

/** The public key as SPKI PEM, as OpenSSL and tokens' tools write it. */
export function exportPublicKey({ spki }: PublicKey): string {
  return createPublicKey({ key: Buffer.from(spki, 'base64'), format: 'der', type: 'spki' })
    .export({ type: 'spki', format: 'pem' })
    .toString();
}

/** Reads a public key: SPKI PEM, or the key in an X.509 certificate (PEM). Private keys are not taken. */
export function importPublicKey(pem: string, name: string): PublicKey {
  const isPublic = pem.includes('-----BEGIN PUBLIC KEY-----') || pem.includes('-----BEGIN CERTIFICATE-----');
  try {
    if (isPublic) return toPublicKey(createPublicKey(pem));
  } catch (error) {
    if (error instanceof CliError) throw error;
  }
  throw new CliError('key', `${name} is no public key and no certificate (PEM)`);
}
