/** From a query to what the full text index is asked. Pure. */
import type { SearchQuery, SearchTerm } from '../shared/search-query.ts';
import { PER_MS } from './schema.ts';

/** Numbers of the rows of a small table. */
export type Numbers = readonly number[];

/** What the names in a query stand for; `undefined`: the query has none. */
export interface Narrowing {
  readonly conversations: Numbers | undefined;
  readonly senders: Numbers | undefined;
  readonly labels: Numbers | undefined;
}

/** The word of the index for a fact; no text has it, because texts are in another column. */
export function factWord(kind: 'c' | 's' | 'l', number: number): string {
  return `${kind}${number}`;
}

/**
 * Beginnings of so many letters have an index of their own; a longer one is looked for by these, and what is found is judged
 * by the whole.
 */
const PREFIX_LETTERS = 5;

/** Whether what the index finds has to be judged once more. */
export function isLoose({ terms }: SearchQuery): boolean {
  return terms.some(({ words, prefix }) => prefix && (words.at(-1)?.length ?? 0) > PREFIX_LETTERS);
}

/** Words are letters and digits alone (`wordsOf`), so quotes hold whatever they are. */
function termExpression({ words, prefix }: SearchTerm): string {
  if (!prefix) return `body : "${words.join(' ')}"`;
  const last = [...(words.at(-1) ?? '')].slice(0, PREFIX_LETTERS).join('');
  return `body : "${[...words.slice(0, -1), last].join(' ')}" *`;
}

function anyOf(kind: 'c' | 's' | 'l', numbers: Numbers): string {
  return `facts : (${numbers.map((number) => factWord(kind, number)).join(' OR ')})`;
}

/** The index's expression: `undefined` when words do not matter, `none` when nothing can fit. */
export function matchExpression(query: SearchQuery, narrowing: Narrowing): string | 'none' | undefined {
  const { conversations, senders, labels } = narrowing;
  if ([conversations, senders, labels].some((numbers) => numbers?.length === 0)) return 'none';
  const parts = query.terms.map(termExpression);
  if (conversations !== undefined) parts.push(anyOf('c', conversations));
  if (senders !== undefined) parts.push(anyOf('s', senders));
  if (labels !== undefined) parts.push(anyOf('l', labels));
  return parts.length === 0 ? undefined : parts.map((part) => `(${part})`).join(' AND ');
}

/** The numbers of the messages that the times of a query leave, both included. */
export function numberRange({ before, after }: SearchQuery, from?: number): readonly [number, number] {
  const lowest = (after ?? 0) * PER_MS;
  const highest = before === undefined ? Number.MAX_SAFE_INTEGER : before * PER_MS - 1;
  return [lowest, from === undefined ? highest : Math.min(highest, from - 1)];
}
