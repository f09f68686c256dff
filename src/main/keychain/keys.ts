/** The keys that Sallyport keeps in the keychain: 32 bytes each, as base64. */
import { AppError } from '../../shared/errors.ts';
import type { Keychain } from './keychain.ts';

const KEY_BYTES = 32;
const BASE64_KEY = /^[A-Za-z0-9+/]{43}=$/;

/** The account of the key that authenticates the record of past policies. */
export const STATE_KEY_ACCOUNT = 'state-mac';

/** The account of the key that authenticates the record of sign-ins. */
export const SIGN_IN_KEY_ACCOUNT = 'sign-in-mac';

export function lockKeyAccount(domain: string, kid: string, epoch: number): string {
  return `lock/${domain}/${kid}/${epoch}`;
}

/** 32 bytes, or `undefined` for anything that is not exactly that. */
export function decodeKey(text: unknown): Uint8Array | undefined {
  if (typeof text !== 'string' || !BASE64_KEY.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === KEY_BYTES && bytes.toString('base64') === text ? new Uint8Array(bytes) : undefined;
}

/**
 * A key that authenticates a file of ours (policy state, sign-ins); made at the first start.
 * @throws AppError KEYCHAIN_UNAVAILABLE, also when the entry is not ours: it is never overwritten.
 */
export async function stateMacKey(
  keychain: Keychain,
  account: string,
  random: (length: number) => Uint8Array,
): Promise<Uint8Array> {
  const stored = await keychain.read(account);
  if (stored !== undefined) {
    const key = decodeKey(stored);
    if (key === undefined) throw new AppError('KEYCHAIN_UNAVAILABLE');
    return key;
  }
  const made = random(KEY_BYTES);
  await keychain.write(account, Buffer.from(made).toString('base64'));
  return made;
}

export interface LockKey {
  readonly epoch: number;
  readonly key: Uint8Array;
}

/**
 * This machine's lock keys for the policy's epochs; those that are missing are left out.
 * @throws AppError LOCK_KEY_MISSING when there is none, KEYCHAIN_UNAVAILABLE
 */
export async function lockKeys(
  keychain: Keychain,
  domain: string,
  kid: string,
  epochs: readonly number[],
): Promise<readonly LockKey[]> {
  const keys: LockKey[] = [];
  for (const epoch of epochs) {
    const key = decodeKey(await keychain.read(lockKeyAccount(domain, kid, epoch)));
    if (key !== undefined) keys.push({ epoch, key });
  }
  if (keys.length === 0) throw new AppError('LOCK_KEY_MISSING', { domain, kid, epochs: epochs.join(',') });
  return keys;
}

/**
 * Forgets the keys of epochs that a newer one has replaced (lock rule 5). The session process says which; what it says
 * is only followed below the newest of the policy's epochs that there is a key for, which therefore always stays.
 * @throws AppError KEYCHAIN_UNAVAILABLE
 */
export async function dropLockKeys(
  keychain: Keychain,
  domain: string,
  kid: string,
  epochs: readonly number[],
  policyEpochs: readonly number[],
): Promise<void> {
  const newest = await newestLockKey(keychain, domain, kid, policyEpochs);
  for (const epoch of epochs) {
    if (epoch < newest) await keychain.remove(lockKeyAccount(domain, kid, epoch));
  }
}

/** The newest epoch that there is a usable key for; below all epochs when there is none. */
async function newestLockKey(
  keychain: Keychain,
  domain: string,
  kid: string,
  epochs: readonly number[],
): Promise<number> {
  for (const epoch of epochs.toSorted((a, b) => b - a)) {
    if (decodeKey(await keychain.read(lockKeyAccount(domain, kid, epoch))) !== undefined) return epoch;
  }
  return -1;
}
