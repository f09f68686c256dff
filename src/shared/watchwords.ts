/**
 * Words that are watched for, as people write them: a word (`convoy`), a phrase (`under fire`), the beginning of a word
 * (`missile*`). No other pattern: what a list may ask of the matcher is bounded by its length. Pure.
 */
import { foldText } from './folded-text.ts';

/** Longest watchword, in UTF-16 code units. */
export const MAX_WATCHWORD_LENGTH = 128;
/** Words of one phrase. */
export const MAX_PHRASE_TOKENS = 16;
/** A beginning of fewer characters would be found nearly everywhere. */
export const MIN_PREFIX_LENGTH = 2;
export const MAX_PREFIX_LENGTH = 32;
/** All words of a policy's lists together. */
export const MAX_POLICY_WATCHWORDS = 4096;
/** Words of a user's own list. */
export const MAX_OWN_WATCHWORDS = 500;

/** A word in its comparable form, and where it stands in the folded text. */
export interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What a watchword looks for: these words one after the other; `prefix`: the last is the beginning of one. */
export interface WatchPattern {
  readonly tokens: readonly string[];
  readonly prefix: boolean;
}

/**
 * Scripts that are written without spaces, where each character counts as a word; everywhere else a word is a run of
 * letters, marks, digits and underscores.
 */
const TOKEN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]\p{M}*|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])[\p{L}\p{M}\p{N}_])+/gu;

/** The words of a folded text (see `foldText`), in order. */
export function tokensOf(folded: string): Token[] {
  const tokens: Token[] = [];
  for (const { 0: text, index } of folded.matchAll(TOKEN))
    tokens.push({ text, start: index, end: index + text.length });
  return tokens;
}

/** The pattern of a watchword; `undefined` for what is none: no letter or digit, too long, a star elsewhere than at the end. */
export function parseWatchword(word: string): WatchPattern | undefined {
  if (word.length > MAX_WATCHWORD_LENGTH || /[\p{Cc}\p{Cs}]/u.test(word)) return undefined;
  const trimmed = word.trim();
  const prefix = trimmed.endsWith('*');
  const written = prefix ? trimmed.slice(0, -1) : trimmed;
  if (written.includes('*')) return undefined;
  const folded = foldText(written).text;
  const tokens = tokensOf(folded);
  const last = tokens.at(-1);
  if (last === undefined || tokens.length > MAX_PHRASE_TOKENS) return undefined;
  if (prefix) {
    // `missile *` is no beginning of a word.
    if (last.end !== folded.length) return undefined;
    if (last.text.length < MIN_PREFIX_LENGTH || last.text.length > MAX_PREFIX_LENGTH) return undefined;
  }
  return { tokens: tokens.map(({ text }) => text), prefix };
}
