/** The client's own verifier on a file, for a computer, a time, a version and a state that are given. */
import { nodeCrypto } from '../../platform/node-crypto.ts';
import {
  CLIENT_ENFORCES,
  formatTime,
  type MachineFile,
  type PolicyState,
  type VerifiedPolicy,
  verifyBundle,
} from '../../policy/index.ts';

export interface VerifyOptions {
  readonly bundle: Uint8Array;
  readonly trustRoot: Uint8Array;
  readonly machine: MachineFile;
  readonly platform: string;
  readonly appVersion: string;
  readonly state: PolicyState;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What a valid bundle says about itself. */
export interface VerifyReport {
  readonly policyId: string;
  readonly sequence: number;
  readonly notBefore: string;
  readonly expires: string;
  readonly validUntil: string;
  readonly rootVersion: number;
  readonly signers: readonly string[];
  readonly bundleSha256: string;
  readonly policySha256: string;
}

/**
 * @param rootAccepted called with the state to keep after each newer root, whatever follows
 * @throws AppError of the policy module when the client would refuse the bundle
 */
export function verifyFile(
  options: VerifyOptions,
  rootAccepted?: (state: PolicyState) => void,
): VerifiedPolicy {
  return verifyBundle(
    {
      bundle: options.bundle,
      shippedRoot: options.trustRoot,
      state: options.state,
      machine: options.machine,
      platform: options.platform,
      appVersion: options.appVersion,
      buildTime: 0,
      now: options.at,
      acknowledged: CLIENT_ENFORCES,
    },
    nodeCrypto,
    rootAccepted,
  );
}

export function reportOf(verified: VerifiedPolicy): VerifyReport {
  const { policyId, sequence, notBefore, expires } = verified.policy;
  return {
    policyId,
    sequence,
    notBefore,
    expires,
    validUntil: formatTime(verified.validUntil),
    rootVersion: verified.rootVersion,
    signers: verified.signers,
    bundleSha256: verified.bundleSha256,
    policySha256: verified.policySha256,
  };
}
