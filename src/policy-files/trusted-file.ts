/**
 * Step 2: reading a file that only administrators may have written.
 *
 * POSIX: the directory and the file are opened without following a link, and what was opened is what is judged (fstat):
 * a regular file in a directory, both owned by a trusted owner, neither writable by group or others, at most 1 MiB,
 * read once. Where root alone is trusted, the same holds for every directory above: who can write one of those can put
 * another of root's directories, an old one, in the place of ours. Windows: see windows-acl.ts.
 */
import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { PolicyErrorCode } from '../shared/error-catalogue.ts';
import { AppError, type ErrorDetail } from '../shared/errors.ts';
import { systemCode } from '../shared/system-code.ts';
import { requireAdminOnly } from './windows-acl.ts';

const WRITABLE_BY_OTHERS = 0o022;
const WRITABLE_BY_ALL = 0o002;
/** Only the owner of an entry may rename or remove it, as in /tmp. */
const STICKY = 0o1000;
const ROOT = 0;
/** macOS lets administrators write some directories of the system. */
const DARWIN_ADMIN = 80;

export interface TrustedReadOptions {
  /** User ids that may own the file and its directory. Not used on Windows. */
  readonly trustedOwners: readonly number[];
  /** Largest size in bytes. */
  readonly maxBytes: number;
}

function refusal(code: PolicyErrorCode, path: string, detail: ErrorDetail = {}, cause?: unknown): AppError {
  return new AppError<PolicyErrorCode>(code, { path, ...detail }, { cause });
}

/** Opens without following a link in the last component and without blocking on a FIFO. */
async function openPlain(path: string, flags: number): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | flags);
  } catch (error) {
    const code = systemCode(error) ?? 'error';
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

/** Every directory that leads to `directory`, by its name and by where its name leads. */
async function ancestorsOf(directory: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const start of [resolve(directory), await realpath(directory)]) {
    for (let at = dirname(start); !found.has(at); at = dirname(at)) found.add(at);
  }
  return found;
}

function isRoots(stats: Stats): boolean {
  if (stats.uid !== ROOT) return false;
  // The mode of a link means nothing; who may replace it, the directory that it is in says.
  if (stats.isSymbolicLink() || (stats.mode & STICKY) !== 0) return true;
  const isAdmins = process.platform === 'darwin' && stats.gid === DARWIN_ADMIN;
  return (stats.mode & (isAdmins ? WRITABLE_BY_ALL : WRITABLE_BY_OTHERS)) === 0;
}

/** In test builds the developer is trusted as well, and so is whatever the checkout lies in. */
async function requireTrustedAncestors(directory: string, trustedOwners: readonly number[]): Promise<void> {
  if (trustedOwners.some((uid) => uid !== ROOT)) return;
  for (const ancestor of await ancestorsOf(directory)) {
    const stats = await lstat(ancestor);
    if (!isRoots(stats)) {
      throw refusal('PATH_UNTRUSTED', directory, { reason: 'ancestor', ancestor, uid: stats.uid });
    }
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
  else {
    await requireTrustedDirectory(dirname(path), options.trustedOwners);
    await requireTrustedAncestors(dirname(path), options.trustedOwners);
  }
  const file = await openPlain(path, 0);
  try {
    if (!windows) requireTrusted(await file.stat(), path, options.trustedOwners);
    return await readBounded(file, path, options.maxBytes);
  } catch (error) {
    throw error instanceof AppError
      ? error
      : refusal('PATH_UNTRUSTED', path, { reason: systemCode(error) ?? 'error' }, error);
  } finally {
    await file.close();
  }
}
