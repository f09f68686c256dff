/** The trust root: reading it, and the step from one version to the next. */
import type { CryptoPort, SignatureAlgorithm } from '../shared/crypto.ts';
import { decodeBase64, toHex } from '../shared/encoding.ts';
import { AppError } from '../shared/errors.ts';
import { parseCanonical } from './canonical.ts';
import {
  type OpenEnvelope,
  openEnvelope,
  PAYLOAD_TYPES,
  type Role,
  requireSigned,
  type VerificationKey,
} from './dsse.ts';
import { type PolicyErrorCode, policyError, refuse } from './errors.ts';
import type { Envelope, Root, RootRole } from './generated/types.ts';
import { validateRoot } from './generated/validators.js';
import { requireValid } from './schema-check.ts';
import { parseTime } from './time.ts';

/** Who may sign an overlay, and which settings it may tighten. */
export interface OverlayAuthority {
  readonly role: Role;
  /** JSON pointers; each covers what is below it. */
  readonly pointers: readonly string[];
}

/** A root whose signatures have been checked. */
export interface TrustedRoot {
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly expires: number;
  readonly roles: {
    readonly root: Role;
    readonly policy: Role;
    readonly freshness: Role;
    /** The policy role where the root has none of its own for updates. */
    readonly update: Role;
  };
  readonly minSequence: ReadonlyMap<string, number>;
  readonly overlays: ReadonlyMap<string, OverlayAuthority>;
  /** As it was signed, for the state file. */
  readonly envelope: Envelope;
}

/**
 * The one DER form that is accepted for each algorithm (prefix and length in bytes): a named curve and an uncompressed
 * point. Were there two forms, one key could be listed, and counted, twice.
 */
const SPKI_FORM: Record<SignatureAlgorithm, { readonly prefix: string; readonly length: number }> = {
  ed25519: { prefix: '302a300506032b6570032100', length: 44 },
  'ecdsa-p256-sha256': { prefix: '3059301306072a8648ce3d020106082a8648ce3d03010703420004', length: 91 },
  'ecdsa-p384-sha384': { prefix: '3076301006072a8648ce3d020106052b8104002203620004', length: 120 },
};

function schemaError(pointer: string, rule: string): AppError<PolicyErrorCode> {
  return policyError('SCHEMA', { pointer, rule, part: 'root' });
}

function readKey(keyid: string, key: Root['keys'][string]): VerificationKey {
  const spki = decodeBase64(key.spki);
  const form = SPKI_FORM[key.algorithm];
  const head = spki === undefined ? '' : toHex(spki.subarray(0, form.prefix.length / 2));
  if (spki === undefined || spki.length !== form.length || head !== form.prefix) {
    throw schemaError(`/keys/${keyid}/spki`, 'key');
  }
  return { algorithm: key.algorithm, spki, identity: key.spki };
}

function readRole(name: string, role: RootRole, keys: ReadonlyMap<string, VerificationKey>): Role {
  const chosen = new Map<string, VerificationKey>();
  for (const keyid of role.keyids) {
    const key = keys.get(keyid);
    if (key === undefined) throw schemaError(`/roles/${name}/keyids`, 'unknown-key');
    chosen.set(keyid, key);
  }
  const unique = new Set([...chosen.values()].map(({ identity }) => identity));
  if (role.threshold > unique.size) throw schemaError(`/roles/${name}/threshold`, 'more-than-keys');
  return { threshold: role.threshold, keys: chosen };
}

/** The roles of a root with their names. */
export function rolesOf({ roles }: Pick<Root, 'roles'>): readonly (readonly [string, RootRole])[] {
  return Object.entries(roles).flatMap(([name, role]) => (role === undefined ? [] : [[name, role] as const]));
}

const OVERLAY_ROLE = 'overlay:';

/** The overlays that have both a role and a list of settings; one without the other authorises nothing. */
function readOverlays(root: Root, keys: ReadonlyMap<string, VerificationKey>): Map<string, OverlayAuthority> {
  const authorities = new Map<string, OverlayAuthority>();
  for (const [name, role] of rolesOf(root)) {
    if (!name.startsWith(OVERLAY_ROLE)) continue;
    const overlay = name.slice(OVERLAY_ROLE.length);
    const pointers = Object.hasOwn(root.overlays, overlay) ? (root.overlays[overlay] ?? []) : [];
    authorities.set(overlay, { role: readRole(name, role, keys), pointers });
  }
  return authorities;
}

function readRoot(payload: Uint8Array, envelope: Envelope): TrustedRoot {
  const parsed = parseCanonical(payload);
  if (!parsed.ok) {
    refuse('NOT_CANONICAL', { part: 'root', rule: parsed.problem });
  }
  const root = requireValid(validateRoot, parsed.value, 'SCHEMA', 'root');
  const keys = new Map(Object.entries(root.keys).map(([keyid, key]) => [keyid, readKey(keyid, key)]));
  return {
    version: root.version,
    expires: parseTime(root.expires, '/expires'),
    roles: {
      root: readRole('root', root.roles.root, keys),
      policy: readRole('policy', root.roles.policy, keys),
      freshness: readRole('freshness', root.roles.freshness, keys),
      update: readRole('update', root.roles.update ?? root.roles.policy, keys),
    },
    overlays: readOverlays(root, keys),
    minSequence: new Map(Object.entries(root.minSequence)),
    envelope,
  };
}

/** Signatures of a root by `signer`; too few, by whomever, is ROOT_SIGNATURE. */
function verifyRootSignatures(
  open: OpenEnvelope,
  signer: Role,
  crypto: CryptoPort,
  detail: { version: number; by: number },
) {
  try {
    return requireSigned(open, signer, crypto, signer.threshold).payload;
  } catch (error) {
    if (error instanceof AppError && (error.code === 'BELOW_THRESHOLD' || error.code === 'UNKNOWN_SIGNER')) {
      refuse('ROOT_SIGNATURE', { ...error.detail, ...detail });
    }
    throw error;
  }
}

/**
 * Reads a root that is trusted because of where it comes from (shipped with the application, or kept in the state), and
 * checks that its own keys have signed it, so that a damaged one is not taken.
 */
export function loadAnchor(envelope: Envelope, crypto: CryptoPort): TrustedRoot {
  const payload = decodeBase64(envelope.payload);
  if (payload === undefined) {
    refuse('MALFORMED', { part: 'root', rule: 'base64' });
  }
  const root = readRoot(payload, envelope);
  const open = openEnvelope(envelope, PAYLOAD_TYPES.root, 'root');
  verifyRootSignatures(open, root.roles.root, crypto, { version: root.version, by: root.version });
  return root;
}

/**
 * Step 5 for one root: signed by the threshold of its predecessor, only then read, signed by its own threshold, and
 * numbered exactly one higher. Its expiry does not matter here.
 *
 * @throws AppError ROOT_SIGNATURE, ROOT_GAP, ROOT_ROLLBACK, or why it cannot be read
 */
export function nextRoot(trusted: TrustedRoot, envelope: Envelope, crypto: CryptoPort): TrustedRoot {
  const version = trusted.version + 1;
  const open = openEnvelope(envelope, PAYLOAD_TYPES.root, 'root');
  const payload = verifyRootSignatures(open, trusted.roles.root, crypto, {
    version,
    by: trusted.version,
  });
  const root = readRoot(payload, envelope);
  verifyRootSignatures(open, root.roles.root, crypto, { version, by: root.version });
  if (root.version === version) return root;
  refuse(root.version > version ? 'ROOT_GAP' : 'ROOT_ROLLBACK', {
    expected: version,
    seen: root.version,
  });
}

/** True when a key that could sign for the role no longer can. */
export function isRotated(before: Role, after: Role): boolean {
  const remaining = new Set([...after.keys.values()].map(({ identity }) => identity));
  return [...before.keys.values()].some(({ identity }) => !remaining.has(identity));
}
