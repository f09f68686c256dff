/** The address of a request: one spelling a file, nothing that a path could climb out with. */
import { Refusal } from './refusal.ts';

export interface Address {
  /** Below the base path, decoded. */
  readonly path: string;
  /** Without the question mark; empty without one. */
  readonly query: string;
}

const MAX_TARGET_CHARACTERS = 4096;

function decodeSegment(segment: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(segment);
  } catch (cause) {
    throw new Refusal('bad-path', { cause });
  }
  if (decoded === '' || decoded === '.' || decoded === '..' || /[/\\\p{Cc}]/u.test(decoded))
    throw new Refusal('bad-path');
  return decoded;
}

/**
 * @param target the request target, which must be in origin form (RFC 9112 3.2.1)
 * @throws Refusal `bad-path`
 */
export function parseAddress(target: string, basePath: string): Address {
  if (target.length > MAX_TARGET_CHARACTERS || !/^\/[\x21-\x7e]*$/.test(target) || target.includes('#'))
    throw new Refusal('bad-path');
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  if (!path.startsWith(basePath)) throw new Refusal('bad-path');
  const segments = path.slice(basePath.length).split('/');
  if (segments.length < 2 || segments.length > 8) throw new Refusal('bad-path');
  return { path: segments.map(decodeSegment).join('/'), query: mark === -1 ? '' : target.slice(mark + 1) };
}
