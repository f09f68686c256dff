/** Reading and replacing the kit's files: bounded, and never half written. */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ToolError } from './errors.mjs';

const LIMIT = 64 * 1024 * 1024;

/** @param {string} path @param {number} [limit] bytes @returns {string} */
export function readText(path, limit = LIMIT) {
  let descriptor;
  try {
    descriptor = openSync(path, 'r');
    const { size } = statSync(path);
    if (size > limit) throw new ToolError(`${path} is too large`);
    const bytes = Buffer.alloc(size);
    let read = 0;
    while (read < size) {
      const count = readSync(descriptor, bytes, read, size - read, null);
      if (count === 0) break;
      read += count;
    }
    return bytes.toString('utf8', 0, read);
  } catch (error) {
    if (error instanceof ToolError) throw error;
    throw new ToolError(`${path} cannot be read: ${error.code ?? error.message}`);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/**
 * @param {string} path
 * @param {string} format expected value of `format`
 * @param {readonly string[]} older former ones, which are understood as well
 * @returns {Record<string, any>}
 */
export function readDocument(path, format, ...older) {
  let value;
  try {
    value = JSON.parse(readText(path));
  } catch (error) {
    if (error instanceof ToolError) throw error;
    throw new ToolError(`${path} is not JSON`);
  }
  if (typeof value !== 'object' || value === null || ![format, ...older].includes(value.format)) {
    throw new ToolError(`${path} is not of the format ${format}`);
  }
  return value;
}

/**
 * Replaces a file by way of a new one beside it; owner, group and mode of the old one stay.
 *
 * @param {string} path @param {string | Uint8Array} data @param {number} [mode] of a file that did not exist
 */
export function replaceFile(path, data, mode = 0o640) {
  const temporary = join(dirname(path), `.${randomBytes(8).toString('hex')}.tmp`);
  try {
    writeFileSync(temporary, data, { mode: 0o600, flag: 'wx' });
    const like = statSync(path, { throwIfNoEntry: false }) ?? { ...ownerOf(dirname(path)), mode };
    if (process.getuid?.() === 0) chownSync(temporary, like.uid, like.gid);
    chmodSync(temporary, like.mode & 0o777);
    flush(temporary);
    renameSync(temporary, path);
    flush(dirname(path));
  } catch (error) {
    try {
      unlinkSync(temporary);
    } catch {
      // it never came to be, or has its new name already
    }
    throw new ToolError(`${path} cannot be written: ${error.code ?? error.message}`);
  }
}

/** @param {string} path */
function ownerOf(path) {
  const { uid, gid } = statSync(path);
  return { uid, gid };
}

/** @param {string} path */
function flush(path) {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
