/**
 * A {@link ClientIdentity} whose key is a file: what a card does, done by OpenSSL in this process, for tests and for
 * comparing a card with a software key through the same TLS code.
 */
import { constants, createPrivateKey, type KeyObject, privateEncrypt, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import koffi from 'koffi';
import type { ClientIdentity, SignRequest } from '../../src/shared/signing.ts';

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu;

/** The certificates of a PEM file, DER. */
export function readCertificates(file: string): Uint8Array[] {
  const found = readFileSync(file, 'utf8').match(PEM) ?? [];
  return found.map((pem) => new Uint8Array(new X509Certificate(pem).raw));
}

/** r||s of an ECDSA-Sig-Value (RFC 3279, 2.2.3). */
function toRaw(der: Uint8Array, size: number): Uint8Array {
  const rLength = der[3] ?? 0;
  const r = der.subarray(4, 4 + rLength);
  const s = der.subarray(6 + rLength);
  const raw = new Uint8Array(2 * size);
  const put = (value: Uint8Array, end: number): void => {
    const digits = value.subarray(Math.max(0, value.length - size));
    raw.set(digits, end - digits.length);
  };
  put(r, size);
  put(s, 2 * size);
  return raw;
}

/** ECDSA over a hash, which node:crypto does not offer: it always hashes itself. */
function ecdsaSigner(key: KeyObject): (digest: Uint8Array) => Uint8Array {
  const library = koffi.load('libcrypto.so.3', { deep: true });
  const newBio = library.func('void *BIO_new_mem_buf(const void *, int)');
  const readKey = library.func('void *d2i_PrivateKey_bio(void *, void *)');
  const freeBio = library.func('int BIO_free(void *)');
  const newContext = library.func('void *EVP_PKEY_CTX_new(void *, void *)');
  const initSign = library.func('int EVP_PKEY_sign_init(void *)');
  const sign = library.func('int EVP_PKEY_sign(void *, void *, _Inout_ size_t *, void *, size_t)');
  const freeContext = library.func('void EVP_PKEY_CTX_free(void *)');
  const der = key.export({ type: 'sec1', format: 'der' });
  const bio = newBio(der, der.length);
  const privateKey = readKey(bio, null);
  freeBio(bio);
  const size = key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 48 : 32;
  return (digest) => {
    const context = newContext(privateKey, null);
    const signature = Buffer.alloc(160);
    const length: [number] = [signature.length];
    const ok = initSign(context) === 1 && sign(context, signature, length, digest, digest.length) === 1;
    freeContext(context);
    if (!ok) throw new Error('EVP_PKEY_sign failed');
    return toRaw(signature.subarray(0, length[0]), size);
  };
}

/** Makes the identity of a certificate and its key (PEM files); the certificates after the first are the chain. */
export function softwareIdentity(files: {
  readonly certificate: string;
  readonly key: string;
}): ClientIdentity {
  const [certificate, ...chain] = readCertificates(files.certificate);
  if (certificate === undefined) throw new Error(`no certificate in ${files.certificate}`);
  const key = createPrivateKey(readFileSync(files.key));
  const ecdsa = key.asymmetricKeyType === 'ec' ? ecdsaSigner(key) : undefined;
  const sign = async ({ mechanism, data }: SignRequest): Promise<Uint8Array> => {
    if (mechanism === 'ecdsa') {
      if (ecdsa === undefined) throw new Error('the key is no elliptic curve key');
      return ecdsa(data);
    }
    const padding = mechanism === 'rsa-raw' ? constants.RSA_NO_PADDING : constants.RSA_PKCS1_PADDING;
    return new Uint8Array(privateEncrypt({ key, padding }, data));
  };
  return { certificate, chain, sign };
}
