/**
 * Reading DER (X.690) as far as certificates need it. Every length is checked against the bytes there are; indefinite
 * lengths, tag numbers above 30 and lengths that are not minimal are refused.
 */

export interface DerElement {
  /** The identifier octet: class, constructed bit and tag number. */
  readonly tag: number;
  /** The contents octets. */
  readonly value: Uint8Array;
}

/** Universal and context tags that certificates use. */
export const TAG = {
  BOOLEAN: 0x01,
  BIT_STRING: 0x03,
  OCTET_STRING: 0x04,
  OID: 0x06,
  UTF8_STRING: 0x0c,
  SEQUENCE: 0x30,
  SET: 0x31,
  context: (number: number, constructed: boolean) => 0x80 | (constructed ? 0x20 : 0) | number,
} as const;

export class DerError extends Error {
  override readonly name = 'DerError';
}

interface Length {
  readonly length: number;
  /** Where the contents begin. */
  readonly at: number;
}

function readLength(bytes: Uint8Array, at: number): Length {
  const first = bytes[at];
  if (first === undefined) throw new DerError('length is missing');
  if (first < 0x80) return { length: first, at: at + 1 };
  const octets = first & 0x7f;
  if (octets === 0 || octets > 3) throw new DerError('length is indefinite or too long');
  let length = 0;
  for (let i = 1; i <= octets; i++) {
    const octet = bytes[at + i];
    if (octet === undefined) throw new DerError('length is cut off');
    length = length * 256 + octet;
  }
  if (length < 0x80 || length < 256 ** (octets - 1)) throw new DerError('length is not minimal');
  return { length, at: at + 1 + octets };
}

/** All elements of `bytes`, which they must fill exactly. */
export function readDer(bytes: Uint8Array): readonly DerElement[] {
  const elements: DerElement[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] ?? 0;
    if ((tag & 0x1f) === 0x1f) throw new DerError('tag number above 30');
    const { length, at: start } = readLength(bytes, at + 1);
    if (start + length > bytes.length) throw new DerError('element runs past its end');
    elements.push({ tag, value: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return elements;
}

/** An element as it stood among others, identifier and length octets included: lengths are minimal, so there is one way. */
export function wholeOf({ tag, value }: DerElement): Uint8Array {
  const { length } = value;
  const octets =
    length < 0x80 ? [] : length < 0x100 ? [length] : length < 0x1_0000 ? [length >> 8, length] : undefined;
  if (octets === undefined) throw new DerError('element is too large');
  const head = octets.length === 0 ? [tag, length] : [tag, 0x80 | octets.length, ...octets];
  return Uint8Array.from([...head, ...value]);
}

/** The contents of the one element that `bytes` holds, which must have this tag. */
export function readOne(bytes: Uint8Array, tag: number): Uint8Array {
  const [element, ...more] = readDer(bytes);
  if (element === undefined || more.length > 0 || element.tag !== tag)
    throw new DerError('unexpected element');
  return element.value;
}

/** An object identifier's contents octets in dotted form. */
export function oidToString(value: Uint8Array): string {
  if (value.length === 0 || value.length > 32)
    throw new DerError('object identifier of no or too many octets');
  const arcs: number[] = [];
  let arc = 0;
  for (const [index, octet] of value.entries()) {
    const begins = index === 0 || ((value[index - 1] ?? 0) & 0x80) === 0;
    if (begins && octet === 0x80) throw new DerError('object identifier arc is not minimal');
    arc = arc * 128 + (octet & 0x7f);
    if (arc > Number.MAX_SAFE_INTEGER / 128) throw new DerError('object identifier arc too large');
    if (octet & 0x80) {
      if (index === value.length - 1) throw new DerError('object identifier is cut off');
      continue;
    }
    arcs.push(arc);
    arc = 0;
  }
  const [first = 0, ...rest] = arcs;
  const root = Math.min(Math.floor(first / 40), 2);
  return [root, first - root * 40, ...rest].join('.');
}

/** Text of a character string type (UTF8String, PrintableString, IA5String …); malformed UTF-8 is refused. */
export function derText(value: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
  } catch {
    throw new DerError('text is not UTF-8');
  }
}
