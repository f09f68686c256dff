/** The pure policy core: verification, settings, state. */
export { isNewerVersion } from './app-version.ts';
export { type CanonicalProblem, canonicalText, MAX_DEPTH, parseCanonical } from './canonical.ts';
export { diffSettings, type SettingChange } from './diff.ts';
export {
  readBundleFile,
  readEnvelope,
  readMachineFile,
  readOverlay,
  readPolicy,
  readPolicyHeader,
  readRootDocument,
  readSettings,
  readUpdate,
} from './documents.ts';
export { PAYLOAD_TYPES, type PayloadType, preAuthEncoding } from './dsse.ts';
export { acknowledgement, CLIENT_ENFORCES } from './enforcement.ts';
export {
  type Explainable,
  explainSettings,
  type SettingExplanation,
  type SettingSource,
} from './explain.ts';
export { SETTINGS, type SettingInfo, type TighterRule } from './generated/settings-table.ts';
export type {
  Audience,
  BundleFile,
  Envelope,
  Freshness,
  MachineFile,
  Overlay,
  Policy,
  PolicySettings,
  PolicySettingsInput,
  Root,
  RootKey,
  UpdateManifest,
} from './generated/types.ts';
export { MAX_OVERLAY_BYTES, type VerifiedOverlay } from './overlays.ts';
export { isCovered, valueAt, withValueAt } from './pointer.ts';
export { effectiveSettings } from './settings.ts';
export {
  EMPTY_STATE,
  type FreshnessMark,
  type PolicyMark,
  type PolicyState,
  type UpdateMark,
} from './state.ts';
export { requireMergeable, type SettingPatch, type SettingsPatch, tightenSettings } from './tighten.ts';
export { type Comparable, compareTightness, isTighter, settingAt, type Tightness } from './tighter.ts';
export { formatTime, parseTime } from './time.ts';
export {
  announcesUpdates,
  MAX_UPDATE_BYTES,
  UPDATE_PRODUCT,
  type UpdateInput,
  type VerifiedUpdate,
  verifyUpdate,
} from './update.ts';
export {
  CLOCK_SKEW_MS,
  MAX_BUNDLE_BYTES,
  type VerificationInput,
  type VerifiedPolicy,
  verifyBundle,
} from './verify-bundle.ts';
