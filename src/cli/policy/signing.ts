/** Making the signed parts of a bundle: envelopes, roots, freshness statements, and the bundle itself. */
import { createHash } from 'node:crypto';
import {
  type BundleFile,
  canonicalText,
  type Envelope,
  type Freshness,
  formatTime,
  PAYLOAD_TYPES,
  type PayloadType,
  type Policy,
  preAuthEncoding,
  type Root,
} from '../../policy/index.ts';
import { CliError } from './cli-error.ts';
import { type PublicKey, rootKey, type SigningKey } from './keys.ts';

/** The canonical bytes of a document. */
export function canonicalBytes(document: unknown): Buffer {
  const text = canonicalText(document);
  if (text === undefined) throw new CliError('usage', 'the document has no canonical form (RFC 8785)');
  return Buffer.from(text, 'utf8');
}

/** SHA-256 of an envelope's payload, hexadecimal. */
export function payloadSha256(envelope: Envelope): string {
  return createHash('sha256').update(Buffer.from(envelope.payload, 'base64')).digest('hex');
}

/** Adds signatures; a key that has signed already signs anew. */
export function addSignatures(envelope: Envelope, keys: readonly SigningKey[]): Envelope {
  const message = preAuthEncoding(
    envelope.payloadType as PayloadType,
    Buffer.from(envelope.payload, 'base64'),
  );
  const others = envelope.signatures.filter(({ keyid }) => !keys.some((key) => key.keyid === keyid));
  const made = keys.map((key) => ({
    keyid: key.keyid,
    sig: Buffer.from(key.sign(message)).toString('base64'),
  }));
  return { ...envelope, signatures: [...others, ...made] };
}

/** A DSSE envelope around the exact bytes of `payload`. */
export function signPayload(
  payloadType: PayloadType,
  payload: Uint8Array,
  keys: readonly SigningKey[],
): Envelope {
  const bare = { payload: Buffer.from(payload).toString('base64'), payloadType, signatures: [] };
  return addSignatures(bare, keys);
}

/** A DSSE envelope around a document in canonical form. */
export function signDocument(
  payloadType: PayloadType,
  document: unknown,
  keys: readonly SigningKey[],
): Envelope {
  return signPayload(payloadType, canonicalBytes(document), keys);
}

/** Keys of a role and how many of them it takes. */
export interface RoleKeys {
  readonly keys: readonly PublicKey[];
  readonly threshold: number;
}

export interface RootPlan {
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly expires: number;
  readonly root: RoleKeys;
  readonly policy: RoleKeys;
  readonly freshness: RoleKeys;
  /** Who signs update manifests; absent: the policy role. */
  readonly update?: RoleKeys;
  /** Lowest accepted sequence by policy id. */
  readonly minSequence?: Readonly<Record<string, number>>;
}

/** The root document of a plan. */
export function makeRoot(plan: RootPlan): Root {
  const all = [...plan.root.keys, ...plan.policy.keys, ...plan.freshness.keys, ...(plan.update?.keys ?? [])];
  const role = ({ keys, threshold }: RoleKeys) => ({ keyids: keys.map(({ keyid }) => keyid), threshold });
  return {
    version: plan.version,
    expires: formatTime(plan.expires),
    keys: Object.fromEntries(all.map((key) => [key.keyid, rootKey(key)])),
    roles: {
      root: role(plan.root),
      policy: role(plan.policy),
      freshness: role(plan.freshness),
      ...(plan.update === undefined ? {} : { update: role(plan.update) }),
    },
    minSequence: { ...plan.minSequence },
    overlays: {},
  };
}

/** A root signed by its own keys and, from version 2 on, by those of its predecessor. */
export function signRoot(root: Root, keys: readonly SigningKey[]): Envelope {
  const unique = new Map(keys.map((key) => [key.keyid, key]));
  return signDocument(PAYLOAD_TYPES.root, root, [...unique.values()]);
}

/** A statement that the policy in `envelope` is the current one. Times are milliseconds since 1970. */
export function makeFreshness(
  policy: Policy,
  envelope: Envelope,
  issued: number,
  expires: number,
): Freshness {
  return {
    policyId: policy.policyId,
    sequence: policy.sequence,
    sha256: payloadSha256(envelope),
    version: Math.floor(issued / 1000),
    expires: formatTime(expires),
  };
}

/** The bundle's file: canonical JSON. */
export function bundleBytes(
  roots: readonly Envelope[],
  policy: Envelope,
  freshness: Envelope,
  overlays: readonly Envelope[] = [],
): Buffer {
  const bundle: BundleFile = {
    format: 'sallyport.policy-bundle/1',
    roots: [...roots],
    policy,
    ...(overlays.length === 0 ? {} : { overlays: [...overlays] }),
    freshness,
  };
  return canonicalBytes(bundle);
}
