/** The values that the lock's elements carry, and the bounds each must keep (docs/lock.md, "Values"). */

/** Namespace of every element of the lock. */
export const LOCK_NAMESPACE = 'urn:sallyport:lock:1';
/** Length of machine keys, derived keys, nonces, MACs and `tls-exporter` data, in bytes. */
export const LOCK_BYTES = 32;
/** The whole exchange must end within this time, in milliseconds; server and client both keep it. */
export const LOCK_TIMEOUT_MS = 10_000;
/** An element of the lock is smaller than this, in bytes of XML. */
export const LOCK_MAX_ELEMENT_BYTES = 8192;
/** Most keys (epochs) a machine may hold at once. */
export const LOCK_MAX_KEYS = 8;
/** Highest epoch. */
export const LOCK_MAX_EPOCH = 0xffff_ffff;

/** Channel binding types, the strongest first: the order in which a client chooses. */
export const LOCK_BINDINGS = ['tls-exporter', 'tls-server-end-point'] as const;
export type LockBinding = (typeof LOCK_BINDINGS)[number];

const KID = /^[A-Za-z0-9._-]{1,64}$/;
const DOMAIN =
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** True for a machine id: 1-64 of `[A-Za-z0-9._-]`. */
export function isKid(text: string): boolean {
  return KID.test(text);
}

/** True for an XMPP domain in the form the lock uses: ASCII, lower case. */
export function isLockDomain(text: string): boolean {
  return DOMAIN.test(text);
}

/** True for an epoch: an integer from 1 to {@link LOCK_MAX_EPOCH}. */
export function isEpoch(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= LOCK_MAX_EPOCH;
}
