/**
 * The keys of the lock (docs/lock.md, "Keys"): from the epoch's master key on the server to the machine's key, and from
 * that to one key for each side. HKDF is RFC 5869 with SHA-256.
 */
import type { CryptoPort } from '../shared/crypto.ts';
import { ascii, concat } from '../shared/encoding.ts';
import { isEpoch, isKid, isLockDomain, LOCK_BYTES } from './values.ts';

const ZERO = new Uint8Array(1);
const NO_SALT = new Uint8Array(0);
const CHECK_BYTES = 8;

function requireKey(key: Uint8Array): void {
  if (key.length !== LOCK_BYTES) throw new RangeError(`a key of the lock has ${LOCK_BYTES} bytes`);
}

/**
 * The machine's key `K` of one epoch: 32 bytes.
 *
 * @param masterKey the epoch's `M_e`, 32 bytes; exists on the server and where machines are enrolled, nowhere else
 * @param domain the XMPP domain, ASCII lower case
 * @param kid the machine's id
 * @throws RangeError for a value outside its bounds
 */
export function deriveMachineKey(
  crypto: CryptoPort,
  masterKey: Uint8Array,
  domain: string,
  kid: string,
  epoch: number,
): Uint8Array {
  requireKey(masterKey);
  if (!isLockDomain(domain)) throw new RangeError('not a domain of the lock');
  if (!isKid(kid)) throw new RangeError('not a machine id');
  if (!isEpoch(epoch)) throw new RangeError('not an epoch');
  const info = concat(ascii('sallyport-lock-1 machine'), ZERO, ascii(kid), ZERO, ascii(String(epoch)));
  return crypto.hkdfSha256(masterKey, crypto.sha256(ascii(domain)), info, LOCK_BYTES);
}

/** The client's MAC key `Kc`: 32 bytes. */
export function deriveClientKey(crypto: CryptoPort, machineKey: Uint8Array): Uint8Array {
  requireKey(machineKey);
  return crypto.hkdfSha256(machineKey, NO_SALT, ascii('sallyport-lock-1 client'), LOCK_BYTES);
}

/** The server's MAC key `Ks`: 32 bytes. */
export function deriveServerKey(crypto: CryptoPort, machineKey: Uint8Array): Uint8Array {
  requireKey(machineKey);
  return crypto.hkdfSha256(machineKey, NO_SALT, ascii('sallyport-lock-1 server'), LOCK_BYTES);
}

/** The key check value: 8 bytes that tell whether two people hold the same key, and nothing else about it. */
export function keyCheckValue(crypto: CryptoPort, machineKey: Uint8Array): Uint8Array {
  requireKey(machineKey);
  return crypto.hmacSha256(machineKey, ascii('sallyport-lock-1 check')).slice(0, CHECK_BYTES);
}
