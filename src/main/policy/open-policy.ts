/** Opens the policy: state key from the keychain, the verifier, the enforcement points. */
import { nodeCrypto } from '../../platform/node-crypto.ts';
import { CLIENT_ENFORCES } from '../../policy/index.ts';
import { type LoadedPolicy, loadPolicy } from '../../policy-files/index.ts';
import type { AppPaths } from '../app/paths.ts';

export interface OpenPolicyOptions {
  readonly paths: AppPaths;
  readonly appVersion: string;
  /** Milliseconds since 1970. */
  readonly buildTime: number;
  readonly stateMacKey: Uint8Array;
}

/** @throws AppError with a policy code; its detail names the bundle's hash where one was read. */
export function openPolicy({
  paths,
  appVersion,
  buildTime,
  stateMacKey,
}: OpenPolicyOptions): Promise<LoadedPolicy> {
  return loadPolicy({
    directory: paths.machineDirectory,
    trustRootFile: paths.trustRootFile,
    stateFile: paths.policyStateFile,
    appVersion,
    buildTime,
    platform: process.platform,
    acknowledged: CLIENT_ENFORCES,
    trustedOwners: paths.trustedOwners,
    stateMacKey,
    now: Date.now(),
    crypto: nodeCrypto,
  });
}
