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

/** Looks for what the comparison with the canonical form cannot see. Iterative: the depth is not ours to trust yet. */
function structureProblem(value: unknown): CanonicalProblem | undefined {
  const open: { readonly node: object; readonly depth: number }[] = [];
  const visit = (node: unknown, depth: number): void => {
    if (typeof node === 'object' && node !== null) open.push({ node, depth });
  };
  visit(value, 1);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.depth > MAX_DEPTH) return 'depth';
    if (Object.hasOwn(next.node, '__proto__')) return '__proto__';
    for (const child of Object.values(next.node)) visit(child, next.depth + 1);
  }
  return undefined;
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
  const problem = structureProblem(value);
  if (problem !== undefined) return { ok: false, problem };
  if (canonicalText(value) !== text) return { ok: false, problem: 'form' };
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
