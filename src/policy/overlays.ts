/** Step 14: overlays. Which of them count, and what they make of the settings. */
import type { CryptoPort } from '../shared/crypto.ts';
import { toHex } from '../shared/encoding.ts';
import { AppError } from '../shared/errors.ts';
import { type OpenEnvelope, openEnvelope, PAYLOAD_TYPES, requireSigned, type SignedBytes } from './dsse.ts';
import { refuse } from './errors.ts';
import type { Envelope, MachineFile, Overlay, PolicySettings } from './generated/types.ts';
import { type PolicyHeader, validateOverlay } from './generated/validators.js';
import { isCovered } from './pointer.ts';
import { audienceMismatch, parseSigned } from './policy-steps.ts';
import type { OverlayAuthority, TrustedRoot } from './root.ts';
import { requireValid } from './schema-check.ts';
import { requireMergeable, tightenSettings } from './tighten.ts';
import { settingAt } from './tighter.ts';

/** Largest payload of an overlay, in bytes. */
export const MAX_OVERLAY_BYTES = 64 * 1024;

/** An overlay whose signatures hold, and that says only what it may say. */
export interface VerifiedOverlay {
  readonly name: string;
  /** SHA-256 of the payload, hexadecimal. */
  readonly sha256: string;
  /** Ids of the keys that signed it. */
  readonly signers: readonly string[];
  /** Whether this machine belongs to its audience. One that it does not belong to is verified, and changes nothing. */
  readonly applies: boolean;
  readonly settings: Overlay['settings'];
}

/** What of the verification overlays depend on. */
export interface OverlayContext {
  readonly header: PolicyHeader;
  readonly root: TrustedRoot;
  readonly machine: MachineFile;
  readonly platform: string;
  readonly crypto: CryptoPort;
}

/** The name that the policy lists the payload under; nothing that is not listed is looked at any further. */
function listedName(sha256: string, header: PolicyHeader): string {
  const names = Object.entries(header.overlays ?? {}).filter(([, listed]) => listed === sha256);
  const [first] = names;
  if (first === undefined) refuse('OVERLAY_UNLISTED', { rule: 'not-listed', sha256 });
  if (names.length > 1) refuse('OVERLAY_UNLISTED', { rule: 'duplicate', overlay: first[0] });
  return first[0];
}

function verifySigners(
  open: OpenEnvelope,
  name: string,
  { role }: OverlayAuthority,
  crypto: CryptoPort,
): SignedBytes {
  try {
    return requireSigned(open, role, crypto);
  } catch (error) {
    if (error instanceof AppError && (error.code === 'BELOW_THRESHOLD' || error.code === 'UNKNOWN_SIGNER')) {
      refuse('OVERLAY_UNAUTHORISED', { ...error.detail, overlay: name, rule: error.code });
    }
    throw error;
  }
}

/** Every pointer is a setting, stands there once, and is one of those that the root allows. */
function requirePointers(overlay: Overlay, { pointers }: OverlayAuthority): void {
  const seen = new Set<string>();
  for (const { pointer } of overlay.settings) {
    if (!pointers.some((allowed) => isCovered(pointer, allowed))) {
      refuse('OVERLAY_UNAUTHORISED', { overlay: overlay.name, rule: 'pointer', pointer });
    }
    const rule = settingAt(pointer) === undefined ? 'not-a-setting' : 'duplicate';
    if (rule === 'not-a-setting' || seen.has(pointer)) {
      refuse('SCHEMA', { pointer, rule, part: `overlay:${overlay.name}` });
    }
    seen.add(pointer);
  }
}

function verifyOverlay(envelope: Envelope, context: OverlayContext): VerifiedOverlay {
  const { header, root, machine, platform, crypto } = context;
  const open = openEnvelope(envelope, PAYLOAD_TYPES.overlay, 'overlay');
  const bytes = open.payload.length;
  if (bytes > MAX_OVERLAY_BYTES) refuse('TOO_LARGE', { part: 'overlay', bytes });
  const sha256 = toHex(crypto.sha256(open.payload));
  const name = listedName(sha256, header);
  const unauthorised = (rule: string): never => refuse('OVERLAY_UNAUTHORISED', { overlay: name, rule });
  const authority = root.overlays.get(name) ?? unauthorised('no-role');
  const { payload, signers } = verifySigners(open, name, authority, crypto);
  const part = `overlay:${name}`;
  const overlay = requireValid(validateOverlay, parseSigned(payload, part), 'SCHEMA', part);
  if (overlay.name !== name) unauthorised('name');
  if (overlay.policyId !== header.policyId) unauthorised('policyId');
  requirePointers(overlay, authority);
  const applies =
    overlay.audience === undefined || audienceMismatch(overlay.audience, machine, platform) === undefined;
  return { name, sha256, signers, applies, settings: overlay.settings };
}

/**
 * Step 14, first part: each overlay is listed by the policy and signed by its own role, belongs to this policy, and
 * reaches only where the root lets it; and every listed one is there.
 *
 * @returns the overlays by name, whatever their order in the bundle
 * @throws AppError OVERLAY_UNLISTED, OVERLAY_UNAUTHORISED; MALFORMED, TOO_LARGE, TYPE_CONFUSION, NOT_CANONICAL, SCHEMA
 */
export function verifyOverlays(envelopes: readonly Envelope[], context: OverlayContext): VerifiedOverlay[] {
  const byName = new Map<string, VerifiedOverlay>();
  for (const envelope of envelopes) {
    const overlay = verifyOverlay(envelope, context);
    if (byName.has(overlay.name)) refuse('OVERLAY_UNLISTED', { rule: 'duplicate', overlay: overlay.name });
    byName.set(overlay.name, overlay);
  }
  const missing = Object.keys(context.header.overlays ?? {}).find((name) => !byName.has(name));
  if (missing !== undefined) refuse('OVERLAY_UNLISTED', { rule: 'missing', overlay: missing });
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Settings with overlays, and by pointer the overlay whose value holds. */
export interface OverlaidSettings {
  readonly settings: PolicySettings;
  readonly overlaid: ReadonlyMap<string, string>;
}

/**
 * Step 14, second part, on settings that are valid: each overlay only tightens them, also one that is not for this
 * machine; then those that are for it are merged.
 *
 * @throws AppError OVERLAY_LOOSENS; SCHEMA for values that are not valid or do not go together
 */
export function applyOverlays(base: PolicySettings, overlays: readonly VerifiedOverlay[]): OverlaidSettings {
  if (overlays.length === 0) return { settings: base, overlaid: new Map() };
  const checked = overlays.map((overlay) => ({ ...overlay, settings: requireMergeable(base, overlay) }));
  return tightenSettings(
    base,
    checked.filter(({ applies }) => applies),
  );
}
