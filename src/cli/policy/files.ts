/** Files of the command: bounded when read; when written, whole or not at all and never over another. */

import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, mkdirSync, openSync, readSync } from 'node:fs';
import { link, open, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileAtomically } from '../../platform/atomic-file.ts';
import { systemCode } from '../../shared/system-code.ts';
import { CliError } from './cli-error.ts';

/** Largest input file, in bytes. */
export const MAX_INPUT_BYTES = 2 * 1024 * 1024;

function codeOf(error: unknown): string {
  return systemCode(error) ?? 'error';
}

/**
 * Reads a file.
 *
 * @param maxBytes how much of it is read at most
 * @returns `undefined` when it is larger
 */
export function readAtMost(path: string, maxBytes: number): Buffer | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY);
  } catch (error) {
    throw new CliError('io', `${path} cannot be read (${codeOf(error)})`, { cause: error });
  }
  try {
    if (fstatSync(descriptor).size > maxBytes) return undefined;
    const buffer = Buffer.alloc(maxBytes + 1);
    let length = 0;
    for (;;) {
      const read = readSync(descriptor, buffer, length, buffer.length - length, null);
      length += read;
      if (length > maxBytes) return undefined;
      if (read === 0) return Buffer.from(buffer.subarray(0, length));
    }
  } catch (error) {
    throw new CliError('io', `${path} cannot be read (${codeOf(error)})`, { cause: error });
  } finally {
    closeSync(descriptor);
  }
}

/** Reads a file of at most {@link MAX_INPUT_BYTES}. */
export function readInput(path: string): Buffer {
  const bytes = readAtMost(path, MAX_INPUT_BYTES);
  if (bytes === undefined) throw new CliError('usage', `${path} is too large`);
  return bytes;
}

/** Reads a JSON file; the value is not validated yet. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readInput(path).toString('utf8'));
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError('usage', `${path} is not JSON`);
  }
}

export interface OutputOptions {
  /** File mode; default 0644. */
  readonly mode?: number;
  /** Replace what is there. */
  readonly force: boolean;
}

/** Writes a file whole. Without `force` an existing one is left alone, also when it appears meanwhile. */
export async function writeOutput(
  path: string,
  data: Uint8Array | string,
  options: OutputOptions,
): Promise<void> {
  const mode = options.mode ?? 0o644;
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw new CliError('io', `${dirname(path)} cannot be made (${codeOf(error)})`, { cause: error });
  }
  try {
    if (options.force) {
      await writeFileAtomically(path, data, mode);
      return;
    }
    const temporary = join(dirname(path), `.${randomBytes(8).toString('hex')}.new`);
    await writeFileAtomically(temporary, data, mode);
    try {
      await link(temporary, path);
    } finally {
      await unlink(temporary);
    }
  } catch (error) {
    if (codeOf(error) === 'EEXIST') {
      throw new CliError('exists', `${path} exists; use --force to replace it`, { cause: error });
    }
    throw new CliError('io', `${path} cannot be written (${codeOf(error)})`, { cause: error });
  }
}

/**
 * Replaces a file that belongs to somebody else, a server's for example: whole or not at all, with its owner, group and
 * mode as they were.
 */
export async function replaceKeepingOwner(path: string, data: string): Promise<void> {
  const temporary = join(dirname(path), `.${randomBytes(8).toString('hex')}.tmp`);
  try {
    const { mode, uid, gid } = await stat(path);
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(data);
      await file.chown(uid, gid);
      await file.chmod(mode & 0o7777);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw new CliError('io', `${path} cannot be replaced (${codeOf(error)})`, { cause: error });
  }
}

/** JSON for people: indented, with a line feed at the end. */
export function prettyJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
