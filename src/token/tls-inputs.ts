/**
 * The forms of what TLS has signed (RFC 8446, 4.2.3 and RFC 5246, 4.7, with the hashes that our security level leaves).
 * The process that asks for signatures reads what servers send and may have been taken over: the card must not become
 * its tool for decrypting, or for signing things that are no handshake. Nothing secret is computed with here.
 */
import { createHash } from 'node:crypto';

/** Hashes by OpenSSL's name: octets, and the DigestInfo before them (RFC 8017, 9.2, note 1), hex. */
const HASHES = [
  { name: 'sha256', octets: 32, digestInfo: '3031300d060960864801650304020105000420' },
  { name: 'sha384', octets: 48, digestInfo: '3041300d060960864801650304020205000430' },
  { name: 'sha512', octets: 64, digestInfo: '3051300d060960864801650304020305000440' },
] as const;

type Hash = (typeof HASHES)[number];

const TRAILER = 0xbc;

/** True for a length that one of the hashes has. */
export function isHashLength(octets: number): boolean {
  return HASHES.some((hash) => hash.octets === octets);
}

/** True for a DigestInfo of one of the hashes, complete and nothing else. */
export function isDigestInfo(data: Uint8Array): boolean {
  return HASHES.some(({ octets, digestInfo }) => {
    const prefix = Buffer.from(digestInfo, 'hex');
    return data.length === prefix.length + octets && prefix.equals(data.subarray(0, prefix.length));
  });
}

/** MGF1 (RFC 8017, B.2.1). */
function mask(hash: Hash, seed: Uint8Array, length: number): Uint8Array {
  const result = Buffer.alloc(length);
  for (let counter = 0, at = 0; at < length; counter++, at += hash.octets) {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(counter);
    createHash(hash.name).update(seed).update(number).digest().copy(result, at);
  }
  return result;
}

/** Steps 4 to 10 of RFC 8017, 9.1.2: all of the verification that does not need the message. */
function isEncodedWith(hash: Hash, encoded: Uint8Array, unusedBits: number): boolean {
  const maskedLength = encoded.length - hash.octets - 1;
  const padding = maskedLength - hash.octets - 1;
  if (padding < 0 || encoded.at(-1) !== TRAILER) return false;
  const first = encoded[0] ?? 0;
  if (first >> (8 - unusedBits) !== 0) return false;
  const dbMask = mask(hash, encoded.subarray(maskedLength, -1), maskedLength);
  const block = encoded.subarray(0, maskedLength).map((octet, index) => octet ^ (dbMask[index] ?? 0));
  block[0] = (block[0] ?? 0) & (0xff >> unusedBits);
  return block.subarray(0, padding).every((octet) => octet === 0) && block[padding] === 1;
}

/**
 * True for an encoded message of RSASSA-PSS with one hash for both purposes and a salt as long as the hash, which is the
 * only kind that TLS has. `data` is as long as the modulus of `modulusBits`.
 */
export function isPssEncoded(data: Uint8Array, modulusBits: number): boolean {
  const encodedBits = modulusBits - 1;
  const length = Math.ceil(encodedBits / 8);
  if (data.length !== Math.ceil(modulusBits / 8)) return false;
  // A modulus of 8n+1 bits has an encoded message of one octet less.
  if (data.subarray(0, data.length - length).some((octet) => octet !== 0)) return false;
  const encoded = data.subarray(data.length - length);
  return HASHES.some((hash) => isEncodedWith(hash, encoded, 8 * length - encodedBits));
}
