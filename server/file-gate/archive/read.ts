/** Reading parts of a file that is open. */
import type { FileHandle } from 'node:fs/promises';
import { ArchiveRefusal } from './budget.ts';

/** The longest piece of {@link readRange}. */
export const READ_BYTES = 256 * 1024;

/** @throws ArchiveRefusal `archive-malformed` when the file is shorter */
export async function readExactly(file: FileHandle, at: number, length: number): Promise<Buffer> {
  if (at < 0 || length < 0) throw new ArchiveRefusal('archive-malformed');
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, at);
  if (bytesRead !== length) throw new ArchiveRefusal('archive-malformed');
  return buffer;
}

/** `length` bytes from `at` on, in pieces. */
export async function* readRange(file: FileHandle, at: number, length: number): AsyncGenerator<Buffer> {
  for (let done = 0; done < length; ) {
    const piece = await readExactly(file, at + done, Math.min(READ_BYTES, length - done));
    yield piece;
    done += piece.length;
  }
}
