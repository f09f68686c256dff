/** DSSE (Dead Simple Signing Envelope, protocol 1.0.2): signatures by a threshold of keys over the exact bytes. */
import type { CryptoPort, SignatureAlgorithm } from '../shared/crypto.ts';
import { ascii, concat, decodeBase64 } from '../shared/encoding.ts';
import { refuse } from './errors.ts';
import type { Envelope } from './generated/types.ts';

/** The payload types of a bundle's parts and of the update manifest; anything else is another document. */
export const PAYLOAD_TYPES = {
  root: 'application/vnd.sallyport.root.v1+json',
  policy: 'application/vnd.sallyport.policy.v1+json',
  overlay: 'application/vnd.sallyport.overlay.v1+json',
  freshness: 'application/vnd.sallyport.freshness.v1+json',
  update: 'application/vnd.sallyport.update.v1+json',
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

/** An envelope of the right type whose payload has been decoded; not one signature has been looked at. */
export interface OpenEnvelope {
  readonly envelope: Envelope;
  /** What the envelope holds, for the details of errors. */
  readonly part: string;
  readonly payload: Uint8Array;
  /** The pre-authentication encoding. */
  readonly message: Uint8Array;
  /**
   * What is known about signatures over this very message, by key and signature: a root is checked with the keys of its
   * predecessor and with its own, which are mostly the same.
   */
  readonly verdicts: Map<string, boolean>;
}

/**
 * @param part what the envelope holds, for the error's detail
 * @throws AppError TYPE_CONFUSION for another payload type; MALFORMED for a payload that is not base64
 */
export function openEnvelope(envelope: Envelope, payloadType: PayloadType, part: string): OpenEnvelope {
  if (envelope.payloadType !== payloadType) {
    refuse('TYPE_CONFUSION', { part, expected: payloadType });
  }
  const payload = decodeBase64(envelope.payload);
  if (payload === undefined) refuse('MALFORMED', { part, rule: 'base64' });
  const message = preAuthEncoding(payloadType, payload);
  return { envelope, part, payload, message, verdicts: new Map() };
}

function holds({ message, verdicts }: OpenEnvelope, key: VerificationKey, sig: string, crypto: CryptoPort) {
  const name = `${key.algorithm} ${key.identity} ${sig}`;
  const known = verdicts.get(name);
  if (known !== undefined) return known;
  const signature = decodeBase64(sig);
  const verdict = signature !== undefined && crypto.verify(key.algorithm, key.spki, message, signature);
  verdicts.set(name, verdict);
  return verdict;
}

/** Signatures that hold, one per key (not per key id), in the envelope's order. Those that do not hold are ignored. */
function validSigners(open: OpenEnvelope, role: Role, crypto: CryptoPort, enough: number): string[] {
  const counted = new Set<string>();
  const signers: string[] = [];
  for (const { keyid, sig } of open.envelope.signatures) {
    const key = role.keys.get(keyid);
    if (key === undefined || counted.has(key.identity) || !holds(open, key, sig, crypto)) continue;
    counted.add(key.identity);
    signers.push(keyid);
    if (signers.length >= enough) break;
  }
  return signers;
}

/**
 * Verifies the signatures of an envelope against a role. The envelope's key ids only choose which key of the role is
 * tried.
 *
 * @param enough stop after so many signatures that hold; default: look at all, to be able to name every signer
 * @throws AppError UNKNOWN_SIGNER when no signature names a key of the role; BELOW_THRESHOLD when too few hold
 */
export function requireSigned(
  open: OpenEnvelope,
  role: Role,
  crypto: CryptoPort,
  enough = Number.POSITIVE_INFINITY,
): SignedBytes {
  const signers = validSigners(open, role, crypto, enough);
  if (signers.length >= role.threshold) return { payload: open.payload, signers };
  const known = open.envelope.signatures.some(({ keyid }) => role.keys.has(keyid));
  refuse(known ? 'BELOW_THRESHOLD' : 'UNKNOWN_SIGNER', {
    part: open.part,
    valid: signers.length,
    threshold: role.threshold,
  });
}

/** {@link openEnvelope} and {@link requireSigned} in one. */
export function verifyEnvelope(
  envelope: Envelope,
  payloadType: PayloadType,
  role: Role,
  crypto: CryptoPort,
  part: string,
): SignedBytes {
  return requireSigned(openEnvelope(envelope, payloadType, part), role, crypto);
}
