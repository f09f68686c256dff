/**
 * JSON in the one form that may be signed: JCS (RFC 8785).
 *
 * `canonicalize(JSON.parse(text)) === text` refuses duplicate and unsorted keys, white space, byte order marks, `-0`,
 * odd spellings of numbers and lone surrogates at once. It does not refuse `__proto__`, which is looked for apart.
 */
import canonicalize from 'canonicalize';
import { decodeUtf8 } from '../shared/encoding.ts';

/** Deepest nesting of arrays and objects that is accepted. */
export const MAX_DEPTH = 16;

/** Why bytes are not canonical JSON. */
export type CanonicalProblem = 'utf-8' | 'json' | 'depth' | '__proto__' | 'form';

export type CanonicalResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: CanonicalProblem };

interface Structure {
  /** What the comparison with the canonical form cannot see. */
  readonly problem?: CanonicalProblem;
  /** Whether every object names its members in the order of their UTF-16 code units. */
  readonly sorted: boolean;
}

function isSorted(names: readonly string[]): boolean {
  for (let at = 1; at < names.length; at += 1) if ((names[at - 1] ?? '') >= (names[at] ?? '')) return false;
  return true;
}

/** Looks at every array and object, level by level: the depth is not ours to trust yet. */
function structureOf(value: unknown): Structure {
  const isContainer = (node: unknown): node is object => typeof node === 'object' && node !== null;
  let sorted = true;
  let level = [value].filter(isContainer);
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return { problem: 'depth', sorted };
    const below: object[] = [];
    for (const node of level) {
      if (Array.isArray(node)) {
        for (const item of node) if (isContainer(item)) below.push(item);
        continue;
      }
      const names = Object.keys(node);
      if (names.includes('__proto__')) return { problem: '__proto__', sorted };
      sorted &&= isSorted(names);
      for (const name of names) {
        const member: unknown = Reflect.get(node, name);
        if (isContainer(member)) below.push(member);
      }
    }
    level = below;
  }
  return { sorted };
}

/**
 * True for a text that is what `JSON.stringify` makes of its value, with sorted members and without an escaped
 * surrogate: RFC 8785 asks for nothing else. Most canonical texts are seen to be so here, several times as fast as by
 * making the canonical form; a text that is not may still be canonical (members with numbers for names).
 */
function isPlainlyCanonical(text: string, value: unknown, sorted: boolean): boolean {
  return sorted && !text.includes('\\ud') && JSON.stringify(value) === text;
}

/** Parses bytes that must be canonical JSON, nested at most {@link MAX_DEPTH} deep and without a `__proto__` key. */
export function parseCanonical(bytes: Uint8Array): CanonicalResult {
  const text = decodeUtf8(bytes);
  if (text === undefined) return { ok: false, problem: 'utf-8' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problem: 'json' };
  }
  const { problem, sorted } = structureOf(value);
  if (problem !== undefined) return { ok: false, problem };
  if (!isPlainlyCanonical(text, value, sorted) && canonicalText(value) !== text) {
    return { ok: false, problem: 'form' };
  }
  return { ok: true, value };
}

/** The canonical text of a JSON value; `undefined` for what has none (a lone surrogate, an infinite number). */
export function canonicalText(value: unknown): string | undefined {
  try {
    return canonicalize(value);
  } catch {
    return undefined;
  }
}
