/** Opens the policy's sources: state key from the keychain, the verifier, the enforcement points. */
import { nodeCrypto } from '../../platform/node-crypto.ts';
import { CLIENT_ENFORCES } from '../../policy/index.ts';
import { PolicyLoader } from '../../policy-files/index.ts';
import type { AppPaths } from '../app/paths.ts';

export interface OpenPolicyOptions {
  readonly paths: AppPaths;
  readonly appVersion: string;
  /** Milliseconds since 1970. */
  readonly buildTime: number;
  readonly stateMacKey: Uint8Array;
}

export function openPolicy({ paths, appVersion, buildTime, stateMacKey }: OpenPolicyOptions): PolicyLoader {
  return new PolicyLoader({
    directory: paths.machineDirectory,
    trustRootFile: paths.trustRootFile,
    stateFile: paths.policyStateFile,
    dropFile: paths.policyDropFile,
    appVersion,
    buildTime,
    platform: process.platform,
    acknowledged: CLIENT_ENFORCES,
    trustedOwners: paths.trustedOwners,
    stateMacKey,
    crypto: nodeCrypto,
  });
}
