/** What people and machines share: the tables that the servers read (server/prosody/README.md), a page of their rows at a time. */
import { readDocument } from '../../kit/lib/files.mjs';
import { digits, maybe, record, text } from '../http/shapes.ts';
import { Problem } from '../problem.ts';
import { kitProblem } from './switch.ts';

const DEFAULT_LIMIT = 100;

export const LIST_QUERY = record({
  text: maybe(text(/^[^\p{Cc}]{1,200}$/u, 'a part of a name')),
  offset: maybe(digits(0, 1_000_000)),
  limit: maybe(digits(1, 500)),
});
export type ListQuery = ReturnType<typeof LIST_QUERY.rule>;

/** Does something with the kit's files. @throws Problem `server-files` */
export function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw kitProblem(error);
  }
}

/** A table's document and its rows. @throws Problem `server-files` */
export function table<Row>(path: string, format: string, member: 'accounts' | 'machines') {
  const document = guarded(() => readDocument(path, format));
  const rows = document[member];
  if (!Array.isArray(rows)) throw new Problem('server-files');
  return { document, rows: rows as readonly Row[] };
}

export function pageOf<T>(all: readonly T[], { offset = 0, limit = DEFAULT_LIMIT }: ListQuery) {
  return { total: all.length, rows: all.slice(offset, offset + limit) };
}
