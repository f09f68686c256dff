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

/** A native address. OpenSSL's NULL arrives as `null`. */
export type Pointer = bigint;
type Maybe = Pointer | null;
type Memory = Uint8Array | Pointer;

function bindCrypto(lib: LibraryHandle) {
  return {
    OpenSSL_version_num: lib.func('unsigned long OpenSSL_version_num()') as () => number | bigint,
    // errors
    ERR_clear_error: lib.func('void ERR_clear_error()') as () => void,
    ERR_get_error: lib.func('unsigned long ERR_get_error()') as () => number | bigint,
    ERR_reason_error_string: lib.func('const char *ERR_reason_error_string(unsigned long)') as (
      code: number | bigint,
    ) => string | null,
    // library context and providers
    OSSL_LIB_CTX_new: lib.func('void *OSSL_LIB_CTX_new()') as () => Maybe,
    OSSL_LIB_CTX_free: lib.func('void OSSL_LIB_CTX_free(void *)') as (context: Pointer) => void,
    OSSL_LIB_CTX_load_config: lib.func('int OSSL_LIB_CTX_load_config(void *, const char *)') as (
      context: Pointer,
      file: string | null,
    ) => number,
    OSSL_PROVIDER_set_default_search_path: lib.func(
      'int OSSL_PROVIDER_set_default_search_path(void *, const char *)',
    ) as (context: Maybe, path: string) => number,
    OSSL_PROVIDER_load: lib.func('void *OSSL_PROVIDER_load(void *, const char *)') as (
      context: Maybe,
      name: string,
    ) => Maybe,
    OSSL_PROVIDER_unload: lib.func('int OSSL_PROVIDER_unload(void *)') as (provider: Pointer) => number,
    OSSL_PROVIDER_get0_name: lib.func('const char *OSSL_PROVIDER_get0_name(void *)') as (
      provider: Pointer,
    ) => string | null,
    EVP_default_properties_enable_fips: lib.func('int EVP_default_properties_enable_fips(void *, int)') as (
      context: Maybe,
      enable: number,
    ) => number,
    EVP_CIPHER_fetch: lib.func('void *EVP_CIPHER_fetch(void *, const char *, const char *)') as (
      context: Maybe,
      name: string,
      properties: string | null,
    ) => Maybe,
    EVP_CIPHER_get0_provider: lib.func('void *EVP_CIPHER_get0_provider(void *)') as (
      cipher: Pointer,
    ) => Maybe,
    EVP_CIPHER_free: lib.func('void EVP_CIPHER_free(void *)') as (cipher: Pointer) => void,
    // memory BIOs
    BIO_s_mem: lib.func('void *BIO_s_mem()') as () => Maybe,
    BIO_new: lib.func('void *BIO_new(void *)') as (method: Maybe) => Maybe,
    BIO_free: lib.func('int BIO_free(void *)') as (bio: Pointer) => number,
    BIO_read: lib.func('int BIO_read(void *, void *, int)') as (
      bio: Pointer,
      to: Memory,
      length: number,
    ) => number,
    BIO_write: lib.func('int BIO_write(void *, void *, int)') as (
      bio: Pointer,
      from: Memory,
      length: number,
    ) => number,
    BIO_ctrl_pending: lib.func('size_t BIO_ctrl_pending(void *)') as (bio: Pointer) => number | bigint,
    // certificates
    X509_new_ex: lib.func('void *X509_new_ex(void *, const char *)') as (
      context: Maybe,
      properties: string | null,
    ) => Maybe,
    X509_free: lib.func('void X509_free(void *)') as (certificate: Pointer) => void,
    d2i_X509_bio: lib.func('void *d2i_X509_bio(void *, _Inout_ void **)') as (
      bio: Pointer,
      into: [Maybe],
    ) => Maybe,
    i2d_X509_bio: lib.func('int i2d_X509_bio(void *, void *)') as (
      bio: Pointer,
      certificate: Pointer,
    ) => number,
    X509_get_X509_PUBKEY: lib.func('void *X509_get_X509_PUBKEY(void *)') as (certificate: Pointer) => Maybe,
    i2d_X509_PUBKEY_bio: lib.func('int i2d_X509_PUBKEY_bio(void *, void *)') as (
      bio: Pointer,
      key: Pointer,
    ) => number,
    X509_get_pubkey: lib.func('void *X509_get_pubkey(void *)') as (certificate: Pointer) => Maybe,
    X509_check_ca: lib.func('int X509_check_ca(void *)') as (certificate: Pointer) => number,
    X509_get_extension_flags: lib.func('uint32_t X509_get_extension_flags(void *)') as (
      certificate: Pointer,
    ) => number,
    X509_get_extended_key_usage: lib.func('uint32_t X509_get_extended_key_usage(void *)') as (
      certificate: Pointer,
    ) => number,
    X509_get_signature_info: lib.func(
      'int X509_get_signature_info(void *, _Out_ int *, _Out_ int *, _Out_ int *, _Out_ uint32_t *)',
    ) as (
      certificate: Pointer,
      digestNid: [number],
      keyNid: [number],
      bits: [number],
      flags: [number],
    ) => number,
    OBJ_nid2sn: lib.func('const char *OBJ_nid2sn(int)') as (nid: number) => string | null,
    // chain verification
    X509_STORE_new: lib.func('void *X509_STORE_new()') as () => Maybe,
    X509_STORE_free: lib.func('void X509_STORE_free(void *)') as (store: Pointer) => void,
    X509_STORE_add_cert: lib.func('int X509_STORE_add_cert(void *, void *)') as (
      store: Pointer,
      certificate: Pointer,
    ) => number,
    X509_verify_cert: lib.func('int X509_verify_cert(void *)') as (storeContext: Pointer) => number,
    X509_verify_cert_error_string: lib.func('const char *X509_verify_cert_error_string(long)') as (
      error: number,
    ) => string | null,
    X509_STORE_CTX_get_error: lib.func('int X509_STORE_CTX_get_error(void *)') as (
      storeContext: Pointer,
    ) => number,
    X509_STORE_CTX_set_error: lib.func('void X509_STORE_CTX_set_error(void *, int)') as (
      storeContext: Pointer,
      error: number,
    ) => void,
    X509_STORE_CTX_get_error_depth: lib.func('int X509_STORE_CTX_get_error_depth(void *)') as (
      storeContext: Pointer,
    ) => number,
    X509_STORE_CTX_get_current_cert: lib.func('void *X509_STORE_CTX_get_current_cert(void *)') as (
      storeContext: Pointer,
    ) => Maybe,
    X509_STORE_CTX_get0_cert: lib.func('void *X509_STORE_CTX_get0_cert(void *)') as (
      storeContext: Pointer,
    ) => Maybe,
    X509_VERIFY_PARAM_set_flags: lib.func('int X509_VERIFY_PARAM_set_flags(void *, unsigned long)') as (
      param: Pointer,
      flags: number,
    ) => number,
    X509_VERIFY_PARAM_set_purpose: lib.func('int X509_VERIFY_PARAM_set_purpose(void *, int)') as (
      param: Pointer,
      purpose: number,
    ) => number,
    X509_VERIFY_PARAM_set_depth: lib.func('void X509_VERIFY_PARAM_set_depth(void *, int)') as (
      param: Pointer,
      depth: number,
    ) => void,
    X509_VERIFY_PARAM_set_hostflags: lib.func(
      'void X509_VERIFY_PARAM_set_hostflags(void *, unsigned int)',
    ) as (param: Pointer, flags: number) => void,
    X509_VERIFY_PARAM_set1_host: lib.func(
      'int X509_VERIFY_PARAM_set1_host(void *, const char *, size_t)',
    ) as (param: Pointer, name: string, length: number) => number,
    // keys
    EVP_PKEY_new: lib.func('void *EVP_PKEY_new()') as () => Maybe,
    EVP_PKEY_free: lib.func('void EVP_PKEY_free(void *)') as (key: Pointer) => void,
    EVP_PKEY_get_base_id: lib.func('int EVP_PKEY_get_base_id(void *)') as (key: Pointer) => number,
    EVP_PKEY_get_bits: lib.func('int EVP_PKEY_get_bits(void *)') as (key: Pointer) => number,
    EVP_PKEY_get1_RSA: lib.func('void *EVP_PKEY_get1_RSA(void *)') as (key: Pointer) => Maybe,
    EVP_PKEY_get1_EC_KEY: lib.func('void *EVP_PKEY_get1_EC_KEY(void *)') as (key: Pointer) => Maybe,
    EVP_PKEY_set1_RSA: lib.func('int EVP_PKEY_set1_RSA(void *, void *)') as (
      key: Pointer,
      rsa: Pointer,
    ) => number,
    EVP_PKEY_set1_EC_KEY: lib.func('int EVP_PKEY_set1_EC_KEY(void *, void *)') as (
      key: Pointer,
      ec: Pointer,
    ) => number,
    RSA_free: lib.func('void RSA_free(void *)') as (rsa: Pointer) => void,
    RSA_size: lib.func('int RSA_size(void *)') as (rsa: Pointer) => number,
    RSA_get_default_method: lib.func('void *RSA_get_default_method()') as () => Maybe,
    RSA_meth_dup: lib.func('void *RSA_meth_dup(void *)') as (method: Maybe) => Maybe,
    RSA_meth_free: lib.func('void RSA_meth_free(void *)') as (method: Pointer) => void,
    RSA_meth_set_priv_enc: lib.func('int RSA_meth_set_priv_enc(void *, void *)') as (
      method: Pointer,
      callback: Pointer,
    ) => number,
    RSA_set_method: lib.func('int RSA_set_method(void *, void *)') as (
      rsa: Pointer,
      method: Pointer,
    ) => number,
    RSA_public_decrypt: lib.func('int RSA_public_decrypt(int, void *, void *, void *, int)') as (
      length: number,
      from: Uint8Array,
      to: Uint8Array,
      rsa: Pointer,
      padding: number,
    ) => number,
    EC_KEY_free: lib.func('void EC_KEY_free(void *)') as (key: Pointer) => void,
    EC_KEY_OpenSSL: lib.func('void *EC_KEY_OpenSSL()') as () => Maybe,
    EC_KEY_METHOD_new: lib.func('void *EC_KEY_METHOD_new(void *)') as (method: Maybe) => Maybe,
    EC_KEY_METHOD_free: lib.func('void EC_KEY_METHOD_free(void *)') as (method: Pointer) => void,
    EC_KEY_METHOD_get_sign: lib.func(
      'void EC_KEY_METHOD_get_sign(void *, _Out_ void **, _Out_ void **, _Out_ void **)',
    ) as (method: Pointer, sign: [Maybe], setup: [Maybe], signSig: [Maybe]) => void,
    EC_KEY_METHOD_set_sign: lib.func('void EC_KEY_METHOD_set_sign(void *, void *, void *, void *)') as (
      method: Pointer,
      sign: Maybe,
      setup: Maybe,
      signSig: Pointer,
    ) => void,
    EC_KEY_set_method: lib.func('int EC_KEY_set_method(void *, void *)') as (
      key: Pointer,
      method: Pointer,
    ) => number,
    BN_bin2bn: lib.func('void *BN_bin2bn(void *, int, void *)') as (
      bytes: Uint8Array,
      length: number,
      into: null,
    ) => Maybe,
    BN_free: lib.func('void BN_free(void *)') as (number: Pointer) => void,
    ECDSA_SIG_new: lib.func('void *ECDSA_SIG_new()') as () => Maybe,
    ECDSA_SIG_free: lib.func('void ECDSA_SIG_free(void *)') as (signature: Pointer) => void,
    ECDSA_SIG_set0: lib.func('int ECDSA_SIG_set0(void *, void *, void *)') as (
      signature: Pointer,
      r: Pointer,
      s: Pointer,
    ) => number,
    ECDSA_do_verify: lib.func('int ECDSA_do_verify(void *, int, void *, void *)') as (
      digest: Uint8Array,
      length: number,
      signature: Pointer,
      key: Pointer,
    ) => number,
    OPENSSL_sk_num: lib.func('int OPENSSL_sk_num(void *)') as (stack: Pointer) => number,
    OPENSSL_sk_value: lib.func('void *OPENSSL_sk_value(void *, int)') as (
      stack: Pointer,
      index: number,
    ) => Maybe,
    OPENSSL_sk_free: lib.func('void OPENSSL_sk_free(void *)') as (stack: Pointer) => void,
  };
}

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
