/** The way a policy comes into force: files, verification, state, in the specification's order. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  formatTime,
  MAX_BUNDLE_BYTES,
  type MachineFile,
  type PolicySettings,
  type PolicyState,
  readMachineFile,
  type VerifiedPolicy,
  verifyBundle,
} from '../policy/index.ts';
import type { CryptoPort } from '../shared/crypto.ts';
import type { PolicyErrorCode } from '../shared/error-catalogue.ts';
import { AppError } from '../shared/errors.ts';
import { BUNDLE_NAME, MACHINE_NAME } from './directory.ts';
import type { StateReading } from './state-format.ts';
import { openStateStore, type StateStore } from './state-store.ts';
import { readTrustedFile } from './trusted-file.ts';

const MAX_MACHINE_BYTES = 64 * 1024;

export interface LoadPolicyOptions {
  /** The machine-wide directory with `policy.bundle` and `machine.json`. */
  readonly directory: string;
  /** The shipped trust root; part of the application, which its package protects. */
  readonly trustRootFile: string;
  readonly stateFile: string;
  readonly appVersion: string;
  /** Milliseconds since 1970. */
  readonly buildTime: number;
  readonly platform: NodeJS.Platform;
  /** What the modules enforce: `module:/pointer` each (`CLIENT_ENFORCES` is this version's full set). */
  readonly acknowledged: ReadonlySet<string>;
  /** User ids that may own the machine-wide directory and its files: 0, and in test builds the developer. */
  readonly trustedOwners: readonly number[];
  /** 32 bytes from the OS keychain. */
  readonly stateMacKey: Uint8Array;
  /** Milliseconds since 1970, taken once. */
  readonly now: number;
  readonly crypto: CryptoPort;
}

/** A policy in force. */
export interface LoadedPolicy {
  /** With defaults; servers sorted by priority. */
  readonly settings: PolicySettings;
  readonly policyId: string;
  readonly sequence: number;
  /** When the policy itself expires; ISO 8601. */
  readonly expires: string;
  /** When the first of policy, freshness and root expires: from then on nothing may go on. ISO 8601. */
  readonly validUntil: string;
  /** SHA-256 of the bundle, hexadecimal. */
  readonly sha256: string;
  /** Ids of the keys that signed the policy. */
  readonly signers: readonly string[];
  readonly rootVersion: number;
  readonly machine: MachineFile;
  /** Present when the record of past policies was edited or damaged and has been made anew: an audit event. */
  readonly stateProblem?: 'STATE_CORRUPT';
}

async function readMachine(options: LoadPolicyOptions): Promise<MachineFile> {
  const path = join(options.directory, MACHINE_NAME);
  const bytes = await readTrustedFile(path, {
    trustedOwners: options.trustedOwners,
    maxBytes: MAX_MACHINE_BYTES,
  });
  try {
    return readMachineFile(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (error) {
    const detail = error instanceof AppError ? error.detail : { rule: 'json' };
    throw new AppError<PolicyErrorCode>('MALFORMED', { ...detail, path }, { cause: error });
  }
}

async function readShippedRoot(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new AppError<PolicyErrorCode>('MALFORMED', { part: 'trust-root', path }, { cause: error });
  }
}

/**
 * Verifies, and keeps newer roots even when a later step refuses the bundle. A state that cannot be believed is not
 * replaced by a refused bundle: its floors may be genuine, and the roots are in the bundle anyway.
 */
async function verifyAndKeepRoots(
  bundle: Uint8Array,
  machine: MachineFile,
  options: LoadPolicyOptions,
  reading: StateReading,
  store: StateStore,
): Promise<VerifiedPolicy> {
  const shippedRoot = await readShippedRoot(options.trustRootFile);
  let kept: PolicyState | undefined;
  try {
    const input = { ...options, bundle, shippedRoot, machine, state: reading.state };
    return verifyBundle(input, options.crypto, (state) => {
      kept = state;
    });
  } catch (error) {
    if (kept !== undefined && reading.kind !== 'corrupt') await store.write(kept);
    throw error;
  }
}

/** Adds the bundle's hash to an error, for the locked screen and the audit log. */
function withHash(error: unknown, bundleSha256: string): unknown {
  if (!(error instanceof AppError)) return error;
  return new AppError(error.code, { ...error.detail, bundleSha256 }, { cause: error });
}

/** From a corrupt state nothing is taken over but what this verification has confirmed. */
function stateToWrite(reading: StateReading, { state, policy }: VerifiedPolicy): PolicyState {
  if (reading.kind !== 'corrupt') return state;
  const own = <Mark>(marks: ReadonlyMap<string, Mark>): ReadonlyMap<string, Mark> =>
    new Map([...marks].filter(([policyId]) => policyId === policy.policyId));
  return { ...state, policies: own(state.policies), freshness: own(state.freshness) };
}

/**
 * Loads the policy: reads the files of the machine-wide directory, verifies the bundle, writes the state, and only then
 * returns it.
 *
 * @throws AppError of the policy module; its detail carries `bundleSha256` where a bundle was read
 */
export async function loadPolicy(options: LoadPolicyOptions): Promise<LoadedPolicy> {
  const path = join(options.directory, BUNDLE_NAME);
  const bundle = await readTrustedFile(path, {
    trustedOwners: options.trustedOwners,
    maxBytes: MAX_BUNDLE_BYTES,
  });
  try {
    const machine = await readMachine(options);
    const store = openStateStore(options.stateFile, options.stateMacKey, options.crypto);
    const reading = await store.read();
    const verified = await verifyAndKeepRoots(bundle, machine, options, reading, store);
    await store.write(stateToWrite(reading, verified));
    return {
      settings: verified.settings,
      policyId: verified.policy.policyId,
      sequence: verified.policy.sequence,
      expires: verified.policy.expires,
      validUntil: formatTime(verified.validUntil),
      sha256: verified.bundleSha256,
      signers: verified.signers,
      rootVersion: verified.rootVersion,
      machine,
      ...(reading.kind === 'corrupt' ? { stateProblem: 'STATE_CORRUPT' as const } : {}),
    };
  } catch (error) {
    throw withHash(error, Buffer.from(options.crypto.sha256(bundle)).toString('hex'));
  }
}
