/** From OpenSSL's error queue to the codes of the catalogue. */
import type { TlsErrorCode } from '../../shared/error-catalogue.ts';
import { AppError } from '../../shared/errors.ts';
import type { OpenSsl } from './ffi.ts';

const ERR_LIB_SSL = 20;
/** A reason of libssl above this is a received alert: 1000 + its number (RFC 8446, 6). */
const ALERT_OFFSET = 1000;
const MAX_REASON_LENGTH = 120;
const MAX_QUEUE = 16;

const ALERT_NAMES: Readonly<Record<number, string>> = {
  40: 'handshake_failure',
  42: 'bad_certificate',
  43: 'unsupported_certificate',
  44: 'certificate_revoked',
  45: 'certificate_expired',
  46: 'certificate_unknown',
  47: 'illegal_parameter',
  48: 'unknown_ca',
  49: 'access_denied',
  50: 'decode_error',
  51: 'decrypt_error',
  70: 'protocol_version',
  71: 'insufficient_security',
  80: 'internal_error',
  86: 'inappropriate_fallback',
  90: 'user_canceled',
  109: 'missing_extension',
  112: 'unrecognized_name',
  116: 'certificate_required',
  120: 'no_application_protocol',
};

/** Alerts by which a server says that it does not accept our certificate. */
const CERTIFICATE_ALERTS: ReadonlySet<number> = new Set([42, 43, 44, 45, 46, 48, 49, 116]);
const PROTOCOL_VERSION_ALERT = 70;
/** SSL_R_ VERSION_TOO_HIGH, UNSUPPORTED_PROTOCOL, WRONG_SSL_VERSION, VERSION_TOO_LOW. */
const VERSION_REASONS: ReadonlySet<number> = new Set([166, 258, 266, 396]);

/** What OpenSSL reported, reduced to what a person can use. */
export interface OpenSslFailure {
  /** OpenSSL's reason string, at most 120 characters of a fixed table. */
  readonly reason: string;
  /** The number of the alert that the peer sent, when that is the cause. */
  readonly alert: number | undefined;
  readonly versionMismatch: boolean;
}

/** Empties the error queue of this thread. The last entry is the outermost, the first the cause: the first counts. */
export function takeFailure(api: OpenSsl, fallback: string): OpenSslFailure {
  let first: OpenSslFailure | undefined;
  for (let index = 0; index < MAX_QUEUE; index += 1) {
    const code = Number(api.ERR_get_error());
    if (code === 0) break;
    first ??= describe(api, code);
  }
  api.ERR_clear_error();
  return first ?? { reason: fallback, alert: undefined, versionMismatch: false };
}

function describe(api: OpenSsl, code: number): OpenSslFailure {
  const library = Math.floor(code / 2 ** 23) % 256;
  const reasonCode = code % 2 ** 23;
  const reason = (api.ERR_reason_error_string(code) ?? `error ${code.toString(16)}`).slice(
    0,
    MAX_REASON_LENGTH,
  );
  const isSsl = library === ERR_LIB_SSL;
  const alert =
    isSsl && reasonCode > ALERT_OFFSET && reasonCode < ALERT_OFFSET + 256
      ? reasonCode - ALERT_OFFSET
      : undefined;
  const versionMismatch = alert === PROTOCOL_VERSION_ALERT || (isSsl && VERSION_REASONS.has(reasonCode));
  return { reason, alert, versionMismatch };
}

/** An alert's name in the specification, or its number. */
export function alertName(alert: number): string {
  return ALERT_NAMES[alert] ?? `alert ${alert}`;
}

/** True for an alert that refuses our certificate. */
export function refusesCertificate(failure: OpenSslFailure): boolean {
  return failure.alert !== undefined && CERTIFICATE_ALERTS.has(failure.alert);
}

/** The error of a handshake that OpenSSL ended. `presented` says whether our certificate was asked for. */
export function handshakeError(failure: OpenSslFailure, presented: boolean): AppError<TlsErrorCode> {
  if (failure.versionMismatch) return new AppError('TLS_PROTOCOL_VERSION', { reason: failure.reason });
  if (failure.alert === undefined) return new AppError('TLS_HANDSHAKE', { reason: failure.reason });
  const alert = alertName(failure.alert);
  if (presented && refusesCertificate(failure))
    return new AppError('TLS_CLIENT_CERTIFICATE_REFUSED', { alert });
  return new AppError('TLS_HANDSHAKE', { reason: failure.reason, alert });
}

/**
 * The error of an established connection that OpenSSL ended. In TLS 1.3 the client has finished before the server looks
 * at its certificate, so a refusal arrives as the first thing read.
 */
export function connectionError(failure: OpenSslFailure, received: boolean): AppError<TlsErrorCode> {
  if (!received && refusesCertificate(failure) && failure.alert !== undefined) {
    return new AppError('TLS_CLIENT_CERTIFICATE_REFUSED', { alert: alertName(failure.alert) });
  }
  return new AppError('TLS_CLOSED', { reason: failure.reason });
}
