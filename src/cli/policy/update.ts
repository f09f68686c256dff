/** `sallyport-policy update`: manifests that tell people of a newer version. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { nodeCrypto } from '../../platform/node-crypto.ts';
import {
  type Audience,
  EMPTY_STATE,
  type Envelope,
  MAX_UPDATE_BYTES,
  PAYLOAD_TYPES,
  parseTime,
  type Root,
  readUpdate,
  UPDATE_PRODUCT,
  type UpdateManifest,
  verifyUpdate,
} from '../../policy/index.ts';
import { CliError } from './cli-error.ts';
import type { SigningKey } from './keys.ts';
import { someMachine } from './machine.ts';
import { addSignatures, canonicalBytes, signDocument } from './signing.ts';

/** An installer as a manifest lists it. */
export type UpdatePackage = NonNullable<UpdateManifest['packages']>[number];

/** @throws CliError `io` for a file that cannot be read */
export async function describePackage(path: string): Promise<UpdatePackage> {
  const hash = createHash('sha256');
  try {
    const { size } = await stat(path);
    for await (const chunk of createReadStream(path)) hash.update(chunk);
    return { name: basename(path), bytes: size, sha256: hash.digest('hex') };
  } catch (error) {
    throw new CliError('io', `${path} cannot be read`, { cause: error });
  }
}

/** What a new manifest says; the rest is decided here. */
export type UpdateFacts = Omit<UpdateManifest, 'product'>;

/** A manifest of these facts. @throws CliError `usage` for what no client would take */
export function updateDocument(facts: UpdateFacts): UpdateManifest {
  try {
    return readUpdate({ product: UPDATE_PRODUCT, ...facts });
  } catch (error) {
    const message = error instanceof Error ? error.message : 'not valid';
    throw new CliError('usage', `the manifest: ${message}`, { cause: error });
  }
}

/** The keys under the ids that the root gives them. @throws CliError `key` for a key that may not sign updates */
function signingKeys(root: Root, keys: readonly SigningKey[]): readonly SigningKey[] {
  const { keyids } = root.roles.update ?? root.roles.policy;
  const known = new Map(keyids.map((keyid) => [root.keys[keyid]?.spki, keyid] as const));
  return keys.map((key) => {
    const keyid = known.get(key.spki);
    if (keyid === undefined) {
      throw new CliError('key', `the root does not let key ${key.keyid} sign update manifests`);
    }
    return { ...key, keyid };
  });
}

export interface SignUpdateOptions {
  /** The newest root, as it was signed and as it reads. */
  readonly rootEnvelope: Envelope;
  readonly root: Root;
  readonly manifest: UpdateManifest;
  /** The manifest that another person has signed already. */
  readonly existing?: Envelope;
  readonly keys: readonly SigningKey[];
  /** Accept that signatures are still missing. */
  readonly partial: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface SignedUpdate {
  readonly bytes: Buffer;
  /** False when `partial` was asked for and signatures are missing. */
  readonly complete: boolean;
  readonly signers: readonly string[];
}

/**
 * Signs a manifest, or adds signatures to one. The result has passed the client's verifier, as any computer that it is for
 * would run it, unless signatures are missing and `partial` allows that.
 */
export function signUpdate(options: SignUpdateOptions): SignedUpdate {
  const { root, manifest, existing, now, partial } = options;
  if (now >= parseTime(manifest.expires, '/expires')) {
    throw new CliError('usage', `the manifest has expired on ${manifest.expires}`);
  }
  if (existing !== undefined && existing.payloadType !== PAYLOAD_TYPES.update) {
    throw new CliError('usage', `signed as ${existing.payloadType}, which is no update manifest`);
  }
  const keys = signingKeys(root, options.keys);
  const envelope =
    existing === undefined
      ? signDocument(PAYLOAD_TYPES.update, manifest, keys)
      : addSignatures(existing, keys);
  const bytes = canonicalBytes(envelope);
  if (bytes.length > MAX_UPDATE_BYTES) throw new CliError('usage', 'the manifest is larger than 64 KiB');
  const { threshold } = root.roles.update ?? root.roles.policy;
  const complete = envelope.signatures.length >= threshold;
  if (complete || !partial) {
    const { audience } = manifest;
    const machine = someMachine(audience);
    const platform = audience.platforms?.[0] ?? 'linux';
    verifyUpdate(
      { manifest: bytes, root: options.rootEnvelope, state: EMPTY_STATE, machine, platform, now },
      nodeCrypto,
    );
  }
  return { bytes, complete, signers: envelope.signatures.map(({ keyid }) => keyid) };
}

/** Whom it is for, as people read it. */
export function audienceText({ org, groups, machines, platforms, channels }: Audience): string {
  const part = (name: string, list: readonly string[] | undefined) =>
    list === undefined ? [] : [`${name} ${list.join(', ')}`];
  return [
    `org ${org}`,
    ...part('groups', groups),
    ...part('machines', machines),
    ...part('platforms', platforms),
    ...part('channels', channels),
  ].join('; ');
}

/** @throws CliError `refused` for a file that the manifest does not list, or lists with other bytes */
export function requireListed(found: UpdatePackage, { packages = [] }: UpdateManifest): void {
  const isSame = packages.some(({ bytes, sha256 }) => bytes === found.bytes && sha256 === found.sha256);
  if (isSame) return;
  const named = packages.some(({ name }) => name === found.name);
  throw new CliError(
    'refused',
    named
      ? `${found.name} has other bytes than the manifest's: do not install it`
      : `the manifest does not list ${found.name}`,
  );
}
