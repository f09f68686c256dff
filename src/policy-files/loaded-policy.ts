/** What loading a policy answers. */
import { formatTime, type MachineFile, type PolicySettings, type VerifiedPolicy } from '../policy/index.ts';
import type { AppError } from '../shared/errors.ts';

/** Where a bundle was found: the machine-wide directory, or this user's copy of the HTTPS drop. */
export type PolicySource = 'machine' | 'drop';

/** A bundle that was looked at and not taken. */
export interface SourceRefusal {
  readonly source: PolicySource;
  /** Its detail carries `bundleSha256`. */
  readonly error: AppError;
}

/** What came of the update manifest beside the policy. */
export type UpdateCheck =
  /** Good, and of a version that is newer than the one that runs. */
  | {
      readonly kind: 'newer';
      readonly version: string;
      readonly installFrom: string;
      readonly notes?: string;
      readonly sequence: number;
      /** ISO 8601. */
      readonly expires: string;
      /** SHA-256 of the payload, hexadecimal. */
      readonly sha256: string;
      readonly signers: readonly string[];
    }
  /** Its detail carries `manifestSha256` where a file was read. */
  | { readonly kind: 'refused'; readonly error: AppError };

/** A policy in force. */
export interface LoadedPolicy {
  /** With defaults; servers sorted by priority. */
  readonly settings: PolicySettings;
  readonly policyId: string;
  readonly sequence: number;
  /** When the policy itself expires; ISO 8601. */
  readonly expires: string;
  /** When the first of policy, freshness and root expires: from then on nothing may go on. ISO 8601. */
  readonly validUntil: string;
  /** SHA-256 of the bundle, hexadecimal. */
  readonly sha256: string;
  /** Ids of the keys that signed the policy. */
  readonly signers: readonly string[];
  readonly rootVersion: number;
  readonly machine: MachineFile;
  readonly source: PolicySource;
  /** Everything that the verification found out. */
  readonly verified: VerifiedPolicy;
  /** Other bundles that are not acceptable although this one is. */
  readonly refusals: readonly SourceRefusal[];
  /** Absent where the policy has nobody told, where there is no manifest, or none of a newer version. */
  readonly update?: UpdateCheck;
  /** Present when the record of past policies was edited or damaged and has been made anew: an audit event. */
  readonly stateProblem?: 'STATE_CORRUPT';
}

export interface LoadedFrom {
  readonly source: PolicySource;
  readonly verified: VerifiedPolicy;
  readonly machine: MachineFile;
  readonly refusals: readonly SourceRefusal[];
  readonly update: UpdateCheck | undefined;
  readonly stateIsCorrupt: boolean;
}

export function describeLoaded(from: LoadedFrom): LoadedPolicy {
  const { verified, source, machine, refusals } = from;
  return {
    settings: verified.settings,
    policyId: verified.policy.policyId,
    sequence: verified.policy.sequence,
    expires: verified.policy.expires,
    validUntil: formatTime(verified.validUntil),
    sha256: verified.bundleSha256,
    signers: verified.signers,
    rootVersion: verified.rootVersion,
    machine,
    source,
    verified,
    refusals,
    ...(from.update === undefined ? {} : { update: from.update }),
    ...(from.stateIsCorrupt ? { stateProblem: 'STATE_CORRUPT' as const } : {}),
  };
}
