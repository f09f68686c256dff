/**
 * One file on its way to the disk: written beside its place under a name of ours, checked, marked, and only then given its
 * own name, which never replaces another file.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { type FileHandle, link, lstat, open, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { SAVE_REASONS } from '../../shared/error-catalogue/file.ts';
import { AppError } from '../../shared/errors.ts';
import { systemCode } from '../../shared/system-code.ts';
import { markOrigin, originMark } from './origin-mark.ts';
import { numberedName, safeFileName } from './safe-name.ts';

export interface ExpectedFile {
  /** As the sender calls it. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Base64. */
  readonly sha256: string;
  /** Address of the gate. */
  readonly source: string;
}

/** Readable and writable for the user alone; nobody may run it. */
const FILE_MODE = 0o600;
/** Names that are tried before the folder counts as full of the same. */
const MAX_NUMBER = 1000;
const TEMPORARY = /^\.sallyport-[0-9a-f]{32}\.part$/u;
/** A temporary file that is older was left behind by a crash; milliseconds. */
const ABANDONED_MS = 24 * 60 * 60_000;
/** What file systems without hard links say to link(2). */
const NO_LINKS: ReadonlySet<string> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'EINVAL',
]);

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: SAVE_REASONS.full,
  EDQUOT: SAVE_REASONS.quota,
  EACCES: SAVE_REASONS.permission,
  EPERM: SAVE_REASONS.permission,
  EROFS: SAVE_REASONS.readOnly,
  EFBIG: SAVE_REASONS.tooLargeForDisk,
  EIO: SAVE_REASONS.disk,
  ENOENT: SAVE_REASONS.folderGone,
};

/** What went wrong as an error of files. */
export function asSaveError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const reason = REASONS[systemCode(error) ?? ''] ?? SAVE_REASONS.unknown;
  return new AppError('FILE_SAVE_FAILED', { reason }, { cause: error });
}

export class ReceivedFile {
  readonly #directory: string;
  readonly #temporary: string;
  readonly #handle: FileHandle;
  readonly #expected: ExpectedFile;
  readonly #hash = createHash('sha256');
  #received = 0;
  #closed = false;

  private constructor(directory: string, temporary: string, handle: FileHandle, expected: ExpectedFile) {
    this.#directory = directory;
    this.#temporary = temporary;
    this.#handle = handle;
    this.#expected = expected;
  }

  /** Opens a temporary file in `directory`. Rejects with FILE_SAVE_FAILED. */
  static async open(directory: string, expected: ExpectedFile): Promise<ReceivedFile> {
    const temporary = join(directory, `.sallyport-${randomBytes(16).toString('hex')}.part`);
    try {
      const handle = await open(temporary, 'wx', FILE_MODE);
      // What the umask took away is not given back, what it left is taken: nobody else reads it.
      await handle.chmod(FILE_MODE).catch(() => undefined);
      return new ReceivedFile(directory, temporary, handle, expected);
    } catch (error) {
      throw asSaveError(error);
    }
  }

  /** Rejects with FILE_HASH_MISMATCH when it gets more than announced, with FILE_SAVE_FAILED when the disk refuses. */
  async write(part: Uint8Array): Promise<void> {
    this.#received += part.length;
    if (this.#received > this.#expected.size) throw new AppError('FILE_HASH_MISMATCH', { reason: 'size' });
    this.#hash.update(part);
    try {
      for (let at = 0; at < part.length; ) {
        const { bytesWritten } = await this.#handle.write(part, at, part.length - at);
        at += bytesWritten;
      }
    } catch (error) {
      throw asSaveError(error);
    }
  }

  /** Checks, marks and names the file; resolves with its name and whether it is marked. Rejects like {@link write}. */
  async finish(): Promise<{ readonly name: string; readonly marked: boolean }> {
    const { size, sha256, source, name } = this.#expected;
    if (this.#received !== size) throw new AppError('FILE_HASH_MISMATCH', { reason: 'size' });
    if (this.#hash.digest('base64') !== sha256) throw new AppError('FILE_HASH_MISMATCH', { reason: 'hash' });
    try {
      await this.#handle.sync();
      await this.#close();
      const mark = originMark(process.platform, source, Date.now(), randomUUID());
      const marked = await markOrigin(this.#temporary, mark);
      if (!marked && process.platform !== 'linux')
        throw new AppError('FILE_SAVE_FAILED', {
          reason: SAVE_REASONS.noMark,
        });
      return { name: await this.#place(safeFileName(name)), marked };
    } catch (error) {
      throw asSaveError(error);
    }
  }

  /** Closes and removes what is there; also after {@link finish}, when nothing is. */
  async discard(): Promise<void> {
    await this.#close().catch(() => undefined);
    await unlink(this.#temporary).catch(() => undefined);
  }

  /** Gives the file the first free name. A hard link fails where the name exists: nothing is ever replaced. */
  async #place(name: string): Promise<string> {
    for (let number = 1; number <= MAX_NUMBER; number += 1) {
      const candidate = numberedName(name, number);
      if (await this.#claim(join(this.#directory, candidate))) return candidate;
    }
    throw new AppError('FILE_SAVE_FAILED', { reason: SAVE_REASONS.names });
  }

  async #claim(path: string): Promise<boolean> {
    try {
      await link(this.#temporary, path);
      await unlink(this.#temporary);
      return true;
    } catch (error) {
      if (systemCode(error) === 'EEXIST') return false;
      if (!NO_LINKS.has(systemCode(error) ?? '')) throw error;
    }
    // Without hard links the name is taken by an empty file, which is ours to replace.
    const taken = await open(path, 'wx', FILE_MODE).catch((error: unknown) => {
      if (systemCode(error) === 'EEXIST') return undefined;
      throw error;
    });
    if (taken === undefined) return false;
    await taken.close();
    await rename(this.#temporary, path);
    return true;
  }

  async #close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#handle.close();
  }
}

/** Removes temporary files that a crash left in `directory`. */
export async function removeAbandoned(directory: string, now: number): Promise<void> {
  for (const name of await readdir(directory).catch(() => [])) {
    if (!TEMPORARY.test(name)) continue;
    const path = join(directory, name);
    const found = await lstat(path).catch(() => undefined);
    if (found?.isFile() === true && now - found.mtimeMs > ABANDONED_MS)
      await unlink(path).catch(() => undefined);
  }
}
