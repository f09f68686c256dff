/** BER-TLV (ISO 7816-4 annex E), as much of it as PIV needs. */

function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length];
  if (length < 0x100) return [0x81, length];
  return [0x82, length >> 8, length & 0xff];
}

/** One TLV. `tag` is a number such as 0x70, 0x5f2f or 0x7f61. */
export function tlv(tag: number, ...values: readonly (Uint8Array | readonly number[])[]): Buffer {
  const body = Buffer.concat(values.map((value) => Uint8Array.from(value)));
  const octets: number[] = [];
  for (let rest = tag; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest & 0xff);
  return Buffer.concat([Buffer.from([...octets, ...lengthOctets(body.length)]), body]);
}

/** Reads bytes one after the other; throws a RangeError past the end. */
class Cursor {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    const value = this.#bytes[this.#at++];
    if (value === undefined) throw new RangeError('TLV runs past its end');
    return value;
  }

  take(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) throw new RangeError('TLV runs past its end');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}

function readTag(cursor: Cursor): number {
  let tag = cursor.byte();
  if ((tag & 0x1f) !== 0x1f) return tag;
  for (let last = 0x80; last & 0x80; ) {
    last = cursor.byte();
    tag = tag * 256 + last;
  }
  return tag;
}

function readLength(cursor: Cursor): number {
  const first = cursor.byte();
  if (!(first & 0x80)) return first;
  let length = 0;
  for (let i = first & 0x7f; i > 0; i--) length = length * 256 + cursor.byte();
  return length;
}

/** A run of TLVs by tag; the last of a repeated tag wins. Throws a RangeError when a value runs past the end. */
export function parseTlv(bytes: Buffer): Map<number, Buffer> {
  const cursor = new Cursor(bytes);
  const found = new Map<number, Buffer>();
  while (!cursor.done) {
    const tag = readTag(cursor);
    found.set(tag, cursor.take(readLength(cursor)));
  }
  return found;
}
