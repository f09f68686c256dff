/**
 * Whether a message speaks to somebody: a nickname or an account that stands in its text as a word of its own. Pure; the
 * session decides by it who is called, the window marks by it where.
 */
import { foldText } from './folded-text.ts';

/** Where a name stands in a text, in UTF-16 code units. */
export interface TextRange {
  readonly start: number;
  /** The first unit after it. */
  readonly end: number;
}

/** Names of one user that are looked for: nicknames, the account's localpart, its bare address. */
export const MAX_MENTION_NAMES = 16;
/** Mentions that are told of in one text. */
const MAX_RANGES = 64;

const WORD_AT_END = /[\p{L}\p{M}\p{N}\p{Pc}]$/u;
const WORD_AT_START = /^[\p{L}\p{M}\p{N}\p{Pc}]/u;
/** What goes on with a name in the same word: `anna-2`, `anna.berg`, `anna@elsewhere.example`. */
const JOINED_BEHIND = /^[-.@\u2010\u2011][\p{L}\p{M}\p{N}\p{Pc}]/u;
const JOINED_BEFORE = /[\p{L}\p{M}\p{N}\p{Pc}][-.@\u2010\u2011]$/u;

/** The text around a place, as much of it as the rules look at (a character may take two units). */
const AROUND = 3;

function standsAlone(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - AROUND), start);
  const behind = text.slice(end, end + AROUND);
  const name = text.slice(start, end);
  // Names that begin or end in a sign have no word to be part of on that side.
  if (WORD_AT_START.test(name) && (WORD_AT_END.test(before) || JOINED_BEFORE.test(before))) return false;
  // A mark behind a name changes its last letter, whatever that is.
  if (/^\p{M}/u.test(behind)) return false;
  return !(WORD_AT_END.test(name) && (WORD_AT_START.test(behind) || JOINED_BEHIND.test(behind)));
}

/** What was made of a list of names before: the same lists are looked for in thousands of texts. */
const prepared = new WeakMap<readonly string[], readonly string[]>();

/** The names as they are looked for, the longest first: an address before the localpart that it begins with. */
function wantedOf(names: readonly string[]): readonly string[] {
  let wanted = prepared.get(names);
  if (wanted === undefined) {
    wanted = [...new Set(names.slice(0, MAX_MENTION_NAMES).map((name) => foldText(name.trim()).text))]
      .filter((name) => name !== '')
      .sort((a, b) => b.length - a.length);
    prepared.set(names, wanted);
  }
  return wanted;
}

/**
 * Where any of these names is mentioned, in order and without overlap; at most 64 places. Case and normalisation do not
 * matter; letters that merely look alike are other letters. Empty names and all but the first 16 are left out. A list that is
 * used again must not have been changed.
 */
export function mentionsIn(text: string, names: readonly string[]): readonly TextRange[] {
  const folded = foldText(text);
  const ranges: TextRange[] = [];
  for (const name of wantedOf(names)) {
    for (let at = folded.text.indexOf(name); at >= 0; at = folded.text.indexOf(name, at + name.length)) {
      if (ranges.length >= MAX_RANGES) break;
      if (!standsAlone(folded.text, at, at + name.length)) continue;
      const [start, end] = [folded.originalAt(at), folded.originalAt(at + name.length)];
      if (ranges.every((range) => end <= range.start || start >= range.end)) ranges.push({ start, end });
    }
  }
  return ranges.sort((a, b) => a.start - b.start);
}

/** Whether any of these names is mentioned in the text; see {@link mentionsIn}. */
export function isMentioned(text: string, names: readonly string[]): boolean {
  return mentionsIn(text, names).length > 0;
}
