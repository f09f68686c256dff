/** The machine-wide policy files and the state of their verification. */
export { BUNDLE_NAME, MACHINE_NAME, machineDirectory } from './directory.ts';
export { type LoadedPolicy, type LoadPolicyOptions, loadPolicy } from './load-policy.ts';
export { readTrustedFile, type TrustedReadOptions } from './trusted-file.ts';
