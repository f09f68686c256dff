/**
 * Step 2: reading a file that only administrators may have written.
 *
 * POSIX: the directory and the file are opened without following a link, and what was opened is what is judged (fstat):
 * a regular file in a directory, both owned by a trusted owner, neither writable by group or others, at most 1 MiB,
 * read once. Windows: see windows-acl.ts.
 */
import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { PolicyErrorCode } from '../shared/error-catalogue.ts';
import { AppError, type ErrorDetail } from '../shared/errors.ts';
import { requireAdminOnly } from './windows-acl.ts';

const WRITABLE_BY_OTHERS = 0o022;

export interface TrustedReadOptions {
  /** User ids that may own the file and its directory. Not used on Windows. */
  readonly trustedOwners: readonly number[];
  /** Largest size in bytes. */
  readonly maxBytes: number;
}

function refusal(code: PolicyErrorCode, path: string, detail: ErrorDetail = {}, cause?: unknown): AppError {
  return new AppError<PolicyErrorCode>(code, { path, ...detail }, { cause });
}

function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'error';
}

/** Opens without following a link in the last component and without blocking on a FIFO. */
async function openPlain(path: string, flags: number): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | flags);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT') throw refusal('ABSENT', path, {}, error);
    throw refusal('PATH_UNTRUSTED', path, { reason: code === 'ELOOP' ? 'symbolic-link' : code }, error);
  }
}

function requireTrusted(stats: Stats, path: string, trustedOwners: readonly number[]): void {
  if (!trustedOwners.includes(stats.uid))
    throw refusal('PATH_UNTRUSTED', path, { reason: 'owner', uid: stats.uid });
  if ((stats.mode & WRITABLE_BY_OTHERS) !== 0) {
    throw refusal('PATH_UNTRUSTED', path, { reason: 'mode', mode: (stats.mode & 0o7777).toString(8) });
  }
}

async function requireTrustedDirectory(path: string, trustedOwners: readonly number[]): Promise<void> {
  const directory = await openPlain(path, constants.O_DIRECTORY);
  try {
    requireTrusted(await directory.stat(), path, trustedOwners);
  } finally {
    await directory.close();
  }
}

/** Reads at most `maxBytes`, in one pass, whatever the size was said to be. */
async function readBounded(file: FileHandle, path: string, maxBytes: number): Promise<Uint8Array> {
  const stats = await file.stat();
  if (!stats.isFile()) throw refusal('PATH_UNTRUSTED', path, { reason: 'not-a-file' });
  if (stats.size > maxBytes) throw refusal('TOO_LARGE', path, { bytes: stats.size });
  const buffer = Buffer.alloc(stats.size + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
    length += bytesRead;
    if (length > stats.size) throw refusal('MALFORMED', path, { reason: 'changed-while-read' });
    if (bytesRead === 0) return buffer.subarray(0, length);
  }
}

/**
 * Reads a file of the machine-wide directory.
 *
 * @throws AppError ABSENT, PATH_UNTRUSTED, TOO_LARGE, or MALFORMED when it grew while it was read
 */
export async function readTrustedFile(path: string, options: TrustedReadOptions): Promise<Uint8Array> {
  const windows = process.platform === 'win32';
  if (windows) await requireAdminOnly([dirname(path), path]);
  else await requireTrustedDirectory(dirname(path), options.trustedOwners);
  const file = await openPlain(path, 0);
  try {
    if (!windows) requireTrusted(await file.stat(), path, options.trustedOwners);
    return await readBounded(file, path, options.maxBytes);
  } catch (error) {
    throw error instanceof AppError
      ? error
      : refusal('PATH_UNTRUSTED', path, { reason: systemCode(error) }, error);
  } finally {
    await file.close();
  }
}
