/** Shapes that many payloads share. Lengths are UTF-16 code units. */
import { type Shape, shape } from './shape.ts';

/** Only the parser bounds it. */
export const ANY = Number.POSITIVE_INFINITY;
export const TEXT = shape({ attrs: ['xml:lang'], text: ANY });
export const SHORT = shape({ attrs: ['xml:lang'], text: 1024 });
export const EMPTY = shape();
export const ID = shape({ attrs: ['id'], accepts: ({ attrs }) => isId(attrs.id) });

export function isId(id: string | undefined): boolean {
  return id !== undefined && id !== '' && id.length <= 512;
}

export function names(of: readonly string[], each: Shape): Readonly<Record<string, Shape>> {
  return Object.fromEntries(of.map((name) => [name, each]));
}
