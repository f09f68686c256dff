/** Text encodings for the pure layers: strict, bounded by the caller, without Node. */

/** The WHATWG Encoding class that every run time has; declared here because this layer sees neither Node nor the DOM. */
declare const TextDecoder: new (
  label: 'utf-8',
  options: { fatal: boolean; ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string };

declare const TextEncoder: new () => { encode(text: string): Uint8Array };

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** What is not in the alphabet has a bit above the six of a value. */
const INVALID = 0x80;
const VALUES = new Uint8Array(128).fill(INVALID);
for (let value = 0; value < ALPHABET.length; value += 1) VALUES[ALPHABET.charCodeAt(value)] = value;

/**
 * Decodes base64 (RFC 4648 section 4) with padding. Anything else (white space, the URL alphabet, unused bits that are
 * set) is `undefined`, so that a text has one meaning only.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  const digits = text.length - padding;
  let [bits, held, to, seen, whole] = [0, 0, 0, 0, 0];
  for (; whole + 4 <= digits; whole += 4) {
    const a = VALUES[text.charCodeAt(whole)] ?? INVALID;
    const b = VALUES[text.charCodeAt(whole + 1)] ?? INVALID;
    const c = VALUES[text.charCodeAt(whole + 2)] ?? INVALID;
    const d = VALUES[text.charCodeAt(whole + 3)] ?? INVALID;
    seen |= a | b | c | d;
    bytes[to] = (a << 2) | (b >> 4);
    bytes[to + 1] = (b << 4) | (c >> 2);
    bytes[to + 2] = (c << 6) | d;
    to += 3;
  }
  for (let at = whole; at < digits; at += 1) {
    const value = VALUES[text.charCodeAt(at)] ?? INVALID;
    seen |= value;
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes[to] = bits >> held;
      to += 1;
    }
  }
  const unused = bits & ((1 << held) - 1);
  return seen >= INVALID || unused !== 0 ? undefined : bytes;
}

/** Base64 (RFC 4648 section 4) with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    text += ALPHABET.charAt(group >> 18) + ALPHABET.charAt((group >> 12) & 63);
    text += left > 1 ? ALPHABET.charAt((group >> 6) & 63) : '=';
    text += left > 2 ? ALPHABET.charAt(group & 63) : '=';
  }
  return text;
}

/** Decodes base64 that must hold exactly `length` bytes; `undefined` for anything else. */
export function decodeBase64Exactly(text: string, length: number): Uint8Array | undefined {
  if (text.length !== Math.ceil(length / 3) * 4) return undefined;
  const bytes = decodeBase64(text);
  return bytes?.length === length ? bytes : undefined;
}

/** Decodes UTF-8; `undefined` for malformed bytes. A byte order mark stays in the text, so that it is seen and refused. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The UTF-8 bytes of a text. */
export function encodeUtf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The bytes of an ASCII text; a caller with another text has made a mistake. */
export function ascii(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7f) throw new RangeError('not ASCII');
    bytes[at] = unit;
  }
  return bytes;
}

/** Lower-case hexadecimal digits. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** One array of all `parts`. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
