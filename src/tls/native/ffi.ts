/**
 * The FFI boundary: every function of OpenSSL 3 that Sallyport calls, declared once, with TypeScript signatures.
 *
 * koffi checks nothing but the number of arguments, so these invariants hold for all code that uses the binding:
 *
 * 1. A {@link Pointer} comes from OpenSSL (a result or a callback's argument), is never computed, never received from
 *    the network, from another thread or from a message, and is not used after its owner was freed (resources.ts).
 *    The one exception are the small integers that we pass to OpenSSL as a callback's `arg`, which nothing dereferences.
 * 2. Memory that OpenSSL reads or writes is a `Uint8Array` of ours that lives until the call returns, and the length
 *    passed is at most its length. {@link writeBio} and {@link readBio} are the only ways bytes cross, and check this.
 * 3. OpenSSL never keeps a pointer to JavaScript memory: certificates go in and out through memory BIOs, which copy.
 * 4. A length that OpenSSL gives (signing callbacks, encoded certificates) is checked against a fixed bound before it
 *    sizes an allocation or a read.
 * 5. Strings that go in are checked names (options.ts: printable ASCII, bounded); strings that come out are static
 *    tables of OpenSSL.
 * 6. A callback never throws into OpenSSL: it catches everything and answers failure.
 */
import koffi, { type LibraryHandle } from 'koffi';
import { bindCrypto } from './ffi-crypto.ts';
import type { Maybe, Pointer } from './pointer.ts';

export type { Pointer } from './pointer.ts';

function bindSsl(lib: LibraryHandle) {
  return {
    OPENSSL_init_ssl: lib.func('int OPENSSL_init_ssl(uint64_t, void *)') as (
      options: number,
      settings: null,
    ) => number,
    TLS_client_method: lib.func('void *TLS_client_method()') as () => Maybe,
    SSL_CTX_new_ex: lib.func('void *SSL_CTX_new_ex(void *, const char *, void *)') as (
      context: Pointer,
      properties: string | null,
      method: Maybe,
    ) => Maybe,
    SSL_CTX_free: lib.func('void SSL_CTX_free(void *)') as (context: Pointer) => void,
    SSL_CTX_ctrl: lib.func('long SSL_CTX_ctrl(void *, int, long, void *)') as (
      context: Pointer,
      command: number,
      value: number,
      argument: null,
    ) => number | bigint,
    SSL_CTX_ctrl_string: lib.func('SSL_CTX_ctrl', 'long', ['void *', 'int', 'long', 'const char *']) as (
      context: Pointer,
      command: number,
      value: number,
      argument: string,
    ) => number | bigint,
    SSL_CTX_set_options: lib.func('uint64_t SSL_CTX_set_options(void *, uint64_t)') as (
      context: Pointer,
      options: number,
    ) => number | bigint,
    SSL_CTX_set_security_level: lib.func('void SSL_CTX_set_security_level(void *, int)') as (
      context: Pointer,
      level: number,
    ) => void,
    SSL_CTX_set_ciphersuites: lib.func('int SSL_CTX_set_ciphersuites(void *, const char *)') as (
      context: Pointer,
      names: string,
    ) => number,
    SSL_CTX_set_cipher_list: lib.func('int SSL_CTX_set_cipher_list(void *, const char *)') as (
      context: Pointer,
      names: string,
    ) => number,
    SSL_CTX_set1_cert_store: lib.func('void SSL_CTX_set1_cert_store(void *, void *)') as (
      context: Pointer,
      store: Pointer,
    ) => void,
    SSL_CTX_set_verify: lib.func('void SSL_CTX_set_verify(void *, int, void *)') as (
      context: Pointer,
      mode: number,
      callback: null,
    ) => void,
    SSL_CTX_set_cert_verify_callback: lib.func(
      'void SSL_CTX_set_cert_verify_callback(void *, void *, void *)',
    ) as (context: Pointer, callback: Pointer, arg: bigint) => void,
    SSL_CTX_set_cert_cb: lib.func('void SSL_CTX_set_cert_cb(void *, void *, void *)') as (
      context: Pointer,
      callback: Pointer,
      arg: bigint,
    ) => void,
    SSL_new: lib.func('void *SSL_new(void *)') as (context: Pointer) => Maybe,
    SSL_free: lib.func('void SSL_free(void *)') as (ssl: Pointer) => void,
    SSL_ctrl: lib.func('long SSL_ctrl(void *, int, long, void *)') as (
      ssl: Pointer,
      command: number,
      value: number,
      argument: Maybe,
    ) => number | bigint,
    SSL_ctrl_string: lib.func('SSL_ctrl', 'long', ['void *', 'int', 'long', 'const char *']) as (
      ssl: Pointer,
      command: number,
      value: number,
      argument: string,
    ) => number | bigint,
    SSL_get0_param: lib.func('void *SSL_get0_param(void *)') as (ssl: Pointer) => Maybe,
    SSL_set_bio: lib.func('void SSL_set_bio(void *, void *, void *)') as (
      ssl: Pointer,
      input: Pointer,
      output: Pointer,
    ) => void,
    SSL_set_connect_state: lib.func('void SSL_set_connect_state(void *)') as (ssl: Pointer) => void,
    SSL_use_certificate: lib.func('int SSL_use_certificate(void *, void *)') as (
      ssl: Pointer,
      certificate: Pointer,
    ) => number,
    SSL_use_PrivateKey: lib.func('int SSL_use_PrivateKey(void *, void *)') as (
      ssl: Pointer,
      key: Pointer,
    ) => number,
    SSL_get1_supported_ciphers: lib.func('void *SSL_get1_supported_ciphers(void *)') as (
      ssl: Pointer,
    ) => Maybe,
    SSL_do_handshake: lib.func('int SSL_do_handshake(void *)') as (ssl: Pointer) => number,
    SSL_read: lib.func('int SSL_read(void *, void *, int)') as (
      ssl: Pointer,
      to: Uint8Array,
      length: number,
    ) => number,
    SSL_write: lib.func('int SSL_write(void *, void *, int)') as (
      ssl: Pointer,
      from: Uint8Array,
      length: number,
    ) => number,
    SSL_shutdown: lib.func('int SSL_shutdown(void *)') as (ssl: Pointer) => number,
    SSL_get_error: lib.func('int SSL_get_error(void *, int)') as (ssl: Pointer, result: number) => number,
    SSL_get_verify_result: lib.func('long SSL_get_verify_result(void *)') as (
      ssl: Pointer,
    ) => number | bigint,
    SSL_get0_peer_certificate: lib.func('void *SSL_get0_peer_certificate(void *)') as (ssl: Pointer) => Maybe,
    SSL_session_reused: lib.func('int SSL_session_reused(void *)') as (ssl: Pointer) => number,
    SSL_get_version: lib.func('const char *SSL_get_version(void *)') as (ssl: Pointer) => string | null,
    SSL_get_current_cipher: lib.func('void *SSL_get_current_cipher(void *)') as (ssl: Pointer) => Maybe,
    SSL_CIPHER_get_name: lib.func('const char *SSL_CIPHER_get_name(void *)') as (
      cipher: Pointer,
    ) => string | null,
    SSL_group_to_name: lib.func('const char *SSL_group_to_name(void *, int)') as (
      ssl: Pointer,
      group: number,
    ) => string | null,
    SSL_export_keying_material: lib.func(
      'int SSL_export_keying_material(void *, void *, size_t, const char *, size_t, void *, size_t, int)',
    ) as (
      ssl: Pointer,
      to: Uint8Array,
      length: number,
      label: string,
      labelLength: number,
      context: Uint8Array,
      contextLength: number,
      useContext: number,
    ) => number,
  };
}

/** Binds every function of both libraries; throws when one is missing. */
export function bind(crypto: LibraryHandle, ssl: LibraryHandle) {
  return { ...bindCrypto(crypto), ...bindSsl(ssl) };
}

/** The bound functions, under OpenSSL's own names. */
export type OpenSsl = ReturnType<typeof bind>;

/**
 * koffi's prototypes of what OpenSSL calls back: the certificate verification (1 when the chain is acceptable), the
 * client certificate callback (1 to go on), an RSA_METHOD's `priv_enc` (the signature's length, or -1) and an
 * EC_KEY_METHOD's `sign_sig` (an ECDSA_SIG that the caller owns, or NULL).
 */
export function callbackTypes() {
  return {
    verify: koffi.pointer(koffi.proto('int', ['void *', 'void *'])),
    certificate: koffi.pointer(koffi.proto('int', ['void *', 'void *'])),
    rsaPrivateEncrypt: koffi.pointer(koffi.proto('int', ['int', 'void *', 'void *', 'void *', 'int'])),
    ecSign: koffi.pointer(koffi.proto('void *', ['void *', 'int', 'void *', 'void *', 'void *'])),
  };
}
