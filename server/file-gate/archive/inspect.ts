/**
 * Looks through an archive and the archives in it, within a budget: every byte is unpacked and counted, nothing of it
 * is kept. What two programs could unpack differently does not pass.
 */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArchiveLimits } from '../config.ts';
import { type ArchiveReason, ArchiveRefusal, Budget } from './budget.ts';
import { gunzipped } from './gzip.ts';
import { MAGIC_BYTES, type Packed, packedAs } from './magic.ts';
import { checkEntryName } from './names.ts';
import { tarMembers } from './tar.ts';
import { zipMembers } from './zip.ts';

export interface ArchiveOptions {
  readonly kind: Packed;
  /** Names that the archive must hold. */
  readonly requires: readonly string[];
  readonly limits: ArchiveLimits;
  /** A folder for archives in the archive while they are looked at. */
  readonly work: string;
}

/** A member of an archive: its name, and its content, which has to be read to the end before the next one. */
export interface Member {
  readonly name: string;
  readonly content: AsyncIterable<Uint8Array>;
}

/** OOXML keeps macros here, whatever its extension says. */
const MACROS = /(?:^|\/)vbaProject\.bin$/i;

interface Walk {
  readonly budget: Budget;
  readonly work: string;
}

/** Reads a member to its end; what is itself packed is put into a file and looked through. */
async function walkContent(walk: Walk, content: AsyncIterable<Uint8Array>, depth: number): Promise<void> {
  let head = Buffer.alloc(0);
  let decided = false;
  let packed: Packed | undefined;
  let copy: FileHandle | undefined;
  const path = join(walk.work, randomBytes(16).toString('hex'));
  const decide = async (): Promise<void> => {
    decided = true;
    const kind = packedAs(head);
    if (kind === 'other') throw new ArchiveRefusal('archive-entry-type');
    if (kind === undefined) return;
    walk.budget.enter(depth + 1);
    packed = kind;
    copy = await open(path, 'wx', 0o600);
    await copy.writeFile(head);
  };
  try {
    for await (const chunk of content) {
      walk.budget.addBytes(chunk.length);
      if (decided) {
        await copy?.writeFile(chunk);
        continue;
      }
      head = Buffer.concat([head, chunk]);
      if (head.length >= MAGIC_BYTES) await decide();
    }
    if (!decided) await decide();
    await copy?.close();
    copy = undefined;
    if (packed !== undefined) await walkArchive(walk, path, packed, depth + 1, []);
  } finally {
    await copy?.close();
    await rm(path, { force: true });
  }
}

async function walkMembers(
  walk: Walk,
  members: AsyncIterable<Member>,
  depth: number,
  requires: readonly string[],
): Promise<void> {
  const missing = new Set(requires);
  for await (const { name, content } of members) {
    walk.budget.addEntry();
    checkEntryName(name);
    if (MACROS.test(name)) throw new ArchiveRefusal('archive-macros');
    missing.delete(name);
    await walkContent(walk, content, depth);
  }
  if (missing.size > 0) throw new ArchiveRefusal('archive-part-missing');
}

async function walkArchive(
  walk: Walk,
  path: string,
  kind: Packed,
  depth: number,
  requires: readonly string[],
): Promise<void> {
  walk.budget.enter(depth);
  if (kind === 'gzip') {
    await walkContent(walk, gunzipped(createReadStream(path), (await stat(path)).size), depth);
    return;
  }
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const members = kind === 'zip' ? zipMembers(file, size) : tarMembers(file, size);
    await walkMembers(walk, members, depth, requires);
  } finally {
    await file.close();
  }
}

/** Why the archive does not pass; undefined when it does. @throws Error of the disk */
export async function inspectArchive(
  path: string,
  options: ArchiveOptions,
): Promise<ArchiveReason | undefined> {
  const { size } = await stat(path);
  const walk = { budget: new Budget(options.limits, size), work: options.work };
  try {
    await walkArchive(walk, path, options.kind, 1, options.requires);
    return undefined;
  } catch (error) {
    if (error instanceof ArchiveRefusal) return error.reason;
    throw error;
  }
}
