/**
 * The key of a local history. It is random, and what is kept of it is in the keychain: the key itself, or, where the policy
 * wants the card too, the key sealed with another one that only the card can make. That one comes by HKDF from the card's
 * RSA signature (PKCS#1 v1.5, RFC 8017 8.2: the same for the same text) over a text of our own with a random salt. ECDSA
 * gives another signature each time, so cards with EC keys cannot do it.
 */
import { createHash, hkdfSync, X509Certificate } from 'node:crypto';
import { seal, unseal } from '../../platform/seal.ts';
import { AppError } from '../../shared/errors.ts';
import type { Sign } from '../../shared/signing.ts';
import { decodeKey } from '../keychain/keys.ts';

const KEY_BYTES = 32;
const SALT_BYTES = 32;
/** DigestInfo of SHA-256 (RFC 8017, 9.2, note 1). */
const SHA256_DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** The card that locks a history. */
export interface HistoryCard {
  /** DER. */
  readonly certificate: Uint8Array;
  readonly sign: Sign;
}

/** What the keychain holds: `key`, or the card's lock around it. */
export type KeptKey =
  | { readonly wrap: 'keychain'; readonly key: Uint8Array }
  | {
      readonly wrap: 'card';
      /** SHA-256 of the SubjectPublicKeyInfo, base64. */
      readonly card: string;
      readonly salt: Uint8Array;
      readonly sealed: Uint8Array;
    };

const ENTRY =
  /^(?:1k:([A-Za-z0-9+/]{43}=)|1c:([A-Za-z0-9+/]{43}=):([A-Za-z0-9+/]{43}=):([A-Za-z0-9+/=]{1,400}))$/u;

/** `undefined` for anything that is not an entry of ours. */
export function parseKeptKey(text: string): KeptKey | undefined {
  const [, plain, card, salt, sealed] = ENTRY.exec(text) ?? [];
  if (plain !== undefined) {
    const key = decodeKey(plain);
    return key === undefined ? undefined : { wrap: 'keychain', key };
  }
  if (card === undefined || salt === undefined || sealed === undefined) return undefined;
  return { wrap: 'card', card, salt: Buffer.from(salt, 'base64'), sealed: Buffer.from(sealed, 'base64') };
}

export function formatKeptKey(kept: KeptKey): string {
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  if (kept.wrap === 'keychain') return `1k:${base64(kept.key)}`;
  return `1c:${kept.card}:${base64(kept.salt)}:${base64(kept.sealed)}`;
}

/** Which card it is: SHA-256 of the certificate's SubjectPublicKeyInfo, base64. */
export function cardName({ certificate }: HistoryCard): string {
  const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('base64');
}

/**
 * The key that only this card can make.
 *
 * @throws AppError HISTORY_CARD_UNFIT for a key that is not RSA, and what `sign` throws
 */
async function wrappingKey(card: HistoryCard, about: string, salt: Uint8Array): Promise<Uint8Array> {
  const { asymmetricKeyType } = new X509Certificate(card.certificate).publicKey;
  if (asymmetricKeyType !== 'rsa') throw new AppError('HISTORY_CARD_UNFIT');
  const text = `Sallyport history key 1\n${about}\n${Buffer.from(salt).toString('hex')}\n`;
  const digest = createHash('sha256').update(text).digest();
  const signature = await card.sign({
    mechanism: 'rsa-pkcs1',
    data: Buffer.concat([SHA256_DIGEST_INFO, digest]),
  });
  return new Uint8Array(hkdfSync('sha256', signature, salt, 'sallyport history wrap 1', KEY_BYTES));
}

/** Locks a key with the card. `about`: whose history it is. Throws as {@link wrappingKey}. */
export async function lockWithCard(
  key: Uint8Array,
  card: HistoryCard,
  about: string,
  random: (length: number) => Uint8Array,
): Promise<KeptKey> {
  const salt = random(SALT_BYTES);
  const wrapping = await wrappingKey(card, about, salt);
  const sealed = seal(wrapping, about, Buffer.from(key).toString('base64'));
  return { wrap: 'card', card: cardName(card), salt, sealed };
}

/**
 * The key in what is kept.
 *
 * @throws AppError HISTORY_NEEDS_CARD without the card that it takes, HISTORY_OTHER_CARD with another one
 */
export async function unlock(
  kept: KeptKey,
  card: HistoryCard | undefined,
  about: string,
): Promise<Uint8Array> {
  if (kept.wrap === 'keychain') return kept.key;
  if (card === undefined) throw new AppError('HISTORY_NEEDS_CARD');
  if (kept.card !== cardName(card)) throw new AppError('HISTORY_OTHER_CARD');
  const text = unseal(await wrappingKey(card, about, kept.salt), about, kept.sealed);
  const key = decodeKey(text);
  if (key === undefined) throw new AppError('HISTORY_OTHER_CARD');
  return key;
}
