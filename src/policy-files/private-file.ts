/** Reading a file of the user's own directory: bounded, without following a link, without waiting. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { systemCode } from '../shared/system-code.ts';

/**
 * The bytes of the file.
 *
 * @returns `undefined` when there is no file; `null` when there is something that cannot be or is not to be read: a
 * directory, a link, more than `maxBytes`
 */
export async function readPrivateFile(
  path: string,
  maxBytes: number,
): Promise<Uint8Array | undefined | null> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = await file.stat();
      if (!stats.isFile() || stats.size > maxBytes) return null;
      // One byte more than it was said to have: what grows while it is read is not read to its end.
      const buffer = Buffer.alloc(stats.size + 1);
      let length = 0;
      for (let more = true; more && length < buffer.length; ) {
        const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
        length += bytesRead;
        more = bytesRead > 0;
      }
      return length > stats.size ? null : buffer.subarray(0, length);
    } finally {
      await file.close();
    }
  } catch (error) {
    return systemCode(error) === 'ENOENT' ? undefined : null;
  }
}
