/** What every search of the index has in common: a walk in the order of time, from an end to its limit; names by their ids. */
import type { IndexDb } from './index-db.ts';
import type { Page } from './query.ts';

/** Rows to a millisecond. */
export const PER_MS = 1000;

export interface Bounds {
  readonly from: number;
  readonly to: number;
}

/** The rows that a time and a page leave, both ends included. */
export function boundsOf(
  { since, until }: { since?: number | undefined; until?: number | undefined },
  page: Page,
): Bounds {
  const from = since === undefined ? 0 : since * PER_MS;
  const to = until === undefined ? Number.MAX_SAFE_INTEGER : until * PER_MS - 1;
  if (page.cursor === undefined) return { from, to };
  return page.order === 'newest'
    ? { from, to: Math.min(to, page.cursor - 1) }
    : { from: Math.max(from, page.cursor + 1), to };
}

export const directionOf = ({ order }: Page): string => (order === 'newest' ? 'DESC' : 'ASC');

/** Ids of names: the name itself, and what goes on behind it with `separator`. */
export function nameIds(db: IndexDb, kind: string, text: string, separator: string): readonly number[] {
  const rows = db
    .prepare('SELECT id FROM names WHERE kind = ? AND (text = ? OR (text >= ? AND text < ?)) LIMIT 500')
    .all([kind, text, `${text}${separator}`, `${text}${separator}\u{10ffff}`]) as { id: number }[];
  return rows.map(({ id }) => id);
}

/** The id of exactly this name, if it was ever written. */
export function nameId(db: IndexDb, kind: string, text: string): readonly number[] {
  const rows = db.prepare('SELECT id FROM names WHERE kind = ? AND text = ?').all([kind, text]);
  return (rows as { id: number }[]).map(({ id }) => id);
}
