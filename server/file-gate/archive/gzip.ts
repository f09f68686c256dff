/** gzip (RFC 1952): unpacked as a stream, so that a bomb is noticed before it is large. */
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ArchiveRefusal } from './budget.ts';

/**
 * What `source` holds unpacked, all members of it. Ends with ArchiveRefusal `archive-malformed` where it is no gzip to its
 * last byte: zlib leaves unread what is behind a zero, and another program could find an archive there.
 *
 * @param size bytes of `source`
 */
export async function* gunzipped(source: Readable, size: number): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  source.once('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  try {
    for await (const chunk of gunzip) yield chunk;
    if (gunzip.bytesWritten !== size) throw new ArchiveRefusal('archive-malformed');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && String(cause.code).startsWith('Z_'))
      throw new ArchiveRefusal('archive-malformed', cause);
    throw cause;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}
