/** XEP-0059 Result Set Management, version 1.0: which part of a long answer is asked for, and which part came. */
import { NS } from '../namespaces.ts';
import { childOf, childText, type Element, xml } from '../xml.ts';

/**
 * A page: `before` asks for the last items before the one with that id, the empty id for the last of all (2.5); `after` for
 * the first ones after it (2.2); neither for the first ones.
 */
export type PageOf =
  | { readonly before: string; readonly after?: undefined }
  | { readonly after?: string | undefined; readonly before?: undefined };

/** Longest id that is taken; the guard lets none pass that is longer. */
const MAX_ID_LENGTH = 512;

/** @param max items at most */
export function buildResultSet(max: number, { before, after }: PageOf): Element {
  return xml(
    'set',
    { xmlns: NS.resultSets },
    xml('max', {}, String(max)),
    after === undefined ? undefined : xml('after', {}, after),
    before === undefined ? undefined : xml('before', {}, before),
  );
}

/** The ids of the first and last item of a page; absent where the page is empty or says nothing of it. */
export interface ResultSet {
  readonly first: string | undefined;
  readonly last: string | undefined;
  /** How many items there are in all (2.1); absent where that is not told. */
  readonly count?: number;
}

function countOf(set: Element): { readonly count?: number } {
  const text = childText(set, 'count', NS.resultSets) ?? '';
  return /^\d{1,9}$/.test(text) ? { count: Number(text) } : {};
}

function idOf(set: Element, name: string): string | undefined {
  const id = childText(set, name, NS.resultSets);
  return id !== undefined && id !== '' && id.length <= MAX_ID_LENGTH ? id : undefined;
}

/** Reads the `<set/>` in `parent`. */
export function readResultSet(parent: Element): ResultSet {
  const set = childOf(parent, 'set', NS.resultSets);
  if (set === undefined) return { first: undefined, last: undefined };
  return { first: idOf(set, 'first'), last: idOf(set, 'last'), ...countOf(set) };
}
