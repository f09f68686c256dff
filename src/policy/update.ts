/**
 * The update manifest: the organisation's signed word that a newer version can be had, and where. It is held to what the
 * policy is held to (root chain, role, threshold, canonical form, audience, rollback floor, expiry) and can do nothing but
 * put a sentence on the screen: nothing in it is fetched, opened or run.
 */
import type { CryptoPort } from '../shared/crypto.ts';
import { toHex } from '../shared/encoding.ts';
import { versionInRange } from './app-version.ts';
import { parseCanonical } from './canonical.ts';
import { PAYLOAD_TYPES, verifyEnvelope } from './dsse.ts';
import { refuse } from './errors.ts';
import type { Envelope, MachineFile, Policy, PolicySettings, UpdateManifest } from './generated/types.ts';
import { validateEnvelope, validateUpdate } from './generated/validators.js';
import { audienceMismatch, parseSigned } from './policy-steps.ts';
import { loadAnchor } from './root.ts';
import { requireUnexpiredRoot } from './root-chain.ts';
import { requireValid } from './schema-check.ts';
import type { PolicyState } from './state.ts';
import { formatTime, parseTime } from './time.ts';

/** Largest manifest, in bytes. */
export const MAX_UPDATE_BYTES = 64 * 1024;
/** What a manifest has to be about. */
export const UPDATE_PRODUCT = 'sallyport';
const PART = 'update';

/** Everything the verification of a manifest depends on. */
export interface UpdateInput {
  /** The file as it was read, once: one DSSE envelope, canonical. */
  readonly manifest: Uint8Array;
  /** The newest trusted root: the one under which the policy in force was verified. */
  readonly root: Envelope;
  readonly state: PolicyState;
  readonly machine: MachineFile;
  readonly platform: string;
  /** The versions that the policy lets run; a version outside of them would lock out whoever installs it. */
  readonly versions?: Pick<Policy, 'minAppVersion' | 'maxAppVersion'>;
  /** The time of the verification, in milliseconds since 1970; step 1 of the policy's has judged the clock. */
  readonly now: number;
}

/** A manifest that has passed, and the state to write before anybody is told. */
export interface VerifiedUpdate {
  readonly manifest: UpdateManifest;
  /** SHA-256 of the payload, hexadecimal. */
  readonly sha256: string;
  /** Ids of the keys that signed it. */
  readonly signers: readonly string[];
  /** Milliseconds since 1970. */
  readonly expires: number;
  readonly state: PolicyState;
}

/** Whether the policy has people told of updates at all; otherwise a manifest is not even read. */
export function announcesUpdates({ updates }: Pick<PolicySettings, 'updates'>): boolean {
  return updates.mode === 'notify';
}

function openManifest(bytes: Uint8Array): Envelope {
  if (bytes.length > MAX_UPDATE_BYTES) refuse('TOO_LARGE', { part: PART, bytes: bytes.length });
  const parsed = parseCanonical(bytes);
  if (!parsed.ok) refuse('MALFORMED', { part: PART, rule: parsed.problem });
  return requireValid(validateEnvelope, parsed.value, 'MALFORMED', PART);
}

function requireAddressed(manifest: UpdateManifest, { machine, platform }: UpdateInput): void {
  if (manifest.product !== UPDATE_PRODUCT) {
    refuse('WRONG_AUDIENCE', { part: PART, member: 'product', product: manifest.product });
  }
  const member = audienceMismatch(manifest.audience, machine, platform);
  if (member !== undefined) refuse('WRONG_AUDIENCE', { part: PART, member });
}

/** No older manifest than the newest known one, and no second one with its sequence. */
function requireForward({ sequence }: UpdateManifest, sha256: string, { update }: PolicyState): void {
  if (update === undefined || sequence > update.sequence) return;
  if (sequence < update.sequence) {
    refuse('ROLLBACK', { part: PART, sequence, floor: update.sequence });
  }
  if (sha256 !== update.sha256) refuse('EQUIVOCATION', { part: PART, sequence });
}

function requireAllowedVersion({ version }: UpdateManifest, versions: UpdateInput['versions']): void {
  if (versions === undefined) return;
  const { minAppVersion: min, maxAppVersion: max } = versions;
  if (!versionInRange(version, min, max)) {
    refuse('APP_VERSION', { part: PART, version, min, max: max ?? 'any' });
  }
}

/**
 * Verifies an update manifest. Whether its version is newer than the one that runs is the caller's question
 * (`isNewerVersion`).
 *
 * @throws AppError of the policy module, with the code that a policy would be refused by
 */
export function verifyUpdate(input: UpdateInput, crypto: CryptoPort): VerifiedUpdate {
  const { state, now } = input;
  const envelope = openManifest(input.manifest);
  const root = loadAnchor(input.root, crypto);
  requireUnexpiredRoot(root, now);
  const signed = verifyEnvelope(envelope, PAYLOAD_TYPES.update, root.roles.update, crypto, PART);
  const document = parseSigned(signed.payload, PART);
  const manifest = requireValid(validateUpdate, document, 'SCHEMA', PART);
  requireAddressed(manifest, input);
  const sha256 = toHex(crypto.sha256(signed.payload));
  requireForward(manifest, sha256, state);
  const expires = parseTime(manifest.expires, '/expires');
  if (now >= expires) {
    refuse('EXPIRED', { part: PART, expires: manifest.expires, now: formatTime(now) });
  }
  requireAllowedVersion(manifest, input.versions);
  return {
    manifest,
    sha256,
    signers: signed.signers,
    expires,
    state: { ...state, update: { sequence: manifest.sequence, sha256 } },
  };
}
