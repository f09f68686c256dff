/**
 * The verification of a policy bundle. The comments carry the numbers of the specification's steps
 * (docs/policy.md lists them); step 2 (reading the file) and step 16 (writing the state) are src/policy-files.
 */
import type { CryptoPort } from '../shared/crypto.ts';
import { decodeUtf8, toHex } from '../shared/encoding.ts';
import { versionInRange } from './app-version.ts';
import { parseCanonical } from './canonical.ts';
import { requireEnforceable } from './enforcement.ts';
import { refuse } from './errors.ts';
import type { BundleFile, Envelope, MachineFile, Policy, PolicySettings } from './generated/types.ts';
import {
  type PolicyHeader,
  validateBundleFile,
  validateEnvelope,
  validatePolicy,
} from './generated/validators.js';
import { applyOverlays, type VerifiedOverlay, verifyOverlays } from './overlays.ts';
import {
  type AcceptedFreshness,
  parsePolicy,
  requireAudience,
  requireForward,
  requireFresh,
  requireInForce,
  type SignedPolicy,
  verifyPolicySignatures,
} from './policy-steps.ts';
import { followRoots, type RootProgress, requireUnexpiredRoot, trustedRoot } from './root-chain.ts';
import { requireValid } from './schema-check.ts';
import { resolveSettings } from './settings.ts';
import type { PolicyState } from './state.ts';
import { formatTime } from './time.ts';

/** Largest bundle, in bytes. */
export const MAX_BUNDLE_BYTES = 1024 * 1024;
/** How far a clock may fall behind the highest time seen, in milliseconds: what time servers correct. */
export const CLOCK_SKEW_MS = 5 * 60 * 1000;
const BUNDLE_FORMAT = 'sallyport.policy-bundle/1';

/** Everything a verification depends on; nothing else has any influence. */
export interface VerificationInput {
  /** The bundle as it was read, once. */
  readonly bundle: Uint8Array;
  /** The trust root that is shipped with the application: one DSSE envelope. */
  readonly shippedRoot: Uint8Array;
  readonly state: PolicyState;
  readonly machine: MachineFile;
  readonly platform: string;
  readonly appVersion: string;
  /** When the application was built, in milliseconds since 1970: no clock is earlier. */
  readonly buildTime: number;
  /** The time of the verification, taken once, in milliseconds since 1970. */
  readonly now: number;
  /** What the modules enforce: `module:/pointer` each. */
  readonly acknowledged: ReadonlySet<string>;
}

/** A policy that has passed every step, and the state to write before it is used. */
export interface VerifiedPolicy {
  readonly policy: Policy;
  /** With defaults and overlays; servers sorted by priority. */
  readonly settings: PolicySettings;
  /** By name; also those that are not for this machine. */
  readonly overlays: readonly VerifiedOverlay[];
  /** By pointer, the name of the overlay whose value holds. */
  readonly overlaid: ReadonlyMap<string, string>;
  /** SHA-256 of the bundle, hexadecimal. */
  readonly bundleSha256: string;
  /** SHA-256 of the policy's payload, hexadecimal. */
  readonly policySha256: string;
  /** Ids of the keys that signed the policy. */
  readonly signers: readonly string[];
  readonly rootVersion: number;
  /** The earliest expiry of policy, freshness and root, in milliseconds since 1970. */
  readonly validUntil: number;
  readonly state: PolicyState;
}

/** Step 1: the clock is not behind what is known to have passed. */
function requireClock(now: number, buildTime: number, state: PolicyState): number {
  const earliest = Math.max(buildTime, state.highestTimeSeen - CLOCK_SKEW_MS);
  if (now >= earliest) return now;
  refuse('CLOCK_ROLLED_BACK', {
    now: formatTime(now),
    earliest: formatTime(earliest),
  });
}

/** Step 3: the outer envelope, strictly: canonical, so that no two parsers can disagree, and of the known format. */
function parseBundle(bytes: Uint8Array): BundleFile {
  if (bytes.length > MAX_BUNDLE_BYTES) {
    refuse('TOO_LARGE', { bytes: bytes.length });
  }
  const parsed = parseCanonical(bytes);
  if (!parsed.ok) {
    refuse('MALFORMED', { part: 'bundle', rule: parsed.problem });
  }
  const { value } = parsed;
  if (typeof value === 'object' && value !== null && Object.hasOwn(value, 'format')) {
    const format: unknown = Reflect.get(value, 'format');
    if (format !== BUNDLE_FORMAT) refuse('FORMAT_UNKNOWN');
  }
  return requireValid(validateBundleFile, value, 'MALFORMED', 'bundle');
}

/** The shipped root is part of the application, so it may be pretty; it is checked by its own signatures in step 4. */
function parseShippedRoot(bytes: Uint8Array): Envelope {
  const text = bytes.length > MAX_BUNDLE_BYTES ? undefined : decodeUtf8(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text ?? '');
  } catch {
    refuse('MALFORMED', { part: 'trust-root', rule: 'json' });
  }
  return requireValid(validateEnvelope, value, 'MALFORMED', 'trust-root');
}

/** Step 15, first part: this version of the application is in range. */
function requireAppVersion(header: PolicyHeader, version: string): void {
  if (versionInRange(version, header.minAppVersion, header.maxAppVersion)) return;
  refuse('APP_VERSION', {
    version,
    min: header.minAppVersion,
    max: header.maxAppVersion ?? 'any',
  });
}

/** What step 16 writes: the marks of this policy, and the time. */
function nextState(
  { state }: RootProgress,
  policy: SignedPolicy,
  freshness: AcceptedFreshness,
  time: number,
): PolicyState {
  const { policyId, sequence } = policy.header;
  const { version, sha256 } = freshness;
  return {
    ...state,
    policies: new Map(state.policies).set(policyId, { sequence, sha256: policy.sha256 }),
    freshness: new Map(state.freshness).set(policyId, { version, sha256 }),
    highestTimeSeen: Math.max(state.highestTimeSeen, time),
  };
}

/**
 * Verifies a bundle. Each refusal is an error whose code names the attack.
 *
 * @param rootAccepted called after each newer root with the state that must be kept whatever follows
 * @throws AppError of the policy module
 */
export function verifyBundle(
  input: VerificationInput,
  crypto: CryptoPort,
  rootAccepted: (state: PolicyState) => void = () => undefined,
): VerifiedPolicy {
  const { machine, platform, appVersion } = input;
  const time = requireClock(input.now, input.buildTime, input.state); // 1
  const bundle = parseBundle(input.bundle); // 3
  const anchor = trustedRoot(parseShippedRoot(input.shippedRoot), input.state, crypto); // 4
  const progress = followRoots(anchor, bundle.roots, crypto, ({ state }) => rootAccepted(state)); // 5, 7
  const { root, state } = progress;
  requireUnexpiredRoot(root, time); // 6
  const signed = verifyPolicySignatures(bundle.policy, root, crypto); // 8
  const policy = parsePolicy(signed, crypto); // 9
  const { header } = policy;
  requireAudience(header, machine, platform); // 10
  requireForward(policy, root, state); // 11
  const expires = requireInForce(header, time); // 12
  const freshness = requireFresh(bundle.freshness, policy, root, state, time, crypto); // 13
  const context = { header, root, machine, platform, crypto };
  const overlays = verifyOverlays(bundle.overlays ?? [], context); // 14
  requireAppVersion(header, appVersion); // 15
  const document = requireValid(validatePolicy, policy.document, 'SCHEMA', 'policy'); // 15
  const base = resolveSettings(document.settings); // 15
  const { settings, overlaid } = applyOverlays(base, overlays); // 14, what needs settings that are valid; 15 again
  requireEnforceable(settings, input.acknowledged); // 15
  return {
    policy: document,
    settings,
    overlays,
    overlaid,
    bundleSha256: toHex(crypto.sha256(input.bundle)),
    policySha256: policy.sha256,
    signers: policy.signers,
    rootVersion: root.version,
    validUntil: Math.min(expires, freshness.expires, root.expires),
    state: nextState(progress, policy, freshness, time), // 16 is the caller's
  };
}
