/** Which parts of a text were searched for. Pure. */
import { type SearchQuery, wordsOf } from '../../../shared/search-query.ts';

export interface TextPart {
  readonly text: string;
  readonly hit: boolean;
  /** Where it begins in the whole, in UTF-16 code units. */
  readonly at: number;
}

/** Longest text of a row, in UTF-16 code units; the whole message stands beside it. */
const MAX_ROW = 240;
/** So much of the text stands before the first hit. */
const LEAD = 60;
const WORD = /[\p{L}\p{N}\p{M}\p{Co}]+/gu;

function isWanted(word: string, query: SearchQuery): boolean {
  const [folded] = wordsOf(word);
  if (folded === undefined) return false;
  return query.terms.some(({ words, prefix }) =>
    words.some(
      (wanted, index) =>
        folded === wanted || (prefix && index === words.length - 1 && folded.startsWith(wanted)),
    ),
  );
}

/** The text in parts, those that fit marked. */
export function highlight(text: string, query: SearchQuery): readonly TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(WORD)) {
    if (!isWanted(match[0], query)) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index), hit: false, at: end });
    parts.push({ text: match[0], hit: true, at: match.index });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), hit: false, at: end });
  return parts;
}

/** One line of the text from shortly before the first hit on. */
export function excerpt(text: string, query: SearchQuery): string {
  const line = text.replace(/\s+/gu, ' ');
  const first = [...line.matchAll(WORD)].find((match) => isWanted(match[0], query))?.index ?? 0;
  const start = first > LEAD ? line.indexOf(' ', first - LEAD) + 1 : 0;
  const cut = [...line.slice(start, start + MAX_ROW)].join('').trimEnd();
  return `${start > 0 ? '… ' : ''}${cut}${start + MAX_ROW < line.length ? ' …' : ''}`;
}
