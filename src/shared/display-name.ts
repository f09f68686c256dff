/**
 * Names that others have chosen, made safe to show: nothing invisible, nothing that turns its surroundings round, bounded,
 * and with a warning where a name is made to be taken for another (Unicode TR 36 and 39, in part).
 */
import { RIGHT_TO_LEFT } from './unicode.ts';

/** Longest name that is shown, in UTF-16 code units; what is cut off is told by an ellipsis. */
export const MAX_DISPLAY_NAME = 64;
/** Combining marks on one letter: more than these climb over the lines above and below. */
const MAX_MARKS = 4;

const FIRST_STRONG_ISOLATE = '\u2068';
const POP_DIRECTIONAL_ISOLATE = '\u2069';

const STRIPPED = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;
const SPACES = /[\p{Z}\t\n\r]+/gu;
const PILED_MARKS = new RegExp(`(\\p{M}{${MAX_MARKS}})\\p{M}+`, 'gu');

/** `mixed-script`: letters that no one language mixes. `confusable`: looks like a name that is known, and is not it. */
export type NameWarning = 'mixed-script' | 'confusable';

export interface DisplayName {
  /** Isolated from its surroundings where it is not plainly left to right. */
  readonly text: string;
  readonly warning?: NameWarning;
}

/** The names a user knows, by what they look like; without case, spaces and punctuation. */
export type KnownNames = ReadonlyMap<string, ReadonlySet<string>>;

/** Letters that look like Latin ones, by what they look like: Cyrillic, Greek, Armenian, Cherokee and letter-like signs. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  a: 'аαɑᎪ',
  b: 'ЬВβƄᏴ',
  c: 'сϲᏟⅽ',
  d: 'ԁɗᎠ',
  e: 'еєҽεᎬ',
  f: 'ϝƒք',
  g: 'ɡցԌᏀ',
  h: 'һհНнηᎻ',
  i: 'іιıӏɩᎥ',
  j: 'јյϳᎫ',
  k: 'кκқᏦ',
  l: 'ӏǀιƖլᏞ',
  m: 'мМᎷ',
  n: 'пηոռ',
  o: 'оοօσΟ',
  p: 'рρᏢ',
  q: 'ԛգզ',
  r: 'гᎡᏒ',
  s: 'ѕՏᏚ',
  t: 'тτᎢ',
  u: 'υսцᴜ',
  v: 'ѵνᏙ',
  w: 'ԝωшѡᎳ',
  x: 'хχ×',
  y: 'уγүყᎩ',
  z: 'ᴢζᏃ',
};

/** What looks like what, one character each; capital I and the digits as in most typefaces. */
const SKELETON = new Map<string, string>([
  ['0', 'o'],
  ['1', 'l'],
  ['i', 'l'],
  ['|', 'l'],
  ['!', 'l'],
  ['5', 's'],
  ['$', 's'],
  ['@', 'a'],
]);
for (const [latin, alike] of Object.entries(LOOK_ALIKES)) {
  const shown = SKELETON.get(latin) ?? latin;
  for (const letter of alike) SKELETON.set(letter.toLowerCase(), shown);
}

/** What a name looks like: names that can be taken for one another have the same. */
export function skeletonOf(name: string): string {
  let skeleton = '';
  const plain = name.normalize('NFKD').replace(STRIPPED, '').toLowerCase();
  for (const character of plain) {
    if (/[\p{M}\p{Z}\p{P}]/u.test(character) && !SKELETON.has(character)) continue;
    skeleton += SKELETON.get(character) ?? character;
  }
  return skeleton.replaceAll('rn', 'm').replaceAll('vv', 'w');
}

/** Scripts that one language writes together (TR 39, highly restrictive): sets of letters without one of which a name is mixed. */
const WRITTEN_TOGETHER: readonly RegExp[] = [
  /^[\p{Script=Latin}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]*$/u,
  /^[\p{Script=Latin}\p{Script=Han}\p{Script=Hangul}]*$/u,
  /^[\p{Script=Latin}\p{Script=Han}\p{Script=Bopomofo}]*$/u,
  /^\p{Script=Cyrillic}*$/u,
  /^\p{Script=Greek}*$/u,
  /^\p{Script=Hebrew}*$/u,
  /^\p{Script=Arabic}*$/u,
];
const LETTERS_OF_SEVERAL =
  /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Armenian}\p{Script=Cherokee}]/u;

/** Words of different scripts beside each other are how bilingual names are written; within a word they are a trick. */
function mixesScripts(name: string): boolean {
  for (const word of name.split(/[^\p{L}\p{M}]+/u)) {
    const letters = (word.match(/(?![\p{Script=Common}\p{Script=Inherited}])\p{L}/gu) ?? []).join('');
    if (letters === '' || WRITTEN_TOGETHER.some((together) => together.test(letters))) continue;
    const scripts =
      /\p{Script=Armenian}|\p{Script=Cherokee}/u.test(letters) &&
      /^(?:\p{Script=Armenian}+|\p{Script=Cherokee}+)$/u.test(letters);
    if (!scripts && LETTERS_OF_SEVERAL.test(letters)) return true;
  }
  return false;
}

/** How a name is written, whatever its case and what stands between its letters. */
function lettersOf(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\p{Z}\p{P}\p{Cf}]/gu, '');
}

/** Collects names for {@link safeDisplayName} to compare with. */
export function knownNames(names: Iterable<string>): KnownNames {
  const known = new Map<string, Set<string>>();
  for (const name of names) {
    const skeleton = skeletonOf(name);
    if (skeleton === '') continue;
    const same = known.get(skeleton);
    if (same === undefined) known.set(skeleton, new Set([lettersOf(name)]));
    else same.add(lettersOf(name));
  }
  return known;
}

const PLAIN = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** A name without what does not show, in one line, not too long. */
function visible(name: string, max = MAX_DISPLAY_NAME): string {
  if (name.length <= max && PLAIN.test(name)) return name;
  const text = name
    .slice(0, max * 8)
    .replace(SPACES, ' ')
    .replace(STRIPPED, '')
    .normalize('NFC')
    .replace(PILED_MARKS, '$1')
    .trim();
  if (text.length <= max) return text;
  return `${text.slice(0, max - 1).replace(/[\ud800-\udbff]$/u, '')}…`;
}

function isolated(text: string): string {
  return RIGHT_TO_LEFT.test(text) ? `${FIRST_STRONG_ISOLATE}${text}${POP_DIRECTIONAL_ISOLATE}` : text;
}

/** A sentence of others as it may be shown: as a name, in one line of at most `max` characters. */
export function safeText(text: string, max: number): string {
  return isolated(visible(text, max));
}

/**
 * A name as it may be shown. Empty when nothing of it can be seen: the caller shows the address then. `known`: the
 * names of the user's contacts.
 */
export function safeDisplayName(name: string, known?: KnownNames): DisplayName {
  const shown = visible(name);
  const text = isolated(shown);
  const same = known?.get(skeletonOf(shown));
  if (same?.has(lettersOf(shown)) === false) return { text, warning: 'confusable' };
  if (!PLAIN.test(shown) && mixesScripts(shown)) return { text, warning: 'mixed-script' };
  return { text };
}
