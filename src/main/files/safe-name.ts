/**
 * Names that came from elsewhere, as names on disk: one file in one folder on every platform, seen as what it is, run by
 * nothing. Pure.
 */
import { displayFileName } from '../../shared/file-contract.ts';

/** Bytes of UTF-8; leaves room below every file system's 255 for a number and a temporary ending. */
const MAX_NAME_BYTES = 200;
/** Longest ending, with its dot, that is kept when a name is cut. */
const MAX_ENDING_BYTES = 16;
/** What no name on Windows may hold, and `%`, which its command line expands. */
const FORBIDDEN = /[<>:"/\\|?*%\p{Cc}]/gu;
/** Windows' devices, with any ending (learn.microsoft.com, Naming Files, Paths, and Namespaces). */
const DEVICE =
  /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])(?=\s*(?:\.|$))/iu;

function utf8Bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** The longest beginning of at most `limit` bytes that ends with a whole character. */
function cut(text: string, limit: number): string {
  let end = 0;
  let bytes = 0;
  for (const character of text) {
    bytes += utf8Bytes(character);
    if (bytes > limit) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** Name and ending: `a.tar`, `.gz`. A leading dot is no ending. */
function split(name: string): readonly [stem: string, ending: string] {
  const dot = name.lastIndexOf('.');
  if (dot <= 0 || utf8Bytes(name.slice(dot)) > MAX_ENDING_BYTES) return [name, ''];
  return [name.slice(0, dot), name.slice(dot)];
}

function shorten(name: string): string {
  if (utf8Bytes(name) <= MAX_NAME_BYTES) return name;
  const [stem, ending] = split(name);
  return `${cut(stem, MAX_NAME_BYTES - utf8Bytes(ending)).trimEnd()}${ending}`;
}

/**
 * A safe name for a file that calls itself `name`: at most 200 bytes, no path, no device, no hidden file, no trailing dot
 * or space, no leading hyphen or tilde. Never empty; the same for the same name on every platform.
 */
export function safeFileName(name: string): string {
  // An ellipsis of the display form says that something was left out; on disk the cut is ours.
  const plain = displayFileName(name).replace(FORBIDDEN, '_');
  const whole = shorten(plain)
    .replace(/[. ]+$/u, '')
    .trimStart();
  if (/^\.*$/u.test(whole)) return 'file';
  const shown = whole.replace(/^[.~-]/u, '_');
  return DEVICE.test(shown) ? `_${shown}` : shown;
}

/** `report.pdf`, `report (2).pdf`, …: what to try when the name before is taken. `number` counts from 1. */
export function numberedName(name: string, number: number): string {
  if (number === 1) return name;
  const [stem, ending] = split(name);
  return `${stem} (${number})${ending}`;
}
