/**
 * Which of several bundles holds: the newest that every step accepts. Pure but for the clock and state it is given.
 *
 * A newer root in any of them is followed first and counts for all: keys that it revokes must not be able to bring a
 * policy into force through the other source.
 */
import {
  type MachineFile,
  type PolicyState,
  type VerificationInput,
  type VerifiedPolicy,
  verifyBundle,
} from '../policy/index.ts';
import type { CryptoPort } from '../shared/crypto.ts';
import type { PolicyErrorCode } from '../shared/error-catalogue.ts';
import { AppError } from '../shared/errors.ts';
import type { PolicySource, SourceRefusal } from './loaded-policy.ts';

export interface Candidate {
  readonly source: PolicySource;
  readonly bundle: Uint8Array;
}

export interface Accepted extends Candidate {
  readonly verified: VerifiedPolicy;
}

/** What came of looking at all candidates. */
export interface Comparison {
  readonly newest: Accepted | undefined;
  readonly refusals: readonly (SourceRefusal & Candidate)[];
  /** The state with the newest roots that any candidate brought; what must be kept even when all are refused. */
  readonly rootState: PolicyState;
}

export type NewestInput = Omit<VerificationInput, 'bundle' | 'state'> & {
  readonly state: PolicyState;
  readonly machine: MachineFile;
};

type Outcome = { readonly verified: VerifiedPolicy } | { readonly error: AppError };

/** Adds the bundle's hash to an error, for the locked screen and the audit log. */
function withHash(error: unknown, bundle: Uint8Array, crypto: CryptoPort): AppError {
  const bundleSha256 = Buffer.from(crypto.sha256(bundle)).toString('hex');
  if (!(error instanceof AppError)) return new AppError('INTERNAL', { bundleSha256 }, { cause: error });
  return new AppError(error.code, { ...error.detail, bundleSha256 }, { cause: error });
}

function freshnessOf({ policy, state }: VerifiedPolicy): number {
  return state.freshness.get(policy.policyId)?.version ?? 0;
}

/** True when `a` is newer than `b`: by sequence, then by the statement of freshness. */
function isNewer(a: VerifiedPolicy, b: VerifiedPolicy): boolean {
  const bySequence = a.policy.sequence - b.policy.sequence;
  return bySequence > 0 || (bySequence === 0 && freshnessOf(a) > freshnessOf(b));
}

/**
 * The policy id that the drop may carry. Sequences of different ids cannot be compared, and the drop's copy is the
 * user's: it must not bring in another of the organisation's policies that happens to fit this machine. A damaged state,
 * which holds no root, may have been edited by the same user: it only sets floors.
 */
function expectedPolicyId(
  machineWide: VerifiedPolicy | undefined,
  { machine, state }: NewestInput,
): string | undefined {
  if (machineWide !== undefined) return machineWide.policy.policyId;
  if (machine.policyId !== undefined) return machine.policyId;
  const known = [...state.policies.keys()];
  return known.length === 1 && state.root !== undefined ? known[0] : undefined;
}

function requirePolicyId(verified: VerifiedPolicy, expected: string | undefined): Outcome {
  const { policyId } = verified.policy;
  if (policyId === expected) return { verified };
  return { error: new AppError<PolicyErrorCode>('WRONG_AUDIENCE', { member: 'policyId', policyId }) };
}

/** Verifies every candidate under `input.state` and answers with the newest that is acceptable. */
export function chooseNewest(
  candidates: readonly Candidate[],
  input: NewestInput,
  crypto: CryptoPort,
): Comparison {
  let rootState = input.state;
  const verifyAll = (): readonly Outcome[] =>
    candidates.map(({ bundle }) => {
      try {
        const under = { ...input, bundle, state: rootState };
        return {
          verified: verifyBundle(under, crypto, (state) => {
            rootState = state;
          }),
        };
      } catch (error) {
        return { error: withHash(error, bundle, crypto) };
      }
    });
  let outcomes = verifyAll();
  if (candidates.length > 1 && rootState !== input.state) outcomes = verifyAll();

  let machineWide: VerifiedPolicy | undefined;
  for (const [at, outcome] of outcomes.entries()) {
    if (candidates[at]?.source === 'machine' && 'verified' in outcome) machineWide = outcome.verified;
  }
  let newest: Accepted | undefined;
  const refusals: (SourceRefusal & Candidate)[] = [];
  for (const [at, candidate] of candidates.entries()) {
    let outcome = outcomes[at];
    if (outcome === undefined) continue;
    if ('verified' in outcome && candidate.source === 'drop') {
      outcome = requirePolicyId(outcome.verified, expectedPolicyId(machineWide, input));
    }
    if ('error' in outcome) refusals.push({ ...candidate, error: outcome.error });
    else if (newest === undefined || isNewer(outcome.verified, newest.verified)) {
      newest = { ...candidate, verified: outcome.verified };
    }
  }
  return { newest, refusals, rootState };
}
