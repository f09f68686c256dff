/**
 * The search box: what was typed, as words, phrases and operators. Pure; anything that can be typed is a query or says
 * what is wrong with it.
 */

/** Longest query, in UTF-16 code units. */
export const MAX_QUERY_LENGTH = 512;
/** Words and phrases of one query. */
const MAX_TERMS = 16;
const MAX_SERVER_WORDS = 16;
/** A last word of so many characters may still be being typed: it stands for all words that begin with it. */
const MIN_PREFIX = 3;

/** One word, or several in a row; each in the folded form of {@link wordsOf}. */
export interface SearchTerm {
  readonly words: readonly string[];
  /** The last word stands for all that begin with it. */
  readonly prefix: boolean;
}

export interface SearchQuery {
  /** All of them have to be there. */
  readonly terms: readonly SearchTerm[];
  /** Parts of senders' names; one of them has to fit. Likewise the others. Lower case. */
  readonly from: readonly string[];
  /** Parts of conversations' addresses. */
  readonly in: readonly string[];
  /** Parts of markings. */
  readonly label: readonly string[];
  /** Milliseconds since 1970; messages before it. */
  readonly before?: number;
  /** Messages at that time or later. */
  readonly after?: number;
}

export type ParsedQuery =
  | { readonly kind: 'empty' }
  | { readonly kind: 'query'; readonly query: SearchQuery }
  /** `part` is what cannot be understood, as it was typed. */
  | { readonly kind: 'invalid'; readonly reason: 'date' | 'value' | 'too-long'; readonly part: string };

const OPERATOR = /^(from|in|label|before|after):/iu;
const DAY = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):?(\d{2})Z?)?$/u;

/** The words of a text as the index has them: letters and digits, without case and accents. */
export function wordsOf(text: string): readonly string[] {
  return (
    text
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{Co}]+/gu) ?? []
  );
}

/** A day or minute in UTC, milliseconds since 1970; `undefined` for one that does not exist. */
function timeOf(text: string): number | undefined {
  const match = DAY.exec(text.toUpperCase());
  if (match === null) return undefined;
  const [year, month, day, hour, minute] = match.slice(1).map((part) => Number(part ?? 0));
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const [hours, minutes] = [hour ?? 0, minute ?? 0];
  if (hours > 23 || minutes > 59) return undefined;
  const time = Date.UTC(year, month - 1, day, hours, minutes);
  const back = new Date(time);
  return back.getUTCMonth() === month - 1 && back.getUTCDate() === day ? time : undefined;
}

interface Piece {
  readonly operator: string;
  readonly value: string;
  readonly quoted: boolean;
  /** Nothing comes after it, not even a space. */
  readonly last: boolean;
}

/** Pieces are parted by spaces; quotes keep spaces together, and one that is not closed goes to the end. */
function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  const pattern = /((?:from|in|label|before|after):)?(?:"([^"]*)"?|(\S+))/giu;
  for (const match of text.matchAll(pattern)) {
    const [whole, operator = '', quoted, bare = ''] = match;
    const last = match.index + whole.length === text.length;
    pieces.push({
      operator: operator.slice(0, -1).toLowerCase(),
      value: quoted ?? bare,
      quoted: quoted !== undefined,
      last,
    });
  }
  return pieces;
}

/** What was typed into the search box. */
export function parseQuery(text: string): ParsedQuery {
  if (text.length > MAX_QUERY_LENGTH) return { kind: 'invalid', reason: 'too-long', part: '' };
  const terms: SearchTerm[] = [];
  const parts: Record<'from' | 'in' | 'label', string[]> = { from: [], in: [], label: [] };
  let before: number | undefined;
  let after: number | undefined;
  for (const { operator, value, quoted, last } of piecesOf(text)) {
    if (operator === 'before' || operator === 'after') {
      const time = timeOf(value);
      if (time === undefined) return { kind: 'invalid', reason: 'date', part: `${operator}:${value}` };
      if (operator === 'before') before = Math.min(before ?? time, time);
      else after = Math.max(after ?? time, time);
    } else if (operator === 'from' || operator === 'in' || operator === 'label') {
      const wanted = value.trim().toLowerCase();
      if (wanted === '') return { kind: 'invalid', reason: 'value', part: `${operator}:` };
      parts[operator].push(wanted);
    } else if (!OPERATOR.test(value) || quoted) {
      const starred = !quoted && value.endsWith('*');
      const words = wordsOf(value);
      if (words.length === 0) continue;
      const prefix = starred || (last && !quoted && (words.at(-1)?.length ?? 0) >= MIN_PREFIX);
      terms.push({ words, prefix });
    } else return { kind: 'invalid', reason: 'value', part: value };
  }
  const count = terms.length + parts.from.length + parts.in.length + parts.label.length;
  if (count > MAX_TERMS) return { kind: 'invalid', reason: 'too-long', part: '' };
  if (count === 0 && before === undefined && after === undefined) return { kind: 'empty' };
  const times = { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
  return { kind: 'query', query: { terms, ...parts, ...times } };
}

/**
 * The words of what was typed as a server is asked for them: in lower case, with accents, which servers do not leave out. At
 * most {@link MAX_SERVER_WORDS}, of two characters or more; what a server finds is judged by the whole query.
 */
export function serverWords(text: string): readonly string[] {
  const words = piecesOf(text)
    .filter(({ operator }) => operator === '')
    .flatMap(
      ({ value }) =>
        value
          .normalize('NFC')
          .toLowerCase()
          .match(/[\p{L}\p{N}\p{M}\p{Co}]+/gu) ?? [],
    );
  return [...new Set(words)].filter((word) => [...word].length > 1).slice(0, MAX_SERVER_WORDS);
}

/** What a message is judged by. */
export interface Searchable {
  readonly body: string;
  /** Address or nickname, and the name that is shown for it. */
  readonly sender: string;
  readonly shownAs?: string;
  readonly conversation: string;
  readonly label: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

function hasTerm(words: readonly string[], { words: wanted, prefix }: SearchTerm): boolean {
  const last = wanted.length - 1;
  return words.some((_word, start) =>
    wanted.every((want, offset) => {
      const word = words[start + offset];
      return word === want || (prefix && offset === last && word?.startsWith(want) === true);
    }),
  );
}

function hasPart(texts: readonly (string | undefined)[], wanted: readonly string[]): boolean {
  if (wanted.length === 0) return true;
  return wanted.some((part) => texts.some((text) => text?.toLowerCase().includes(part) === true));
}

/** Whether a message fits; what the encrypted store's index answers is the same. */
export function fits(query: SearchQuery, message: Searchable): boolean {
  const { before, after, terms } = query;
  if (before !== undefined && message.at >= before) return false;
  if (after !== undefined && message.at < after) return false;
  if (!hasPart([message.sender, message.shownAs], query.from)) return false;
  if (!hasPart([message.conversation], query.in) || !hasPart([message.label], query.label)) return false;
  if (terms.length === 0) return true;
  const words = wordsOf(message.body);
  return terms.every((term) => hasTerm(words, term));
}
