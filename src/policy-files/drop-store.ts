/**
 * This user's copy of the bundle that the HTTPS drop delivered: a second source of the policy. The user can write it, so
 * nothing but signatures, floors and expiry protects it, and nothing more is asked of it: a copy that is not acceptable
 * counts as none.
 */
import { mkdir, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeFileAtomically } from '../platform/atomic-file.ts';
import { MAX_BUNDLE_BYTES } from '../policy/index.ts';
import type { PolicyErrorCode } from '../shared/error-catalogue.ts';
import { AppError } from '../shared/errors.ts';
import { readPrivateFile } from './private-file.ts';

export interface DropStore {
  /** The stored bundle; `undefined` where there is none that could be read. */
  read(): Promise<Uint8Array | undefined>;
  /** Replaces the copy and returns when it is on the disk. @throws AppError STATE_WRITE_FAILED */
  write(bundle: Uint8Array): Promise<void>;
  /** A copy that cannot be removed is only untidy. */
  remove(): Promise<void>;
}

export function openDropStore(path: string): DropStore {
  return {
    read: async () => (await readPrivateFile(path, MAX_BUNDLE_BYTES)) ?? undefined,
    async write(bundle) {
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await writeFileAtomically(path, bundle, 0o600);
      } catch (error) {
        throw new AppError<PolicyErrorCode>('STATE_WRITE_FAILED', { path }, { cause: error });
      }
    },
    remove: () => unlink(path).catch(() => undefined),
  };
}
