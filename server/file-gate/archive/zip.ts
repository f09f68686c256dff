/**
 * ZIP (APPNOTE.TXT 6.3): the members of the central directory, each compared with its local header. What readers
 * disagree about does not pass: data between or over members, other names, two directories, ZIP64, several disks.
 */

import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { ArchiveRefusal } from './budget.ts';
import type { Member } from './inspect.ts';
import { readExactly, readRange } from './read.ts';

const END_SIGNATURE = 0x06054b50;
const CENTRAL_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 65_535;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const MAX_DIRECTORY_BYTES = 64 * 1024 * 1024;
/** Bit 0 encryption, 6 strong encryption, 13 masked headers. */
const ENCRYPTED = 0x2041;
/** Bit 3: sizes are behind the data. */
const STREAMED = 0x0008;
const MAX_DESCRIPTOR_BYTES = 24;
const STORED = 0;
const DEFLATED = 8;
const AES = 99;

function malformed(cause?: unknown): never {
  throw new ArchiveRefusal('archive-malformed', cause);
}

interface End {
  readonly entries: number;
  readonly size: number;
  readonly offset: number;
}

async function readEnd(file: FileHandle, fileSize: number): Promise<End> {
  const length = Math.min(fileSize, END_BYTES + MAX_COMMENT_BYTES);
  const tail = await readExactly(file, fileSize - length, length);
  // Exactly one end, and its comment ends the file: another reader would find the same one.
  const found: number[] = [];
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (
      tail.readUInt32LE(at) === END_SIGNATURE &&
      at + END_BYTES + tail.readUInt16LE(at + 20) === tail.length
    )
      found.push(at);
  }
  const [at] = found;
  if (at === undefined || found.length > 1) malformed();
  const end = {
    entries: tail.readUInt16LE(at + 10),
    size: tail.readUInt32LE(at + 12),
    offset: tail.readUInt32LE(at + 16),
  };
  const disks = tail.readUInt16LE(at + 4) + tail.readUInt16LE(at + 6);
  if (disks !== 0 || tail.readUInt16LE(at + 8) !== end.entries || end.entries === 0xffff) malformed();
  if (end.offset + end.size !== fileSize - length + at || end.size > MAX_DIRECTORY_BYTES) malformed();
  return end;
}

interface Entry {
  readonly name: Buffer;
  /** Bytes that may stand behind the data: the data descriptor of a ZIP that was written as a stream (4.3.9). */
  readonly trailer: number;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

function readDirectory(directory: Buffer, entries: number): readonly Entry[] {
  const found: Entry[] = [];
  let at = 0;
  for (let index = 0; index < entries; index++) {
    if (at + CENTRAL_BYTES > directory.length || directory.readUInt32LE(at) !== CENTRAL_SIGNATURE)
      malformed();
    const method = directory.readUInt16LE(at + 10);
    if ((directory.readUInt16LE(at + 8) & ENCRYPTED) !== 0 || method === AES)
      throw new ArchiveRefusal('archive-encrypted');
    const nameLength = directory.readUInt16LE(at + 28);
    const rest = directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    const end = at + CENTRAL_BYTES + nameLength + rest;
    if (end > directory.length) malformed();
    found.push({
      name: directory.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameLength),
      trailer: (directory.readUInt16LE(at + 8) & STREAMED) === 0 ? 0 : MAX_DESCRIPTOR_BYTES,
      method,
      packed: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
    });
    at = end;
  }
  if (at !== directory.length) malformed();
  return found;
}

/** Where the entry's data begins; its local header has to say what the directory says. */
async function dataOffset(file: FileHandle, entry: Entry): Promise<number> {
  const local = await readExactly(file, entry.offset, LOCAL_BYTES);
  if (local.readUInt32LE(0) !== LOCAL_SIGNATURE) malformed();
  if ((local.readUInt16LE(6) & ENCRYPTED) !== 0) throw new ArchiveRefusal('archive-encrypted');
  if (local.readUInt16LE(8) !== entry.method) malformed();
  const nameLength = local.readUInt16LE(26);
  const name = await readExactly(file, entry.offset + LOCAL_BYTES, nameLength);
  if (!name.equals(entry.name)) malformed();
  return entry.offset + LOCAL_BYTES + nameLength + local.readUInt16LE(28);
}

async function* contentOf(file: FileHandle, entry: Entry, start: number): AsyncGenerator<Uint8Array> {
  if (entry.method !== STORED && entry.method !== DEFLATED) throw new ArchiveRefusal('archive-entry-type');
  if (entry.method === STORED && entry.packed !== entry.size) malformed();
  let size = 0;
  if (entry.packed > 0) {
    const raw = Readable.from(readRange(file, start, entry.packed));
    const inflate = entry.method === DEFLATED ? createInflateRaw() : undefined;
    raw.once('error', (error) => inflate?.destroy(error));
    const content = inflate === undefined ? raw : raw.pipe(inflate);
    try {
      for await (const chunk of content as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > entry.size) malformed();
        yield chunk;
      }
      if (inflate !== undefined && inflate.bytesWritten !== entry.packed) malformed();
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && String(cause.code).startsWith('Z_')) malformed(cause);
      throw cause;
    } finally {
      raw.destroy();
      inflate?.destroy();
    }
  }
  if (size !== entry.size) malformed();
}

/** Every member in the order of the data. */
export async function* zipMembers(file: FileHandle, fileSize: number): AsyncGenerator<Member> {
  const end = await readEnd(file, fileSize);
  const entries = readDirectory(await readExactly(file, end.offset, end.size), end.entries);
  // Where the next member may begin. Bytes that belong to none could be a program, or another archive.
  let [from, to] = [0, 0];
  for (const entry of [...entries].sort((a, b) => a.offset - b.offset)) {
    // Members that share bytes are how a small file becomes an endless one.
    if (entry.offset < from || entry.offset > to) malformed();
    const start = await dataOffset(file, entry);
    from = start + entry.packed;
    to = from + entry.trailer;
    if (from > end.offset) malformed();
    yield { name: entry.name.toString('utf8'), content: contentOf(file, entry, start) };
  }
  if (end.offset < from || end.offset > to) malformed();
}
