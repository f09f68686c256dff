/** A small file of ours that a window needs before it is there. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** The files are some hundred bytes; a larger one is not ours. */
const MAX_BYTES = 4096;

/** The file's text, read at once; empty when there is none, it is too large or cannot be read. */
export function readSmallFile(path: string): string {
  try {
    const file = openSync(path, 'r');
    try {
      const stats = fstatSync(file);
      if (!stats.isFile() || stats.size > MAX_BYTES) return '';
      const bytes = Buffer.alloc(stats.size);
      return bytes.toString('utf8', 0, readSync(file, bytes, 0, stats.size, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}
