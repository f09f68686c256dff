/** Reading single documents, without signatures: for the administrators' command and the machine-wide files. */
import type {
  BundleFile,
  Envelope,
  MachineFile,
  Overlay,
  Policy,
  PolicySettingsInput,
  Root,
  UpdateManifest,
} from './generated/types.ts';
import {
  type PolicyHeader,
  validateBundleFile,
  validateEnvelope,
  validateMachineFile,
  validateOverlay,
  validatePolicy,
  validatePolicyHeader,
  validateRoot,
  validateSettings,
  validateUpdate,
} from './generated/validators.js';
import { requireValid } from './schema-check.ts';

/** @throws AppError SCHEMA */
export function readPolicy(value: unknown): Policy {
  return requireValid(validatePolicy, value, 'SCHEMA', 'policy');
}

/** What a policy says about itself; its settings may be of any kind. @throws AppError SCHEMA */
export function readPolicyHeader(value: unknown): PolicyHeader {
  return requireValid(validatePolicyHeader, value, 'SCHEMA', 'policy');
}

/** @throws AppError SCHEMA */
export function readOverlay(value: unknown): Overlay {
  return requireValid(validateOverlay, value, 'SCHEMA', 'overlay');
}

/** @throws AppError SCHEMA */
export function readRootDocument(value: unknown): Root {
  return requireValid(validateRoot, value, 'SCHEMA', 'root');
}

/** @throws AppError SCHEMA */
export function readUpdate(value: unknown): UpdateManifest {
  return requireValid(validateUpdate, value, 'SCHEMA', 'update');
}

/** @throws AppError MALFORMED */
export function readEnvelope(value: unknown): Envelope {
  return requireValid(validateEnvelope, value, 'MALFORMED', 'envelope');
}

/** @throws AppError MALFORMED */
export function readBundleFile(value: unknown): BundleFile {
  return requireValid(validateBundleFile, value, 'MALFORMED', 'bundle');
}

/** @throws AppError MALFORMED */
export function readMachineFile(value: unknown): MachineFile {
  return requireValid(validateMachineFile, value, 'MALFORMED', 'machine.json');
}

/** @throws AppError SCHEMA */
export function readSettings(value: unknown): PolicySettingsInput {
  return requireValid(validateSettings, value, 'SCHEMA', 'settings');
}
