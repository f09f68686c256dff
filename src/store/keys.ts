/**
 * Keys of the local history. The store's pages are encrypted by the database, whose cipher has no integrity check; what a
 * message says is therefore sealed once more (platform/seal.ts), bound to its place.
 */
import { hkdfSync } from 'node:crypto';

/** Of the history's key and of the records' key. */
export const KEY_BYTES = 32;
/**
 * The database takes a key of 32 characters and leaves out what is longer, so it gets 24 octets as base64: 192 bits.
 */
const PAGE_KEY_BYTES = 24;

export interface StoreKeys {
  /** 32 characters. */
  readonly page: string;
  /** 32 octets. */
  readonly record: Uint8Array;
}

/** Both keys from the history's key, by HKDF (RFC 5869). */
export function deriveKeys(key: Uint8Array): StoreKeys {
  const derive = (info: string, length: number): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), info, length));
  return {
    page: Buffer.from(derive('sallyport history pages 1', PAGE_KEY_BYTES)).toString('base64'),
    record: derive('sallyport history records 1', KEY_BYTES),
  };
}
