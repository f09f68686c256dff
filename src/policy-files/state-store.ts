/** Keeping the state of policy verification in a file. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeFileAtomically } from '../platform/atomic-file.ts';
import { EMPTY_STATE, type PolicyState } from '../policy/index.ts';
import type { CryptoPort } from '../shared/crypto.ts';
import type { PolicyErrorCode } from '../shared/error-catalogue.ts';
import { AppError } from '../shared/errors.ts';
import { readPrivateFile } from './private-file.ts';
import { formatState, parseState, type StateReading } from './state-format.ts';

/** A root envelope is well under this, and everything else is small. */
const MAX_STATE_BYTES = 2 * 1024 * 1024;

export interface StateStore {
  /** Never throws: a file that cannot be read or believed is `corrupt`. */
  read(): Promise<StateReading>;
  /** Replaces the file and returns when it is on the disk. @throws AppError STATE_WRITE_FAILED */
  write(state: PolicyState): Promise<void>;
}

/**
 * @param path the state file, in the user's own directory
 * @param key 32 bytes from the OS keychain
 */
export function openStateStore(path: string, key: Uint8Array, crypto: CryptoPort): StateStore {
  return {
    async read() {
      const bytes = await readPrivateFile(path, MAX_STATE_BYTES);
      if (bytes === undefined) return { kind: 'absent', state: EMPTY_STATE };
      if (bytes === null) return { kind: 'corrupt', state: EMPTY_STATE };
      return parseState(Buffer.from(bytes).toString('utf8'), key, crypto);
    },
    async write(state) {
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await writeFileAtomically(path, formatState(state, key, crypto), 0o600);
      } catch (error) {
        throw new AppError<PolicyErrorCode>('STATE_WRITE_FAILED', { path }, { cause: error });
      }
    },
  };
}
