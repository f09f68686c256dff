/** Reading the update manifest of the machine-wide directory, under a policy that has just been accepted. */
import { join } from 'node:path';
import {
  announcesUpdates,
  isNewerVersion,
  MAX_UPDATE_BYTES,
  type MachineFile,
  type UpdateMark,
  type VerifiedPolicy,
  type VerifiedUpdate,
  verifyUpdate,
} from '../policy/index.ts';
import type { CryptoPort } from '../shared/crypto.ts';
import { AppError } from '../shared/errors.ts';
import { UPDATE_NAME } from './directory.ts';
import type { UpdateCheck } from './loaded-policy.ts';
import { readTrustedFile } from './trusted-file.ts';

export interface UpdateSource {
  /** The machine-wide directory. */
  readonly directory: string;
  /** User ids that may own it and the manifest. */
  readonly trustedOwners: readonly number[];
  readonly machine: MachineFile;
  readonly platform: string;
  readonly appVersion: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly crypto: CryptoPort;
}

export interface CheckedUpdate {
  readonly check: UpdateCheck | undefined;
  /** What the machine remembers from now on; absent where no manifest was accepted. */
  readonly mark: UpdateMark | undefined;
}

const NOTHING: CheckedUpdate = { check: undefined, mark: undefined };

function refused(error: unknown, detail = {}): CheckedUpdate {
  const known = error instanceof AppError ? error : new AppError('INTERNAL', {}, { cause: error });
  const told = new AppError(known.code, { part: 'update', ...known.detail, ...detail }, { cause: error });
  return { check: { kind: 'refused', error: told }, mark: undefined };
}

function newer({ manifest, sha256, signers }: VerifiedUpdate): UpdateCheck {
  const { version, installFrom, notes, sequence, expires } = manifest;
  return {
    kind: 'newer',
    version,
    installFrom,
    ...(notes === undefined ? {} : { notes }),
    sequence,
    expires,
    sha256,
    signers,
  };
}

/** The manifest's bytes; `undefined` where there is none. */
async function readManifest({ directory, trustedOwners }: UpdateSource): Promise<Uint8Array | undefined> {
  try {
    return await readTrustedFile(join(directory, UPDATE_NAME), { trustedOwners, maxBytes: MAX_UPDATE_BYTES });
  } catch (error) {
    if (error instanceof AppError && error.code === 'ABSENT') return undefined;
    throw error;
  }
}

/**
 * What the manifest says, if the policy has people told. Never throws: whatever is wrong with a manifest, the policy
 * stands.
 *
 * @param verified the policy in force; its state carries the newest root and the floor
 */
export async function checkUpdate(verified: VerifiedPolicy, source: UpdateSource): Promise<CheckedUpdate> {
  if (!announcesUpdates(verified.settings)) return NOTHING;
  let bytes: Uint8Array | undefined;
  try {
    bytes = await readManifest(source);
  } catch (error) {
    return refused(error);
  }
  const { root } = verified.state;
  if (bytes === undefined || root === undefined) return NOTHING;
  const { crypto, machine, platform, now, appVersion } = source;
  try {
    const input = { manifest: bytes, root, state: verified.state, machine, platform, now };
    const update = verifyUpdate({ ...input, versions: verified.policy }, crypto);
    return {
      check: isNewerVersion(update.manifest.version, appVersion) ? newer(update) : undefined,
      mark: update.state.update,
    };
  } catch (error) {
    return refused(error, { manifestSha256: Buffer.from(crypto.sha256(bytes)).toString('hex') });
  }
}
