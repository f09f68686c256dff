/** `sallyport-policy verify`: the client's own verifier on a file, without a machine's state. */
import { nodeCrypto } from '../../platform/node-crypto.ts';
import {
  CLIENT_ENFORCES,
  EMPTY_STATE,
  formatTime,
  type MachineFile,
  verifyBundle,
} from '../../policy/index.ts';

export interface VerifyOptions {
  readonly bundle: Uint8Array;
  readonly trustRoot: Uint8Array;
  readonly machine: MachineFile;
  readonly platform: string;
  readonly appVersion: string;
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

/** @throws AppError of the policy module when the client would refuse the bundle */
export function verifyFile(options: VerifyOptions): VerifyReport {
  const verified = verifyBundle(
    {
      bundle: options.bundle,
      shippedRoot: options.trustRoot,
      state: EMPTY_STATE,
      machine: options.machine,
      platform: options.platform,
      appVersion: options.appVersion,
      buildTime: 0,
      now: options.at,
      acknowledged: CLIENT_ENFORCES,
    },
    nodeCrypto,
  );
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
