/** One connection's SSL_CTX and SSL: protocol settings, trust anchors, the identity. */

import { AppError } from '../../shared/errors.ts';
import type { ConnectParameters, TlsVersion } from '../options.ts';
import type { TlsEngine } from './engine.ts';
import type { Signer } from './external-key.ts';
import { takeFailure } from './failures.ts';
import type { OpenSsl, Pointer } from './ffi.ts';
import type { CryptoContext } from './library.ts';
import { type NativeScope, parseCertificate, parseRevocationList, present } from './resources.ts';

const SSL_CTRL_MODE = 33;
const SSL_CTRL_SET_SESS_CACHE_MODE = 44;
const SSL_CTRL_SET_MAX_CERT_LIST = 51;
const SSL_CTRL_SET_TLSEXT_HOSTNAME = 55;
const SSL_CTRL_CHAIN_CERT = 89;
const SSL_CTRL_SET_GROUPS_LIST = 92;
const SSL_CTRL_SET_SIGALGS_LIST = 98;
const SSL_CTRL_SET_MIN_PROTO_VERSION = 123;
const SSL_CTRL_SET_MAX_PROTO_VERSION = 124;
const VERSION_NUMBER: Readonly<Record<TlsVersion, number>> = { '1.2': 0x0303, '1.3': 0x0304 };

const SSL_OP_CLEANSE_PLAINTEXT = 2 ** 1;
const SSL_OP_NO_TICKET = 2 ** 14;
const SSL_OP_NO_COMPRESSION = 2 ** 17;
const SSL_OP_NO_RENEGOTIATION = 2 ** 30;
const OPTIONS = SSL_OP_CLEANSE_PLAINTEXT + SSL_OP_NO_TICKET + SSL_OP_NO_COMPRESSION + SSL_OP_NO_RENEGOTIATION;
const SSL_MODE_AUTO_RETRY = 0x4;
/** Without it OpenSSL completes our chain from the server's trust anchors. */
const SSL_MODE_NO_AUTO_CHAIN = 0x8;
const SSL_MODE_RELEASE_BUFFERS = 0x10;
const SSL_SESS_CACHE_OFF = 0;
const SSL_VERIFY_PEER = 1;
/** 112 bits: RSA-2048, no SHA-1, no RC4, no anonymous or NULL suites. */
const SECURITY_LEVEL = 2;
/** Suites without encryption have no bits at all and exist at no other level; what level 2 forbids besides is set apart. */
const INTEGRITY_ONLY_LEVEL = 0;
/** What level 2 leaves of the signature algorithms (RFC 8446 4.2.3). */
const SIGNATURE_ALGORITHMS = [
  'ECDSA+SHA384',
  'ECDSA+SHA256',
  'ECDSA+SHA512',
  'RSA-PSS+SHA384',
  'RSA-PSS+SHA256',
  'RSA-PSS+SHA512',
  'RSA+SHA384',
  'RSA+SHA256',
  'RSA+SHA512',
].join(':');
/** Bytes of all the server's certificates together. */
const MAX_SERVER_CHAIN_BYTES = 64 * 1024;
const MAX_CHAIN_DEPTH = 8;
const MAX_CIPHERS = 256;

const X509_V_FLAG_CRL_CHECK = 0x4;
/** The whole chain, not the leaf alone. */
const X509_V_FLAG_CRL_CHECK_ALL = 0x8;
const X509_V_FLAG_X509_STRICT = 0x20;
const X509_V_FLAG_PARTIAL_CHAIN = 0x80000;
const X509_PURPOSE_SSL_SERVER = 2;
const X509_CHECK_FLAG_NO_WILDCARDS = 0x2;
const X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS = 0x4;
const X509_CHECK_FLAG_NEVER_CHECK_SUBJECT = 0x20;
const EXFLAG_SELF_SIGNED = 0x2000;
/** X509_check_ca: a certificate with basicConstraints CA:TRUE. */
const IS_CA = 1;

/** The objects of a connection; all belong to the scope. */
export interface NativeConnection {
  readonly ssl: Pointer;
  /** Bytes from the network go in here … */
  readonly input: Pointer;
  /** … and bytes for the network come out here. */
  readonly output: Pointer;
}

/** Makes everything for one connection. `id` is the number under which the engine finds its hooks. */
export function newNativeConnection(
  engine: TlsEngine,
  scope: NativeScope,
  parameters: ConnectParameters,
  id: bigint,
  signer: Signer,
): NativeConnection {
  const { api } = engine;
  api.ERR_clear_error();
  const crypto = engine.context(parameters.requireFips);
  const context = scope.own(
    api.SSL_CTX_new_ex(crypto.libraryContext, crypto.properties, api.TLS_client_method()),
    (made) => api.SSL_CTX_free(made),
    'SSL_CTX_new_ex',
  );
  configureProtocol(api, context, parameters);
  const partialChain = configureTrust(api, scope, context, parameters, crypto);
  api.SSL_CTX_set_verify(context, SSL_VERIFY_PEER, null);
  api.SSL_CTX_set_cert_verify_callback(context, engine.verifyCallback, id);
  api.SSL_CTX_set_cert_cb(context, engine.certificateCallback, id);
  const ssl = scope.own(api.SSL_new(context), (made) => api.SSL_free(made), 'SSL_new');
  const { input, output } = attachBios(api, ssl);
  checkSuites(api, ssl, parameters);
  configureVerification(api, ssl, parameters, partialChain);
  if (Number(api.SSL_ctrl_string(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, 0, parameters.serverName)) !== 1) {
    throw refused(api, 'serverName');
  }
  const { certificate } = parameters;
  if (certificate !== undefined) {
    presentIdentity(engine, scope, ssl, { certificate, chain: parameters.chain }, crypto, signer);
  }
  api.SSL_set_connect_state(ssl);
  return { ssl, input, output };
}

function refused(api: OpenSsl, setting: string): AppError<'TLS_HANDSHAKE'> {
  const { reason } = takeFailure(api, 'not supported');
  return new AppError('TLS_HANDSHAKE', {
    reason: `OpenSSL refuses the setting ${setting}: ${reason}`,
    setting,
  });
}

function attachBios(api: OpenSsl, ssl: Pointer): { readonly input: Pointer; readonly output: Pointer } {
  const input = present(api.BIO_new(api.BIO_s_mem()), 'BIO_new');
  const output = api.BIO_new(api.BIO_s_mem());
  if (output === null) {
    api.BIO_free(input);
    throw new AppError('TLS_LIBRARY', { reason: 'BIO_new failed' });
  }
  // The SSL owns both from here on; the scope owns the SSL.
  api.SSL_set_bio(ssl, input, output);
  return { input, output };
}

function configureProtocol(api: OpenSsl, context: Pointer, parameters: ConnectParameters): void {
  const control = (command: number, value: number): number =>
    Number(api.SSL_CTX_ctrl(context, command, value, null));
  if (control(SSL_CTRL_SET_MIN_PROTO_VERSION, VERSION_NUMBER[parameters.minVersion]) !== 1) {
    throw refused(api, 'minVersion');
  }
  if (control(SSL_CTRL_SET_MAX_PROTO_VERSION, VERSION_NUMBER[parameters.maxVersion]) !== 1) {
    throw refused(api, 'maxVersion');
  }
  api.SSL_CTX_set_options(context, OPTIONS);
  api.SSL_CTX_set_security_level(context, parameters.integrityOnly ? INTEGRITY_ONLY_LEVEL : SECURITY_LEVEL);
  if (Number(api.SSL_CTX_ctrl_string(context, SSL_CTRL_SET_SIGALGS_LIST, 0, SIGNATURE_ALGORITHMS)) !== 1) {
    throw refused(api, 'signature algorithms');
  }
  control(SSL_CTRL_MODE, SSL_MODE_AUTO_RETRY + SSL_MODE_NO_AUTO_CHAIN + SSL_MODE_RELEASE_BUFFERS);
  control(SSL_CTRL_SET_SESS_CACHE_MODE, SSL_SESS_CACHE_OFF);
  control(SSL_CTRL_SET_MAX_CERT_LIST, MAX_SERVER_CHAIN_BYTES);
  const { groups, cipherSuites, cipherList } = parameters;
  if (
    groups.length > 0 &&
    Number(api.SSL_CTX_ctrl_string(context, SSL_CTRL_SET_GROUPS_LIST, 0, groups.join(':'))) !== 1
  ) {
    throw refused(api, 'groups');
  }
  if (cipherSuites.length > 0 && api.SSL_CTX_set_ciphersuites(context, cipherSuites.join(':')) !== 1) {
    throw refused(api, 'cipherSuites');
  }
  if (cipherList.length > 0 && api.SSL_CTX_set_cipher_list(context, cipherList.join(':')) !== 1) {
    throw refused(api, 'cipherList');
  }
}

/**
 * OpenSSL accepts a list as soon as it knows one of its names, reads keywords like ALL, and drops what its security
 * level or version forbids. So: the suites it will offer must be exactly the ones that were named.
 */
function checkSuites(api: OpenSsl, ssl: Pointer, parameters: ConnectParameters): void {
  const stack = api.SSL_get1_supported_ciphers(ssl);
  if (stack === null) throw refused(api, 'cipherSuites');
  const offered = new Set<string>();
  const count = Math.min(api.OPENSSL_sk_num(stack), MAX_CIPHERS);
  for (let index = 0; index < count; index += 1) {
    const cipher = api.OPENSSL_sk_value(stack, index);
    const name = cipher === null ? null : api.SSL_CIPHER_get_name(cipher);
    if (name !== null) offered.add(name);
  }
  api.OPENSSL_sk_free(stack);
  const isNew = (name: string): boolean => name.startsWith('TLS_');
  compareSuites(
    'cipherSuites',
    parameters.maxVersion === '1.3',
    parameters.cipherSuites,
    [...offered].filter(isNew),
  );
  compareSuites(
    'cipherList',
    parameters.minVersion === '1.2',
    parameters.cipherList,
    [...offered].filter((name) => !isNew(name)),
  );
}

function compareSuites(
  setting: string,
  used: boolean,
  wanted: readonly string[],
  offered: readonly string[],
): void {
  if (!used || wanted.length === 0) return;
  const missing = wanted.find((name) => !offered.includes(name));
  const extra = offered.find((name) => !wanted.includes(name));
  if (missing === undefined && extra === undefined) return;
  const what = missing === undefined ? `it would also offer ${extra ?? ''}` : `${missing} is not usable`;
  throw new AppError('TLS_HANDSHAKE', { reason: `OpenSSL refuses the setting ${setting}: ${what}`, setting });
}

/** Fills the store. Returns whether an anchor is an intermediate, which then must end a chain by itself. */
function configureTrust(
  api: OpenSsl,
  scope: NativeScope,
  context: Pointer,
  parameters: ConnectParameters,
  crypto: CryptoContext,
): boolean {
  const store = scope.own(api.X509_STORE_new(), (made) => api.X509_STORE_free(made), 'X509_STORE_new');
  let intermediate = false;
  for (const der of parameters.trustAnchors) {
    const anchor = parseCertificate(api, scope, der, crypto.libraryContext, crypto.properties);
    if (anchor === undefined || api.X509_check_ca(anchor) !== IS_CA) {
      throw new AppError('TLS_UNTRUSTED_CHAIN', { reason: 'a configured trust anchor is no CA certificate' });
    }
    if ((api.X509_get_extension_flags(anchor) & EXFLAG_SELF_SIGNED) === 0) intermediate = true;
    if (api.X509_STORE_add_cert(store, anchor) !== 1) throw refused(api, 'trustAnchors');
  }
  for (const der of parameters.revocationLists ?? []) {
    const list = parseRevocationList(api, scope, der, crypto.libraryContext, crypto.properties);
    if (list === undefined || api.X509_STORE_add_crl(store, list) !== 1) {
      throw new AppError('TLS_REVOCATION_UNKNOWN', { reason: 'a configured revocation list is malformed' });
    }
  }
  api.SSL_CTX_set1_cert_store(context, store);
  return intermediate;
}

/** RFC 9525: DNS-ID only, never the subject's common name, no wildcards. */
function configureVerification(
  api: OpenSsl,
  ssl: Pointer,
  { serverName, revocationLists }: ConnectParameters,
  partialChain: boolean,
): void {
  const param = present(api.SSL_get0_param(ssl), 'SSL_get0_param');
  const flags =
    X509_V_FLAG_X509_STRICT +
    (partialChain ? X509_V_FLAG_PARTIAL_CHAIN : 0) +
    (revocationLists === undefined ? 0 : X509_V_FLAG_CRL_CHECK + X509_V_FLAG_CRL_CHECK_ALL);
  api.X509_VERIFY_PARAM_set_hostflags(
    param,
    X509_CHECK_FLAG_NO_WILDCARDS + X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS + X509_CHECK_FLAG_NEVER_CHECK_SUBJECT,
  );
  api.X509_VERIFY_PARAM_set_depth(param, MAX_CHAIN_DEPTH);
  api.X509_VERIFY_PARAM_set_auth_level(param, SECURITY_LEVEL);
  if (
    api.X509_VERIFY_PARAM_set_flags(param, flags) !== 1 ||
    api.X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SSL_SERVER) !== 1 ||
    api.X509_VERIFY_PARAM_set1_host(param, serverName, serverName.length) !== 1
  ) {
    throw refused(api, 'serverName');
  }
}

function presentIdentity(
  engine: TlsEngine,
  scope: NativeScope,
  ssl: Pointer,
  identity: { readonly certificate: Uint8Array; readonly chain: readonly Uint8Array[] },
  crypto: CryptoContext,
  signer: Signer,
): void {
  const { api } = engine;
  const parse = (der: Uint8Array): Pointer => {
    const parsed = parseCertificate(api, scope, der, crypto.libraryContext, crypto.properties);
    if (parsed !== undefined) return parsed;
    throw new AppError('TLS_HANDSHAKE', { reason: 'the card’s certificate is malformed' });
  };
  const leaf = parse(identity.certificate);
  if (api.SSL_use_certificate(ssl, leaf) !== 1) throw refused(api, 'identity.certificate');
  const key = engine.keys.create(scope, leaf, signer);
  if (api.SSL_use_PrivateKey(ssl, key) !== 1) throw refused(api, 'identity.certificate');
  for (const der of identity.chain) {
    if (Number(api.SSL_ctrl(ssl, SSL_CTRL_CHAIN_CERT, 1, parse(der))) !== 1) {
      throw refused(api, 'identity.chain');
    }
  }
}
