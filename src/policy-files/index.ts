/** The machine-wide policy files and the state of their verification. */
export { BUNDLE_NAME, MACHINE_NAME, machineDirectory, UPDATE_NAME } from './directory.ts';
export { type LoadPolicyOptions, loadPolicy, PolicyLoader } from './load-policy.ts';
export type { LoadedPolicy, PolicySource, SourceRefusal, UpdateCheck } from './loaded-policy.ts';
export {
  formatReport,
  MAX_REPORT_BYTES,
  type ReportVerdict,
  signReport,
  verifyReport,
} from './policy-report.ts';
export { readPrivateFile } from './private-file.ts';
export { readTrustedFile, type TrustedReadOptions } from './trusted-file.ts';
