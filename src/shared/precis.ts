/**
 * The two PRECIS profiles (RFC 8264, RFC 8265) that addresses are made by (RFC 7622): UsernameCaseMapped for the localpart,
 * OpaqueString for the resourcepart. Where the full tables of a rule are not in the engine (the bidi rule's classes, the
 * contextual rules), what is implemented lets less pass than the standard, never more.
 */
import { RIGHT_TO_LEFT } from './unicode.ts';

/** RFC 8264 9.1 and 9.11 with 9.6: letters, digits and marks, and the exceptions that are valid. */
const IDENTIFIER =
  /^[\x21-\x7e\p{Ll}\p{Lu}\p{Lo}\p{Nd}\p{Lm}\p{Mn}\p{Mc}\u00b7\u0375\u05f3\u05f4\u06fd\u06fe\u0f0b\u3007\u30fb]+$/u;
/** RFC 8264 9.6, disallowed exceptions; 9.7 and 9.13, ignorables and non-characters; 9.9, joiners; 9.10, old Hangul jamo. */
const NEVER =
  /[\u0640\u07fa\u302e\u302f\u3031-\u3035\u303b\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\p{Join_Control}]/u;
/** RFC 8264 4.3: what a free-form string has no place for besides. */
const NEVER_FREE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/u;
/** RFC 5892 A.3 to A.9, each where it would be out of its context. */
const OUT_OF_CONTEXT: readonly RegExp[] = [
  /(?<!l)\u00b7|\u00b7(?!l)/u,
  /\u0375(?!\p{Script=Greek})/u,
  /(?<!\p{Script=Hebrew})[\u05f3\u05f4]/u,
  /^[^\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]*\u30fb[^\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]*$/u,
  /[\u0660-\u0669].*[\u06f0-\u06f9]|[\u06f0-\u06f9].*[\u0660-\u0669]/u,
];
const ASCII = /^[\x20-\x7e]*$/;
/** RFC 8264 5.2.1: full and half width forms. */
const WIDTH_FORMS = /[\uff01-\uff60\uff61-\uffdc\uffe0-\uffee]/g;
/** Spaces that OpaqueString maps to U+0020 (RFC 8265 4.2.1). */
const OTHER_SPACES = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g;

/** RFC 8264 9.17: a character that stands for another one. */
function hasCompatibilityForm(text: string): boolean {
  for (const character of text) {
    if (character > '\x7e' && character.normalize('NFKC') !== character.normalize('NFC')) return true;
  }
  return false;
}

/**
 * Less than RFC 5893 2 lets pass: text with a letter from right to left begins with one, ends in one or in a digit, and has
 * no letter from left to right.
 */
function breaksBidiRule(text: string): boolean {
  if (!RIGHT_TO_LEFT.test(text)) return false;
  const letters = text.match(/\p{L}/gu) ?? [];
  if (letters.some((letter) => !RIGHT_TO_LEFT.test(letter))) return true;
  const [first] = text;
  const last = text.match(/[^\p{Mn}]/gu)?.at(-1);
  const begins = first !== undefined && /\p{L}/u.test(first);
  return !begins || last === undefined || !/[\p{L}\p{Nd}]/u.test(last);
}

/** RFC 8265 3.3. `undefined` for what is no user name. The result stays the same when it is prepared again. */
export function usernameCaseMapped(text: string): string | undefined {
  if (text === '') return undefined;
  if (ASCII.test(text)) return text.includes(' ') ? undefined : text.toLowerCase();
  const wide = text.replace(WIDTH_FORMS, (character) => character.normalize('NFKC'));
  // Once more after lower-casing, which can take letters apart.
  const mapped = wide.normalize('NFC').toLowerCase().normalize('NFC');
  if (!IDENTIFIER.test(mapped) || NEVER.test(mapped) || hasCompatibilityForm(mapped)) return undefined;
  if (OUT_OF_CONTEXT.some((rule) => rule.test(mapped)) || breaksBidiRule(mapped)) return undefined;
  // A few letters have a lower case only in company; a name that would change again is no stable name.
  return mapped.toLowerCase().normalize('NFC') === mapped ? mapped : undefined;
}

/** RFC 8265 4.2. `undefined` for what no password, nickname or resource may be. */
export function opaqueString(text: string): string | undefined {
  if (text === '') return undefined;
  if (ASCII.test(text)) return text;
  const mapped = text.replace(OTHER_SPACES, ' ').normalize('NFC');
  if (NEVER_FREE.test(mapped) || NEVER.test(mapped)) return undefined;
  return OUT_OF_CONTEXT.some((rule) => rule.test(mapped)) ? undefined : mapped;
}
