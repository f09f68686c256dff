/**
 * The server's certificate: what is decided about it (by OpenSSL) and what is said about it (by Node's parser, for
 * people only).
 */
import { createHash, X509Certificate } from 'node:crypto';
import type { TlsErrorCode } from '../../shared/error-catalogue.ts';
import { AppError, type ErrorDetail } from '../../shared/errors.ts';
import type { OpenSsl, Pointer } from './ffi.ts';
import { encodeCertificate, encodePublicKeyInfo } from './resources.ts';

const X509_V_OK = 0;
const X509_V_ERR_UNABLE_TO_GET_CRL = 3;
const X509_V_ERR_CRL_SIGNATURE_FAILURE = 8;
const X509_V_ERR_CERT_NOT_YET_VALID = 9;
const X509_V_ERR_CERT_HAS_EXPIRED = 10;
const X509_V_ERR_CRL_NOT_YET_VALID = 11;
const X509_V_ERR_CRL_HAS_EXPIRED = 12;
const X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD = 13;
const X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD = 14;
const X509_V_ERR_CERT_REVOKED = 23;
const X509_V_ERR_INVALID_PURPOSE = 26;
const X509_V_ERR_APPLICATION_VERIFICATION = 50;
const X509_V_ERR_HOSTNAME_MISMATCH = 62;
/** X509_get_extended_key_usage without the extension. */
const NO_EXTENDED_KEY_USAGE = 0xffffffff;
const XKU_SSL_SERVER = 0x1;
const MAX_TEXT_LENGTH = 200;

/** Facts for a person, bounded and without control characters. Empty strings when the parser did not understand. */
export interface CertificateFacts {
  readonly subject: string;
  readonly names: string;
  /** ISO 8601, UTC. */
  readonly notBefore: string;
  readonly notAfter: string;
}

/** What a verified leaf leaves for the connection. */
export interface VerifiedServer {
  readonly facts: CertificateFacts;
  /** `sha256/` and base64. */
  readonly pin: string;
  readonly fingerprint: string;
  /** RFC 5929, section 4. */
  readonly endPoint: Uint8Array;
}

export type Verdict =
  | { readonly ok: true; readonly server: VerifiedServer }
  | { readonly ok: false; readonly error: AppError<TlsErrorCode> };

function bounded(text: string): string {
  const printable = text.replace(/\n/gu, ', ').replace(/[^\x20-\x7e\xa0-\uffff]/gu, '?');
  return printable.length > MAX_TEXT_LENGTH ? `${printable.slice(0, MAX_TEXT_LENGTH)}…` : printable;
}

function isoDate(text: string): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? '' : new Date(time).toISOString();
}

function readFacts(der: Uint8Array): CertificateFacts {
  try {
    const certificate = new X509Certificate(der);
    return {
      subject: bounded(certificate.subject ?? ''),
      names: bounded(certificate.subjectAltName ?? ''),
      notBefore: isoDate(certificate.validFrom),
      notAfter: isoDate(certificate.validTo),
    };
  } catch {
    return { subject: '', names: '', notBefore: '', notAfter: '' };
  }
}

function factsOf(api: OpenSsl, certificate: Pointer | null): CertificateFacts {
  const der = certificate === null ? undefined : encodeCertificate(api, certificate);
  return readFacts(der ?? new Uint8Array(0));
}

/** The catalogue's error for a result of X509_verify_cert. `subject` is the certificate that the error is about. */
function chainError(
  api: OpenSsl,
  storeContext: Pointer,
  leaf: Pointer | null,
  expected: string,
): AppError<TlsErrorCode> {
  const code = api.X509_STORE_CTX_get_error(storeContext);
  const depth = api.X509_STORE_CTX_get_error_depth(storeContext);
  const facts = factsOf(api, api.X509_STORE_CTX_get_current_cert(storeContext) ?? leaf);
  const reason = (api.X509_verify_cert_error_string(code) ?? `error ${code}`).slice(0, MAX_TEXT_LENGTH);
  const about: ErrorDetail = { subject: facts.subject, depth, reason };
  switch (code) {
    case X509_V_ERR_CERT_NOT_YET_VALID:
    case X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD:
      return new AppError('TLS_CERTIFICATE_NOT_YET_VALID', { ...about, notBefore: facts.notBefore });
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD:
      return new AppError('TLS_CERTIFICATE_EXPIRED', { ...about, notAfter: facts.notAfter });
    case X509_V_ERR_HOSTNAME_MISMATCH:
      return new AppError('TLS_NAME_MISMATCH', {
        expected,
        seen: factsOf(api, leaf).names,
        subject: facts.subject,
      });
    case X509_V_ERR_CERT_REVOKED:
      return new AppError('TLS_CERTIFICATE_REVOKED', about);
    case X509_V_ERR_UNABLE_TO_GET_CRL:
    case X509_V_ERR_CRL_SIGNATURE_FAILURE:
    case X509_V_ERR_CRL_NOT_YET_VALID:
    case X509_V_ERR_CRL_HAS_EXPIRED:
      return new AppError('TLS_REVOCATION_UNKNOWN', about);
    case X509_V_ERR_INVALID_PURPOSE:
      return new AppError('TLS_EXTENDED_KEY_USAGE', about);
    default:
      return new AppError('TLS_UNTRUSTED_CHAIN', about);
  }
}

/** The hash of a signature algorithm as RFC 5929 wants it, by Node's name; `undefined` when there is no single one. */
function endPointHash(api: OpenSsl, leaf: Pointer): string | undefined {
  const nid: [number] = [0];
  if (api.X509_get_signature_info(leaf, nid, [0], [0], [0]) !== 1) return undefined;
  const name = api.OBJ_nid2sn(nid[0]);
  switch (name) {
    case 'MD5':
    case 'SHA1':
    case 'SHA256':
      return 'sha256';
    case 'SHA384':
      return 'sha384';
    case 'SHA512':
      return 'sha512';
    default:
      return undefined;
  }
}

/**
 * Every check of the server's certificate, in one place and in this order: chain to the given anchors with dates,
 * purpose and DNS-ID (X509_verify_cert, whose parameters context.ts sets), serverAuth really present, pin. Runs inside
 * OpenSSL's verification, so on failure OpenSSL sends the alert that fits and our own certificate is never sent.
 */
export function verifyServer(
  api: OpenSsl,
  storeContext: Pointer,
  expected: { readonly serverName: string; readonly pins: readonly string[] },
): Verdict {
  const leaf = api.X509_STORE_CTX_get0_cert(storeContext);
  if (api.X509_verify_cert(storeContext) !== 1 || leaf === null) {
    if (api.X509_STORE_CTX_get_error(storeContext) === X509_V_OK) {
      api.X509_STORE_CTX_set_error(storeContext, X509_V_ERR_APPLICATION_VERIFICATION);
    }
    return { ok: false, error: chainError(api, storeContext, leaf, expected.serverName) };
  }
  const refuse = (verifyError: number, error: AppError<TlsErrorCode>): Verdict => {
    api.X509_STORE_CTX_set_error(storeContext, verifyError);
    return { ok: false, error };
  };
  const der = encodeCertificate(api, leaf);
  const keyInfo = encodePublicKeyInfo(api, leaf);
  if (der === undefined || keyInfo === undefined) {
    const error = new AppError('TLS_UNTRUSTED_CHAIN', { reason: 'certificate cannot be encoded' });
    return refuse(X509_V_ERR_APPLICATION_VERIFICATION, error);
  }
  const facts = readFacts(der);
  const usage = api.X509_get_extended_key_usage(leaf) >>> 0;
  if (usage === NO_EXTENDED_KEY_USAGE || (usage & XKU_SSL_SERVER) === 0) {
    const reason = usage === NO_EXTENDED_KEY_USAGE ? 'no extended key usage' : 'serverAuth is missing';
    const error = new AppError('TLS_EXTENDED_KEY_USAGE', { subject: facts.subject, depth: 0, reason });
    return refuse(X509_V_ERR_INVALID_PURPOSE, error);
  }
  const pin = `sha256/${createHash('sha256').update(keyInfo).digest('base64')}`;
  if (!expected.pins.includes(pin)) {
    const error = new AppError('TLS_PIN_MISMATCH', {
      seen: pin,
      expected: bounded(expected.pins.join(' ')),
      subject: facts.subject,
    });
    return refuse(X509_V_ERR_APPLICATION_VERIFICATION, error);
  }
  const hash = endPointHash(api, leaf);
  if (hash === undefined) {
    const reason = 'the certificate’s signature algorithm has no tls-server-end-point';
    return refuse(X509_V_ERR_APPLICATION_VERIFICATION, new AppError('TLS_UNTRUSTED_CHAIN', { reason }));
  }
  return {
    ok: true,
    server: {
      facts,
      pin,
      fingerprint: createHash('sha256').update(der).digest('hex'),
      endPoint: new Uint8Array(createHash(hash).update(der).digest()),
    },
  };
}

/** SHA-256 of the certificate's DER, hex: proves that the connection's peer is the one that was verified. */
export function certificateFingerprint(api: OpenSsl, certificate: Pointer): string | undefined {
  const der = encodeCertificate(api, certificate);
  return der === undefined ? undefined : createHash('sha256').update(der).digest('hex');
}
