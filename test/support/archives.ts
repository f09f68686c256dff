/** Small ZIP, tar and gzip files for tests, right or wrong in the ways that matter. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  readonly content: Uint8Array;
  /** Says that it is encrypted. */
  readonly encrypted?: boolean;
  readonly stored?: boolean;
  /** What the local header calls it; the same by default. */
  readonly localName?: string;
  /** What the directory says of its size; the truth by default. */
  readonly claimedSize?: number;
  /** Uses the data of the entry with this index. */
  readonly dataOf?: number;
}

function localHeader(
  name: Buffer,
  flags: number,
  method: number,
  crc: number,
  packed: number,
  size: number,
): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(flags, 6);
  header.writeUInt16LE(method, 8);
  header.writeUInt32LE(crc, 14);
  header.writeUInt32LE(packed, 18);
  header.writeUInt32LE(size, 22);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, name]);
}

/** A ZIP file with these entries; `before` are bytes in front of the first. */
export function zipOf(entries: readonly ZipEntry[], before: Uint8Array = new Uint8Array()): Buffer {
  const parts: Buffer[] = [Buffer.from(before)];
  const directory: Buffer[] = [];
  const offsets: number[] = [];
  let at = before.length;
  for (const entry of entries) {
    const { content, stored = false, encrypted = false, dataOf } = entry;
    const name = Buffer.from(entry.name);
    const data = stored ? Buffer.from(content) : deflateRawSync(content);
    const [flags, method, crc] = [encrypted ? 1 : 0, stored ? 0 : 8, crc32(content)];
    const size = entry.claimedSize ?? content.length;
    const offset = dataOf === undefined ? at : (offsets[dataOf] ?? 0);
    offsets.push(offset);
    if (dataOf === undefined) {
      const header = localHeader(
        Buffer.from(entry.localName ?? entry.name),
        flags,
        method,
        crc,
        data.length,
        size,
      );
      parts.push(header, data);
      at += header.length + data.length;
    }
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(20, 4);
    central.writeUInt16LE(20, 6);
    central.writeUInt16LE(flags, 8);
    central.writeUInt16LE(method, 10);
    central.writeUInt32LE(crc, 16);
    central.writeUInt32LE(data.length, 20);
    central.writeUInt32LE(size, 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt32LE(offset, 42);
    directory.push(central, name);
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, listing, end]);
}

export interface TarEntry {
  readonly name: string;
  readonly content: Uint8Array;
  /** ustar's type flag; a file by default. */
  readonly type?: string;
}

export function tarOf(entries: readonly TarEntry[]): Buffer {
  const parts: Buffer[] = [];
  for (const { name, content, type = '0' } of entries) {
    const header = Buffer.alloc(512);
    header.write(name, 0, 'utf8');
    header.write('0000644\0', 100);
    header.write('0000000\0', 108);
    header.write('0000000\0', 116);
    header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0', 136);
    header.write('        ', 148);
    header.write(type, 156);
    header.write('ustar\0', 257);
    header.write('00', 263);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    parts.push(header, Buffer.from(content), Buffer.alloc((512 - (content.length % 512)) % 512));
  }
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}
