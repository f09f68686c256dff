/** Command and response APDUs (ISO 7816-3, 7816-4) as a PIV card sees them. */

/** Status words. */
export const SW = {
  OK: 0x9000,
  WRONG_LENGTH: 0x6700,
  CHAIN_LAST_EXPECTED: 0x6883,
  SECURITY: 0x6982,
  BLOCKED: 0x6983,
  BAD_DATA: 0x6a80,
  NOT_FOUND: 0x6a82,
  BAD_P1P2: 0x6a86,
  NO_KEY: 0x6a88,
  INS: 0x6d00,
  CLA: 0x6e00,
  UNKNOWN: 0x6f00,
} as const;

/** Instructions of SP 800-73-4 part 2. */
export const INS = {
  VERIFY: 0x20,
  CHANGE_REFERENCE: 0x24,
  RESET_RETRY: 0x2c,
  GENERAL_AUTHENTICATE: 0x87,
  SELECT: 0xa4,
  GET_RESPONSE: 0xc0,
  GET_DATA: 0xcb,
} as const;

/** A whole command: of a chain, all parts put together. */
export interface Command {
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Buffer;
}

export interface Apdu extends Command {
  readonly cla: number;
  /** The length that the reader expects; undefined when it expects none. */
  readonly le: number | undefined;
}

export function status(sw: number): Buffer {
  return Buffer.from([sw >> 8, sw & 0xff]);
}

const NONE = Buffer.alloc(0);

interface Body {
  readonly data: Buffer;
  readonly le: number | undefined;
}

function shortBody(bytes: Buffer, lc: number): Body | undefined {
  const data = bytes.subarray(1, 1 + lc);
  if (bytes.length === 1 + lc) return { data, le: undefined };
  if (bytes.length === 2 + lc) return { data, le: bytes.at(-1) || 256 };
  return undefined;
}

function extendedBody(bytes: Buffer): Body | undefined {
  if (bytes.length < 3) return undefined;
  if (bytes.length === 3) return { data: NONE, le: bytes.readUInt16BE(1) || 65536 };
  const lc = bytes.readUInt16BE(1);
  if (lc === 0) return undefined;
  const data = bytes.subarray(3, 3 + lc);
  if (bytes.length === 3 + lc) return { data, le: undefined };
  if (bytes.length === 5 + lc) return { data, le: bytes.readUInt16BE(3 + lc) || 65536 };
  return undefined;
}

/** The part after the header: ISO 7816-3's cases 1 to 4, short and extended. */
function parseBody(bytes: Buffer): Body | undefined {
  const first = bytes[0];
  if (first === undefined) return { data: NONE, le: undefined };
  if (bytes.length === 1) return { data: NONE, le: first || 256 };
  return first === 0 ? extendedBody(bytes) : shortBody(bytes, first);
}

/** Undefined when the lengths contradict each other. */
export function parseApdu(bytes: Buffer): Apdu | undefined {
  const [cla, ins, p1, p2] = bytes;
  if (cla === undefined || ins === undefined || p1 === undefined || p2 === undefined) return undefined;
  const body = parseBody(bytes.subarray(4));
  return body && { cla, ins, p1, p2, ...body };
}
