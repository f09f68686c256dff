/** Steps 8 to 13: the policy and the statement that it is fresh. */
import type { CryptoPort } from '../shared/crypto.ts';
import { toHex } from '../shared/encoding.ts';
import { parseCanonical } from './canonical.ts';
import { PAYLOAD_TYPES, type SignedBytes, verifyEnvelope } from './dsse.ts';
import { refuse } from './errors.ts';
import type { Audience, Envelope, Freshness, MachineFile } from './generated/types.ts';
import { type PolicyHeader, validateFreshness, validatePolicyHeader } from './generated/validators.js';
import type { TrustedRoot } from './root.ts';
import { requireValid } from './schema-check.ts';
import type { PolicyState } from './state.ts';
import { formatTime, parseTime } from './time.ts';

/** A policy whose signatures hold: its bytes, what they say, and their hash. */
export interface SignedPolicy {
  readonly document: unknown;
  /** The members that steps 10 to 15 read before the settings are validated. */
  readonly header: PolicyHeader;
  readonly sha256: string;
  readonly signers: readonly string[];
}

/** Step 8: payload type and threshold of the policy. */
export function verifyPolicySignatures(
  envelope: Envelope,
  root: TrustedRoot,
  crypto: CryptoPort,
): SignedBytes {
  return verifyEnvelope(envelope, PAYLOAD_TYPES.policy, root.roles.policy, crypto, 'policy');
}

export function parseSigned(payload: Uint8Array, part: string): unknown {
  const parsed = parseCanonical(payload);
  return parsed.ok ? parsed.value : refuse('NOT_CANONICAL', { part, rule: parsed.problem });
}

/** Step 9: only now parse those same bytes. */
export function parsePolicy(signed: SignedBytes, crypto: CryptoPort): SignedPolicy {
  const document = parseSigned(signed.payload, 'policy');
  const header = requireValid(validatePolicyHeader, document, 'SCHEMA', 'policy');
  return { document, header, sha256: toHex(crypto.sha256(signed.payload)), signers: signed.signers };
}

/**
 * The member of an audience that keeps this machine out; `undefined` when it belongs to it. A list that is absent admits
 * everyone; of groups and machines one is enough.
 */
export function audienceMismatch(
  { org, groups, machines, platforms, channels }: Audience,
  machine: MachineFile,
  platform: string,
): keyof Audience | undefined {
  if (org !== machine.org) return 'org';
  if (groups !== undefined || machines !== undefined) {
    const inGroup = machine.groups.some((group) => groups?.includes(group));
    if (!inGroup && !machines?.includes(machine.machineId)) return 'groups';
  }
  if (platforms !== undefined && !platforms.some((name) => name === platform)) return 'platforms';
  return channels === undefined || channels.includes(machine.channel) ? undefined : 'channels';
}

/** Step 10: the policy is for this machine. */
export function requireAudience(header: PolicyHeader, machine: MachineFile, platform: string): void {
  const { policyId, audience } = header;
  const other = machine.policyId !== undefined && machine.policyId !== policyId;
  const member = other ? 'policyId' : audienceMismatch(audience, machine, platform);
  if (member !== undefined) refuse('WRONG_AUDIENCE', { member, policyId });
}

/** Step 11: no older policy than the newest known one, and no second policy with its sequence. */
export function requireForward(policy: SignedPolicy, root: TrustedRoot, state: PolicyState): void {
  const { policyId, sequence } = policy.header;
  const known = state.policies.get(policyId);
  const floor = Math.max(known?.sequence ?? 0, root.minSequence.get(policyId) ?? 0);
  if (sequence < floor) refuse('ROLLBACK', { part: 'policy', policyId, sequence, floor });
  if (known !== undefined && sequence === known.sequence && policy.sha256 !== known.sha256) {
    refuse('EQUIVOCATION', { part: 'policy', policyId, sequence });
  }
}

/** Step 12: notBefore <= T < expires. Returns when it expires, in milliseconds. */
export function requireInForce(header: PolicyHeader, time: number): number {
  const expires = parseTime(header.expires, '/expires');
  if (time < parseTime(header.notBefore, '/notBefore')) {
    refuse('NOT_YET_VALID', { notBefore: header.notBefore, now: formatTime(time) });
  }
  if (time >= expires) refuse('EXPIRED', { expires: header.expires, now: formatTime(time) });
  return expires;
}

/** A statement of freshness that has been accepted. */
export interface AcceptedFreshness {
  readonly version: number;
  readonly sha256: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

function requireFreshnessForward(freshness: Freshness, sha256: string, state: PolicyState): void {
  const { policyId, version } = freshness;
  const known = state.freshness.get(policyId);
  if (known === undefined || version > known.version) return;
  if (version < known.version) {
    refuse('ROLLBACK', { part: 'freshness', policyId, sequence: version, floor: known.version });
  }
  if (sha256 !== known.sha256) {
    refuse('EQUIVOCATION', { part: 'freshness', policyId, sequence: version });
  }
}

/** Step 13: freshness has its threshold, has not expired, names this very policy, and is no replay of an older one. */
export function requireFresh(
  envelope: Envelope,
  policy: SignedPolicy,
  root: TrustedRoot,
  state: PolicyState,
  time: number,
  crypto: CryptoPort,
): AcceptedFreshness {
  const signed = verifyEnvelope(envelope, PAYLOAD_TYPES.freshness, root.roles.freshness, crypto, 'freshness');
  const document = parseSigned(signed.payload, 'freshness');
  const freshness = requireValid(validateFreshness, document, 'SCHEMA', 'freshness');
  const expires = parseTime(freshness.expires, '/expires');
  if (time >= expires) refuse('FROZEN', { expires: freshness.expires, now: formatTime(time) });
  const { policyId, sequence } = policy.header;
  if (
    freshness.policyId !== policyId ||
    freshness.sequence !== sequence ||
    freshness.sha256 !== policy.sha256
  ) {
    refuse('MIX_AND_MATCH', { policyId: freshness.policyId, sequence: freshness.sequence });
  }
  const sha256 = toHex(crypto.sha256(signed.payload));
  requireFreshnessForward(freshness, sha256, state);
  return { version: freshness.version, sha256, expires };
}
