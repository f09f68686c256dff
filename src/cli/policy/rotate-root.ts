/** `sallyport-policy rotate-root`: the next version of the trust root, and the signatures that it needs. */
import { nodeCrypto } from '../../platform/node-crypto.ts';
import {
  type Envelope,
  formatTime,
  PAYLOAD_TYPES,
  preAuthEncoding,
  type Root,
  readRootDocument,
} from '../../policy/index.ts';
import { rolesOf } from '../../policy/root.ts';
import { CliError } from './cli-error.ts';
import { type PublicKey, rootKey, type SigningKey } from './keys.ts';
import { addSignatures, canonicalBytes } from './signing.ts';

const ROLE = /^(?:root|policy|freshness|update|overlay:[a-z0-9-]{1,32})$/;
const POINTER = /^(?:\/[A-Za-z0-9]{1,64}){1,8}$/;

/** What is to be different in the next root. */
export interface RootChange {
  readonly add: readonly { readonly role: string; readonly key: PublicKey }[];
  /** Key ids; each is taken out of every role. */
  readonly remove: readonly string[];
  readonly thresholds: ReadonlyMap<string, number>;
  /** By policy id, the lowest sequence that clients accept from now on. */
  readonly minSequence: ReadonlyMap<string, number>;
  /** By overlay name, the settings that it may tighten; empty: the overlay is no longer allowed. */
  readonly overlays: ReadonlyMap<string, readonly string[]>;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

interface MutableRole {
  keyids: string[];
  threshold: number;
}

function requireRole(name: string): string {
  if (ROLE.test(name)) return name;
  throw new CliError(
    'usage',
    `there is no role ${JSON.stringify(name)}: root, policy, freshness, update or overlay:NAME`,
  );
}

function addKeys(
  change: RootChange,
  keys: Map<string, Root['keys'][string]>,
  roles: Map<string, MutableRole>,
) {
  for (const { role: name, key } of change.add) {
    const known = [...keys].find(([, { spki }]) => spki === key.spki)?.[0];
    const keyid = known ?? key.keyid;
    keys.set(keyid, rootKey(key));
    const role = roles.get(requireRole(name)) ?? { keyids: [], threshold: 1 };
    if (role.keyids.includes(keyid)) throw new CliError('usage', `${name} has key ${keyid} already`);
    role.keyids.push(keyid);
    roles.set(name, role);
  }
}

function removeKeys(change: RootChange, current: Root, roles: Map<string, MutableRole>): void {
  for (const keyid of change.remove) {
    if (!Object.hasOwn(current.keys, keyid)) throw new CliError('usage', `the root has no key ${keyid}`);
    for (const role of roles.values()) role.keyids = role.keyids.filter((id) => id !== keyid);
  }
  const losesPolicyKey = change.remove.some((keyid) => current.roles.policy.keyids.includes(keyid));
  if (losesPolicyKey && change.minSequence.size === 0) {
    throw new CliError(
      'usage',
      'without a policy key clients forget the sequences they have seen: --min-sequence POLICYID=N sets the floor',
    );
  }
}

function setOverlays(change: RootChange, current: Root, roles: Map<string, MutableRole>): Root['overlays'] {
  const overlays = new Map(Object.entries(current.overlays));
  for (const [name, pointers] of change.overlays) {
    if (pointers.length === 0) {
      overlays.delete(name);
      roles.delete(`overlay:${name}`);
      continue;
    }
    if (!pointers.every((pointer) => POINTER.test(pointer))) {
      throw new CliError('usage', `overlay ${name}: pointers such as /session/idleLockMinutes`);
    }
    overlays.set(name, [...pointers]);
  }
  for (const name of overlays.keys()) {
    if (!roles.has(`overlay:${name}`)) {
      throw new CliError('usage', `overlay ${name} has no key: --add overlay:${name}=FILE`);
    }
  }
  return Object.fromEntries(overlays);
}

function requireReachable(roles: ReadonlyMap<string, MutableRole>): void {
  for (const [name, { keyids, threshold }] of roles) {
    if (threshold >= 1 && threshold <= keyids.length) continue;
    throw new CliError('usage', `${name}: ${keyids.length} keys cannot reach a threshold of ${threshold}`);
  }
}

/**
 * The next root: one version higher, with the changes. Keys that no role has left are dropped; floors never fall.
 *
 * @throws CliError `usage` for a change that would leave a role that nobody can fulfil
 */
export function nextRootDocument(current: Root, change: RootChange): Root {
  const keys = new Map(Object.entries(current.keys));
  const roles = new Map<string, MutableRole>(
    rolesOf(current).map(([name, role]) => [name, { ...role, keyids: [...role.keyids] }]),
  );
  addKeys(change, keys, roles);
  removeKeys(change, current, roles);
  for (const [name, threshold] of change.thresholds) {
    const role = roles.get(requireRole(name));
    if (role === undefined) throw new CliError('usage', `the root has no role ${name}`);
    role.threshold = threshold;
  }
  const overlays = setOverlays(change, current, roles);
  requireReachable(roles);
  const used = new Set([...roles.values()].flatMap(({ keyids }) => keyids));
  const minSequence = new Map(Object.entries(current.minSequence));
  for (const [policyId, sequence] of change.minSequence) {
    minSequence.set(policyId, Math.max(sequence, minSequence.get(policyId) ?? 0));
  }
  return readRootDocument({
    version: current.version + 1,
    expires: formatTime(change.expires),
    keys: Object.fromEntries([...keys].filter(([keyid]) => used.has(keyid))),
    roles: Object.fromEntries(roles),
    minSequence: Object.fromEntries(minSequence),
    overlays,
  });
}

/** An envelope around a root that nobody has signed yet. */
export function unsignedRoot(root: Root): Envelope {
  return {
    payload: canonicalBytes(root).toString('base64'),
    payloadType: PAYLOAD_TYPES.root,
    signatures: [],
  };
}

/** Ids of the keys of a root's root role whose signatures hold, each key once. */
export function rootSigners(envelope: Envelope, by: Root): string[] {
  const message = preAuthEncoding(PAYLOAD_TYPES.root, Buffer.from(envelope.payload, 'base64'));
  const signers = new Map<string, string>();
  for (const { keyid, sig } of envelope.signatures) {
    const key = by.roles.root.keyids.includes(keyid) ? by.keys[keyid] : undefined;
    if (key === undefined) continue;
    const spki = Buffer.from(key.spki, 'base64');
    if (nodeCrypto.verify(key.algorithm, spki, message, Buffer.from(sig, 'base64')))
      signers.set(key.spki, keyid);
  }
  return [...signers.values()];
}

/**
 * Adds signatures by keys that the old or the new root lists for its root role.
 *
 * @param before the predecessor; absent for version 1
 * @throws CliError `key` for a key that neither of them knows
 */
export function signRootWith(
  envelope: Envelope,
  root: Root,
  before: Root | undefined,
  keys: readonly SigningKey[],
): Envelope {
  const known = new Map(
    [before, root].flatMap((each) =>
      each === undefined
        ? []
        : each.roles.root.keyids.map((keyid) => [each.keys[keyid]?.spki, keyid] as const),
    ),
  );
  const signing = keys.map((key) => {
    const keyid = known.get(key.spki);
    if (keyid === undefined) {
      throw new CliError('key', `key ${key.keyid} is a root key of neither the old nor the new root`);
    }
    return { ...key, keyid };
  });
  return addSignatures(envelope, signing);
}
