/** tar (POSIX.1-2001 ustar with GNU and pax long names): members one after the other. */
import type { FileHandle } from 'node:fs/promises';
import { ArchiveRefusal } from './budget.ts';
import type { Member } from './inspect.ts';
import { READ_BYTES, readExactly, readRange } from './read.ts';

const BLOCK = 512;
const MAX_EXTENDED_BYTES = 64 * 1024;

interface Header {
  readonly name: string;
  readonly size: number;
  readonly type: string;
}

function malformed(): never {
  throw new ArchiveRefusal('archive-malformed');
}

function textOf(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end === -1 ? bytes.length : end);
}

function numberOf(bytes: Buffer): number {
  const digits = textOf(bytes).trim();
  if (!/^[0-7]{1,12}$/.test(digits)) malformed();
  return Number.parseInt(digits, 8);
}

function readHeader(block: Buffer): Header {
  const expected = numberOf(block.subarray(148, 156));
  let sum = 0;
  for (const [index, byte] of block.entries()) sum += index >= 148 && index < 156 ? 0x20 : byte;
  if (sum !== expected) malformed();
  const prefix = block.toString('latin1', 257, 262) === 'ustar' ? textOf(block.subarray(345, 500)) : '';
  const name = textOf(block.subarray(0, 100));
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    size: numberOf(block.subarray(124, 136)),
    type: String.fromCharCode(block[156] ?? 0),
  };
}

/** The `path` record of a pax header; a `size` record would move the end of the member and does not pass. */
function paxPath(data: Buffer): string | undefined {
  let path: string | undefined;
  for (let at = 0; at < data.length; ) {
    const blank = data.indexOf(0x20, at);
    const digits = data.toString('latin1', at, blank === -1 ? at : blank);
    // Decimal and nothing else (POSIX.1-2001, pax Extended Header): what one reader takes for a length another skips.
    if (!/^[1-9]\d{0,5}$/.test(digits)) malformed();
    const length = Number(digits);
    if (length < 5 || at + length > data.length) malformed();
    const record = data.toString('utf8', blank + 1, at + length - 1);
    if (record.startsWith('size=') || record.startsWith('GNU.sparse')) malformed();
    if (record.startsWith('path=')) path = record.slice('path='.length);
    at += length;
  }
  return path;
}

/** What is behind the end is seen by some readers (`--ignore-zeros`): it has to be nothing. */
async function checkPadding(file: FileHandle, at: number, fileSize: number): Promise<void> {
  const zeros = Buffer.alloc(READ_BYTES);
  for await (const piece of readRange(file, at, fileSize - at))
    if (!piece.equals(zeros.subarray(0, piece.length))) malformed();
}

/** Members that are files or folders; links and devices do not pass. */
export async function* tarMembers(file: FileHandle, fileSize: number): AsyncGenerator<Member> {
  let longName: string | undefined;
  for (let at = 0; ; ) {
    const block = await readExactly(file, at, BLOCK);
    if (block.every((byte) => byte === 0)) {
      await checkPadding(file, at, fileSize);
      return;
    }
    const { name, size, type } = readHeader(block);
    const content = at + BLOCK;
    at = content + Math.ceil(size / BLOCK) * BLOCK;
    if (type === 'L' || type === 'x') {
      if (size > MAX_EXTENDED_BYTES) malformed();
      const data = await readExactly(file, content, size);
      longName = type === 'L' ? textOf(data) : (paxPath(data) ?? longName);
      continue;
    }
    if (type === 'g') {
      if (size > MAX_EXTENDED_BYTES || paxPath(await readExactly(file, content, size)) !== undefined)
        malformed();
      continue;
    }
    if (!['0', '\0', '5'].includes(type)) throw new ArchiveRefusal('archive-entry-type');
    yield { name: (longName ?? name).replace(/^\.\//, '') || '.', content: readRange(file, content, size) };
    longName = undefined;
  }
}
