/**
 * A private key that OpenSSL can use and nobody here holds: an RSA with a method whose `priv_enc`, or an EC_KEY with a
 * method whose `sign_sig`, asks elsewhere. The public half is the certificate's, and every signature is verified with
 * it before OpenSSL may use it: a card that was swapped in time shows its old certificate but signs with the new key.
 */
import koffi from 'koffi';
import { AppError } from '../../shared/errors.ts';
import { MAX_SIGN_BYTES, type SignMechanism } from '../../shared/signing.ts';
import { callbackTypes, type OpenSsl, type Pointer } from './ffi.ts';
import { copyFromNative, copyToNative, NativeScope, present } from './resources.ts';

const EVP_PKEY_RSA = 6;
const EVP_PKEY_EC = 408;
const RSA_PKCS1_PADDING = 1;
const RSA_NO_PADDING = 3;
const RSA_PKCS1_OVERHEAD = 11;
const MIN_RSA_BITS = 2048;
const EC_BITS: ReadonlySet<number> = new Set([256, 384]);
/** The longest hash, SHA-512. */
const MAX_DIGEST_BYTES = 64;

/** Gets one signature, synchronously; throws when there is none. Every failure is told to the handshake by the owner. */
export interface Signer {
  sign(mechanism: SignMechanism, data: Uint8Array): Uint8Array;
  /** The signature does not fit the certificate's public key. */
  invalid(): void;
}

interface ExternalKey {
  readonly signer: Signer;
  /** Bytes of an RSA modulus or of an EC group's order. */
  readonly size: number;
}

/** The methods and callbacks, one set a thread, and the keys in use by the address of their RSA or EC_KEY. */
export class ExternalKeys {
  readonly #api: OpenSsl;
  readonly #rsaMethod: Pointer;
  readonly #ecMethod: Pointer;
  readonly #keys = new Map<Pointer, ExternalKey>();

  /** `scope` owns the methods and the callbacks, and must outlive every key. */
  constructor(api: OpenSsl, scope: NativeScope) {
    this.#api = api;
    const types = callbackTypes();
    const rsaCallback = koffi.register(
      (length: number, from: Pointer, to: Pointer, rsa: Pointer, padding: number): number =>
        this.#signRsa(length, from, to, rsa, padding),
      types.rsaPrivateEncrypt,
    );
    scope.defer(() => koffi.unregister(rsaCallback));
    const ecCallback = koffi.register(
      (digest: Pointer, length: number, _kinv: Pointer | null, _rp: Pointer | null, key: Pointer) =>
        this.#signEc(digest, length, key),
      types.ecSign,
    );
    scope.defer(() => koffi.unregister(ecCallback));
    this.#rsaMethod = scope.own(
      api.RSA_meth_dup(api.RSA_get_default_method()),
      (method) => api.RSA_meth_free(method),
      'RSA_meth_dup',
    );
    if (api.RSA_meth_set_priv_enc(this.#rsaMethod, rsaCallback) !== 1) throw failed('RSA_meth_set_priv_enc');
    this.#ecMethod = scope.own(
      api.EC_KEY_METHOD_new(api.EC_KEY_OpenSSL()),
      (method) => api.EC_KEY_METHOD_free(method),
      'EC_KEY_METHOD_new',
    );
    // OpenSSL's own `sign` encodes what `sign_sig` returns; there is no per-signature set-up to do here.
    const sign: [Pointer | null] = [null];
    api.EC_KEY_METHOD_get_sign(this.#ecMethod, sign, [null], [null]);
    api.EC_KEY_METHOD_set_sign(this.#ecMethod, sign[0], null, ecCallback);
  }

  /** Keys that are registered now. */
  get size(): number {
    return this.#keys.size;
  }

  /** An EVP_PKEY for the certificate's key pair, owned by `scope`. */
  create(scope: NativeScope, certificate: Pointer, signer: Signer): Pointer {
    const api = this.#api;
    const temporary = new NativeScope();
    try {
      const publicKey = temporary.own(
        api.X509_get_pubkey(certificate),
        (key) => api.EVP_PKEY_free(key),
        'X509_get_pubkey',
      );
      const key = scope.own(api.EVP_PKEY_new(), (made) => api.EVP_PKEY_free(made), 'EVP_PKEY_new');
      const bits = api.EVP_PKEY_get_bits(publicKey);
      switch (api.EVP_PKEY_get_base_id(publicKey)) {
        case EVP_PKEY_RSA:
          this.#attachRsa(scope, temporary, publicKey, key, bits, signer);
          return key;
        case EVP_PKEY_EC:
          this.#attachEc(scope, temporary, publicKey, key, bits, signer);
          return key;
        default:
          throw unsupported('type of key');
      }
    } finally {
      temporary.free();
    }
  }

  #attachRsa(
    scope: NativeScope,
    temporary: NativeScope,
    publicKey: Pointer,
    key: Pointer,
    bits: number,
    signer: Signer,
  ): void {
    const api = this.#api;
    const rsa = temporary.own(
      api.EVP_PKEY_get1_RSA(publicKey),
      (made) => api.RSA_free(made),
      'EVP_PKEY_get1_RSA',
    );
    const size = api.RSA_size(rsa);
    if (bits < MIN_RSA_BITS || size > MAX_SIGN_BYTES) throw unsupported(`RSA of ${bits} bits`);
    if (api.RSA_set_method(rsa, this.#rsaMethod) !== 1) throw failed('RSA_set_method');
    if (api.EVP_PKEY_set1_RSA(key, rsa) !== 1) throw failed('EVP_PKEY_set1_RSA');
    this.#register(scope, rsa, { signer, size });
  }

  #attachEc(
    scope: NativeScope,
    temporary: NativeScope,
    publicKey: Pointer,
    key: Pointer,
    bits: number,
    signer: Signer,
  ): void {
    const api = this.#api;
    const ec = temporary.own(
      api.EVP_PKEY_get1_EC_KEY(publicKey),
      (made) => api.EC_KEY_free(made),
      'EVP_PKEY_get1_EC_KEY',
    );
    if (!EC_BITS.has(bits)) throw unsupported(`elliptic curve of ${bits} bits`);
    if (api.EC_KEY_set_method(ec, this.#ecMethod) !== 1) throw failed('EC_KEY_set_method');
    if (api.EVP_PKEY_set1_EC_KEY(key, ec) !== 1) throw failed('EVP_PKEY_set1_EC_KEY');
    this.#register(scope, ec, { signer, size: bits / 8 });
  }

  #register(scope: NativeScope, address: Pointer, key: ExternalKey): void {
    this.#keys.set(address, key);
    scope.defer(() => this.#keys.delete(address));
  }

  #signRsa(length: number, from: Pointer, to: Pointer, rsa: Pointer, padding: number): number {
    try {
      const key = this.#keys.get(rsa);
      if (key === undefined) return -1;
      const limit = padding === RSA_PKCS1_PADDING ? key.size - RSA_PKCS1_OVERHEAD : key.size;
      if (padding !== RSA_NO_PADDING && padding !== RSA_PKCS1_PADDING) return -1;
      if (padding === RSA_NO_PADDING && length !== key.size) return -1;
      const data = copyFromNative(this.#api, from, length, limit);
      const signature = key.signer.sign(padding === RSA_NO_PADDING ? 'rsa-raw' : 'rsa-pkcs1', data);
      if (!this.#fitsRsa(key, rsa, padding, data, signature)) {
        key.signer.invalid();
        return -1;
      }
      copyToNative(this.#api, to, signature);
      return signature.length;
    } catch {
      return -1;
    }
  }

  /** Undoes the signature with the public key and compares with what was to be signed. */
  #fitsRsa(
    key: ExternalKey,
    rsa: Pointer,
    padding: number,
    data: Uint8Array,
    signature: Uint8Array,
  ): boolean {
    if (signature.length !== key.size) return false;
    const recovered = new Uint8Array(key.size);
    const length = this.#api.RSA_public_decrypt(signature.length, signature, recovered, rsa, padding);
    if (length !== data.length) {
      this.#api.ERR_clear_error();
      return false;
    }
    return Buffer.from(recovered.buffer, 0, length).equals(data);
  }

  #signEc(digestAt: Pointer, length: number, address: Pointer): Pointer | null {
    try {
      const key = this.#keys.get(address);
      if (key === undefined) return null;
      const digest = copyFromNative(this.#api, digestAt, length, MAX_DIGEST_BYTES);
      // A hash longer than the group's order counts with its leftmost bits only (FIPS 186-5, 6.4.1); tokens want just these.
      const raw = key.signer.sign('ecdsa', digest.slice(0, key.size));
      const signature = this.#toEcdsaSignature(raw, key.size);
      if (signature !== null && this.#api.ECDSA_do_verify(digest, digest.length, signature, address) === 1) {
        return signature;
      }
      if (signature !== null) this.#api.ECDSA_SIG_free(signature);
      this.#api.ERR_clear_error();
      key.signer.invalid();
      return null;
    } catch {
      return null;
    }
  }

  /** r||s to an ECDSA_SIG that the caller owns; null when the length is wrong. */
  #toEcdsaSignature(raw: Uint8Array, size: number): Pointer | null {
    if (raw.length !== 2 * size) return null;
    const api = this.#api;
    const r = present(api.BN_bin2bn(raw.slice(0, size), size, null), 'BN_bin2bn');
    const s = present(api.BN_bin2bn(raw.slice(size), size, null), 'BN_bin2bn');
    const signature = present(api.ECDSA_SIG_new(), 'ECDSA_SIG_new');
    // From here on the signature owns r and s.
    if (api.ECDSA_SIG_set0(signature, r, s) !== 1) throw failed('ECDSA_SIG_set0');
    return signature;
  }
}

function failed(what: string): AppError<'TLS_LIBRARY'> {
  return new AppError('TLS_LIBRARY', { reason: `${what} failed` });
}

function unsupported(what: string): AppError<'TLS_HANDSHAKE'> {
  return new AppError('TLS_HANDSHAKE', { reason: `the card’s certificate has an unsupported ${what}` });
}
