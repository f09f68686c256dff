/** Writing a file so that a crash at any point leaves the old content or the new one, never a mixture. */
import { randomBytes } from 'node:crypto';
import { open, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Replaces `path` by `data`: a temporary file beside it is written, flushed and renamed, then the directory is flushed
 * so that the rename itself survives a power cut (POSIX; Windows has no directory handles to flush).
 */
export async function writeFileAtomically(
  path: string,
  data: Uint8Array | string,
  mode = 0o600,
): Promise<void> {
  const temporary = join(dirname(path), `.${randomBytes(8).toString('hex')}.tmp`);
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  if (process.platform === 'win32') return;
  const directory = await open(dirname(path), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
