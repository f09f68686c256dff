/** DSSE (Dead Simple Signing Envelope, protocol 1.0.2): signatures by a threshold of keys over the exact bytes. */
import type { CryptoPort, SignatureAlgorithm } from '../shared/crypto.ts';
import { ascii, concat, decodeBase64, toHex } from '../shared/encoding.ts';
import { refuse } from './errors.ts';
import type { Envelope } from './generated/types.ts';

/** The payload types of a bundle's parts; anything else is another document. */
export const PAYLOAD_TYPES = {
  root: 'application/vnd.sallyport.root.v1+json',
  policy: 'application/vnd.sallyport.policy.v1+json',
  overlay: 'application/vnd.sallyport.overlay.v1+json',
  freshness: 'application/vnd.sallyport.freshness.v1+json',
} as const;

export type PayloadType = (typeof PAYLOAD_TYPES)[keyof typeof PAYLOAD_TYPES];

/** A key as a trusted root gives it. */
export interface VerificationKey {
  readonly algorithm: SignatureAlgorithm;
  /** DER SubjectPublicKeyInfo in its one accepted form. */
  readonly spki: Uint8Array;
  /** The same in base64: two key ids with an equal text are one key. */
  readonly identity: string;
}

/** Whose signatures count, and how many different keys it takes. */
export interface Role {
  readonly threshold: number;
  readonly keys: ReadonlyMap<string, VerificationKey>;
}

/** What a threshold of keys has signed. */
export interface SignedBytes {
  readonly payload: Uint8Array;
  /** Ids of the keys whose signatures hold, one per key. */
  readonly signers: readonly string[];
}

/** DSSE's pre-authentication encoding: `DSSEv1 len(type) type len(body) body`. The type is ASCII. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const head = `DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `;
  return concat(ascii(head), payload);
}

/**
 * The same cryptography, in which each signature is verified once: a root is checked with the keys of its predecessor
 * and with its own, which are mostly the same. What was found is kept under a hash of everything it depends on.
 */
export function verifyingOnce(crypto: CryptoPort): CryptoPort {
  const found = new Map<string, boolean>();
  return {
    ...crypto,
    verify(algorithm, spki, message, signature) {
      const subject = [spki, message, signature].map((bytes) => toHex(crypto.sha256(bytes))).join(' ');
      const key = `${algorithm} ${subject}`;
      const known = found.get(key);
      if (known !== undefined) return known;
      const holds = crypto.verify(algorithm, spki, message, signature);
      found.set(key, holds);
      return holds;
    },
  };
}

/** Signatures that hold, one per key (not per key id), in the envelope's order. Those that do not hold are ignored. */
function validSigners(
  envelope: Envelope,
  message: Uint8Array,
  role: Role,
  crypto: CryptoPort,
  enough: number,
): string[] {
  const counted = new Set<string>();
  const signers: string[] = [];
  for (const { keyid, sig } of envelope.signatures) {
    const key = role.keys.get(keyid);
    const signature = decodeBase64(sig);
    if (key === undefined || signature === undefined || counted.has(key.identity)) continue;
    if (!crypto.verify(key.algorithm, key.spki, message, signature)) continue;
    counted.add(key.identity);
    signers.push(keyid);
    if (signers.length >= enough) break;
  }
  return signers;
}

/**
 * Verifies an envelope against a role. The envelope's key ids only choose which key of the role is tried.
 *
 * @param part what the envelope holds, for the error's detail
 * @param enough stop after so many signatures that hold; default: look at all, to be able to name every signer
 * @throws AppError TYPE_CONFUSION for another payload type; MALFORMED for a payload that is not base64; UNKNOWN_SIGNER
 *   when no signature names a key of the role; BELOW_THRESHOLD when too few hold
 */
export function verifyEnvelope(
  envelope: Envelope,
  payloadType: PayloadType,
  role: Role,
  crypto: CryptoPort,
  part: string,
  enough = Number.POSITIVE_INFINITY,
): SignedBytes {
  if (envelope.payloadType !== payloadType) {
    refuse('TYPE_CONFUSION', { part, expected: payloadType });
  }
  const payload = decodeBase64(envelope.payload);
  if (payload === undefined) refuse('MALFORMED', { part, rule: 'base64' });
  const signers = validSigners(envelope, preAuthEncoding(payloadType, payload), role, crypto, enough);
  if (signers.length >= role.threshold) return { payload, signers };
  const known = envelope.signatures.some(({ keyid }) => role.keys.has(keyid));
  refuse(known ? 'BELOW_THRESHOLD' : 'UNKNOWN_SIGNER', {
    part,
    valid: signers.length,
    threshold: role.threshold,
  });
}
