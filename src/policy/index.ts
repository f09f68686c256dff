/** The pure policy core: verification, settings, state. */
export { type CanonicalProblem, canonicalText, MAX_DEPTH, parseCanonical } from './canonical.ts';
export {
  readBundleFile,
  readEnvelope,
  readMachineFile,
  readPolicy,
  readRootDocument,
  readSettings,
} from './documents.ts';
export { PAYLOAD_TYPES, type PayloadType, preAuthEncoding } from './dsse.ts';
export { acknowledgement, CLIENT_ENFORCES } from './enforcement.ts';
export { SETTINGS, type SettingInfo } from './generated/settings-table.ts';
export type {
  Audience,
  BundleFile,
  Envelope,
  Freshness,
  MachineFile,
  Policy,
  PolicySettings,
  PolicySettingsInput,
  Root,
  RootKey,
} from './generated/types.ts';
export { effectiveSettings } from './settings.ts';
export { EMPTY_STATE, type FreshnessMark, type PolicyMark, type PolicyState } from './state.ts';
export { formatTime, parseTime } from './time.ts';
export {
  CLOCK_SKEW_MS,
  MAX_BUNDLE_BYTES,
  type VerificationInput,
  type VerifiedPolicy,
  verifyBundle,
} from './verify-bundle.ts';
