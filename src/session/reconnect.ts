/** When to try again, and after which failures. Pure. */
import type { ErrorCode } from '../shared/errors.ts';

/** The first wait, the factor's cap and the spread; a 40-room desk of thousands of clients must not return in step. */
const BASE_MS = 1_000;
const MAX_MS = 60_000;
/** A connection that stood this long, in milliseconds, was none of a row of failures. */
export const STABLE_MS = 60_000;

/**
 * Exponential back-off with full jitter: a wait drawn evenly from half the step to the whole step.
 * @param attempt 0 for the first wait after a lost or failed connection
 * @param random a number in [0, 1)
 */
export function backOffMs(attempt: number, random: number): number {
  const step = Math.min(MAX_MS, BASE_MS * 2 ** Math.min(attempt, 16));
  return Math.round(step / 2 + (step / 2) * random);
}

/** What the session does after a failed attempt or a lost connection. */
export type Verdict =
  /** The network or the server is not there right now: try the next server, then wait and start over. */
  | 'retry'
  /** This server must not be spoken to again in this session; the others may be. */
  | 'distrust'
  /** Trying again changes nothing before the user, the card or IT does something. */
  | 'stop';

/** Failures after which another try may well work. */
const RETRY: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'DNS_FAILED',
  'SERVER_UNREACHABLE',
  'CONNECT_TIMEOUT',
  'TLS_HANDSHAKE_TIMEOUT',
  'TLS_HANDSHAKE',
  'TLS_CLOSED',
  'LOCK_TIMEOUT',
  'STREAM_TIMEOUT',
  'STREAM_CLOSED',
  'STREAM_ERROR',
  'BIND_FAILED',
]);

/** Failures that say that this server is not what the policy says it is. */
const DISTRUST: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'TLS_PROTOCOL_VERSION',
  'TLS_NO_CLIENT_CERTIFICATE_REQUESTED',
  'TLS_UNTRUSTED_CHAIN',
  'TLS_CERTIFICATE_EXPIRED',
  'TLS_CERTIFICATE_NOT_YET_VALID',
  'TLS_CERTIFICATE_REVOKED',
  'TLS_REVOCATION_UNKNOWN',
  'TLS_NAME_MISMATCH',
  'TLS_EXTENDED_KEY_USAGE',
  'TLS_PIN_MISMATCH',
  'LOCK_NOT_OFFERED',
  'LOCK_BINDING_UNAVAILABLE',
  'LOCK_SERVER_PROOF_WRONG',
  'LOCK_PROTOCOL',
  'SASL_EXTERNAL_NOT_OFFERED',
  'PASSWORD_NOT_OFFERED',
  'CHANNEL_BINDING_NOT_OFFERED',
  'SCRAM_DOWNGRADE',
  'SCRAM_REFUSED',
  'SCRAM_SERVER_SIGNATURE_WRONG',
  'STREAM_MALFORMED',
  'STREAM_LIMIT',
  'REDIRECT_REFUSED',
]);

/**
 * Failures of a session that stood: lock and pin have shown that the server is the right one, so what it hands on, or
 * what we make of it, says nothing against it. Were it distrusted for that, anyone who can write to this user could
 * bring the session to an end that lasts.
 */
const RETRY_ONCE_ONLINE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'STREAM_MALFORMED',
  'STREAM_LIMIT',
  'GUARD_REFUSED',
  'INTERNAL',
]);

/**
 * Anything that is in no list stops: an unknown failure is never retried blindly.
 * @param wasOnline whether a session stood before the failure
 */
export function verdictOn(code: ErrorCode, wasOnline: boolean): Verdict {
  if (RETRY.has(code) || (wasOnline && RETRY_ONCE_ONLINE.has(code))) return 'retry';
  return DISTRUST.has(code) ? 'distrust' : 'stop';
}
