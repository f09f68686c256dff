/** `sallyport-policy sign`: a policy and a statement that it is fresh, in a bundle. */
import { nodeCrypto } from '../../platform/node-crypto.ts';
import {
  CLIENT_ENFORCES,
  EMPTY_STATE,
  type Envelope,
  effectiveSettings,
  MAX_BUNDLE_BYTES,
  PAYLOAD_TYPES,
  type Policy,
  parseTime,
  type Root,
  type VerifiedPolicy,
  verifyBundle,
} from '../../policy/index.ts';
import { CliError } from './cli-error.ts';
import { prettyJson } from './files.ts';
import type { SigningKey } from './keys.ts';
import { someMachine } from './machine.ts';
import { addSignatures, bundleBytes, makeFreshness, signDocument } from './signing.ts';

const SECOND = 1000;
const HOUR = 60 * 60 * SECOND;

/** A bundle to go on with: another person's signature, or a new statement of freshness. */
export interface UnfinishedBundle {
  readonly policy: Envelope;
  readonly freshness: Envelope;
}

export interface SignOptions {
  /** The root that is shipped with the application. */
  readonly trustRoot: Envelope;
  /** Root version 2 to N. */
  readonly roots: readonly Envelope[];
  /** The newest of all these roots, read. */
  readonly root: Root;
  readonly policy: Policy;
  /** Signed overlays; the policy lists them by hash. */
  readonly overlays?: readonly Envelope[];
  /** The bundle that is gone on with; absent: the policy is signed anew. */
  readonly existing?: UnfinishedBundle;
  readonly keys: readonly SigningKey[];
  /** Sign nothing but a new statement of freshness. */
  readonly only?: 'freshness';
  /** How long the statement of freshness holds. */
  readonly freshnessHours: number;
  /** Accept that signatures are still missing. */
  readonly partial: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface SignedBundle {
  readonly bytes: Buffer;
  /** False when `partial` was asked for and signatures are missing. */
  readonly complete: boolean;
  readonly policy: Policy;
  readonly policySigners: readonly string[];
  readonly freshnessSigners: readonly string[];
}

/** The keys of a role, found by the public key itself; a key that no role knows is a mistake worth stopping for. */
function keysOf(role: 'policy' | 'freshness', { root, keys }: SignOptions): SigningKey[] {
  const known = new Map(root.roles[role].keyids.map((keyid) => [root.keys[keyid]?.spki, keyid] as const));
  return keys.flatMap((key) => {
    const keyid = known.get(key.spki);
    return keyid === undefined ? [] : [{ ...key, keyid }];
  });
}

/** The client's own verifier on a bundle, as a fresh machine that the policy is for would run it. */
export function tryBundle(
  bytes: Uint8Array,
  trustRoot: Envelope,
  policy: Policy,
  now: number,
): VerifiedPolicy {
  return verifyBundle(
    {
      bundle: bytes,
      shippedRoot: Buffer.from(prettyJson(trustRoot)),
      state: EMPTY_STATE,
      machine: someMachine(policy.audience),
      platform: policy.audience.platforms?.[0] ?? 'linux',
      appVersion: policy.minAppVersion,
      buildTime: 0,
      now: Math.max(now, parseTime(policy.notBefore, '/notBefore')),
      acknowledged: CLIENT_ENFORCES,
    },
    nodeCrypto,
  );
}

/** The number of the statement that a bundle holds already: Unix time in seconds. 0 for none that can be read. */
function freshnessVersion(existing: UnfinishedBundle | undefined): number {
  try {
    const payload = Buffer.from(existing?.freshness.payload ?? '', 'base64').toString('utf8');
    const { version } = JSON.parse(payload) as { version?: unknown };
    return typeof version === 'number' && Number.isSafeInteger(version) ? version : 0;
  } catch {
    return 0;
  }
}

/**
 * A new statement, numbered higher than the one before it, also where this computer's clock is behind the one that made
 * that; or another person's signature under a statement that still needs one.
 */
function signFreshness(options: SignOptions, envelope: Envelope, keys: readonly SigningKey[]): Envelope {
  const before = options.existing?.freshness;
  if (before !== undefined && keys.length === 0) return before;
  const isUnfinished = (before?.signatures.length ?? 0) < options.root.roles.freshness.threshold;
  if (before !== undefined && isUnfinished && options.only === undefined) return addSignatures(before, keys);
  const { policy, now, freshnessHours } = options;
  const issued = Math.max(now, (freshnessVersion(options.existing) + 1) * SECOND);
  const expires = Math.max(now, parseTime(policy.notBefore, '/notBefore')) + freshnessHours * HOUR;
  return signDocument(PAYLOAD_TYPES.freshness, makeFreshness(policy, envelope, issued, expires), keys);
}

function requireKeys(
  options: SignOptions,
  policyKeys: readonly SigningKey[],
  freshnessKeys: readonly SigningKey[],
) {
  const used = new Set([...policyKeys, ...freshnessKeys].map(({ spki }) => spki));
  const stranger = options.keys.find(({ spki }) => !used.has(spki));
  if (stranger !== undefined) {
    throw new CliError(
      'key',
      `the root does not let key ${stranger.keyid} sign ${options.only ?? 'policies or freshness'}`,
    );
  }
  if (used.size === 0) throw new CliError('key', 'no key to sign with');
  if (options.existing !== undefined) return;
  if (policyKeys.length === 0) throw new CliError('key', 'a policy needs a signature by a policy key');
  if (freshnessKeys.length === 0) throw new CliError('key', 'a bundle needs a signature by a freshness key');
}

/**
 * Signs with every key the roles it has in the root. The result has passed the client's verifier, unless signatures
 * are missing and `partial` allows that.
 */
export function signBundle(options: SignOptions): SignedBundle {
  const policyKeys = options.only === 'freshness' ? [] : keysOf('policy', options);
  const freshnessKeys = keysOf('freshness', options);
  requireKeys(options, policyKeys, freshnessKeys);
  effectiveSettings(options.policy.settings);
  const policy =
    options.existing === undefined
      ? signDocument(PAYLOAD_TYPES.policy, options.policy, policyKeys)
      : addSignatures(options.existing.policy, policyKeys);
  const freshness = signFreshness(options, policy, freshnessKeys);
  const bytes = bundleBytes(options.roots, policy, freshness, options.overlays);
  if (bytes.length > MAX_BUNDLE_BYTES) throw new CliError('usage', 'the bundle is larger than 1 MiB');
  const signers = (envelope: Envelope) => envelope.signatures.map(({ keyid }) => keyid);
  const { roles } = options.root;
  const complete =
    policy.signatures.length >= roles.policy.threshold &&
    freshness.signatures.length >= roles.freshness.threshold;
  if (complete || !options.partial) tryBundle(bytes, options.trustRoot, options.policy, options.now);
  return {
    bytes,
    complete,
    policy: options.policy,
    policySigners: signers(policy),
    freshnessSigners: signers(freshness),
  };
}
