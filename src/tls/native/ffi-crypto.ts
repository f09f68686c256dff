/** The functions of libcrypto; the invariants of ffi.ts hold for them. */
import type { LibraryHandle } from 'koffi';
import type { Maybe, Memory, Pointer } from './pointer.ts';

export function bindCrypto(lib: LibraryHandle) {
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
    X509_CRL_new_ex: lib.func('void *X509_CRL_new_ex(void *, const char *)') as (
      context: Maybe,
      properties: string | null,
    ) => Maybe,
    X509_CRL_free: lib.func('void X509_CRL_free(void *)') as (list: Pointer) => void,
    d2i_X509_CRL_bio: lib.func('void *d2i_X509_CRL_bio(void *, _Inout_ void **)') as (
      bio: Pointer,
      into: [Maybe],
    ) => Maybe,
    // chain verification
    X509_STORE_new: lib.func('void *X509_STORE_new()') as () => Maybe,
    X509_STORE_free: lib.func('void X509_STORE_free(void *)') as (store: Pointer) => void,
    X509_STORE_add_cert: lib.func('int X509_STORE_add_cert(void *, void *)') as (
      store: Pointer,
      certificate: Pointer,
    ) => number,
    X509_STORE_add_crl: lib.func('int X509_STORE_add_crl(void *, void *)') as (
      store: Pointer,
      list: Pointer,
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
    X509_VERIFY_PARAM_set_auth_level: lib.func('void X509_VERIFY_PARAM_set_auth_level(void *, int)') as (
      param: Pointer,
      level: number,
    ) => void,
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
