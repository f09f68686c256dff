/** Key combinations as the table of commands writes them, and what a key press is of them. */
import { KEY_CAPS } from '../text/keys.ts';

/** A part of a combination that is held while the last key is pressed. `Ctrl` is the command key of a Mac. */
interface Chord {
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
  /** `KeyboardEvent.key`, letters in lower case. */
  readonly key: string;
}

/** What a chord needs to know of a `KeyboardEvent`. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** Keys whose name in the table is not the event's. */
const KEY_NAMES: Readonly<Record<string, string>> = {
  Up: 'ArrowUp',
  Down: 'ArrowDown',
  Left: 'ArrowLeft',
  Right: 'ArrowRight',
  Esc: 'Escape',
  Plus: '+',
  Space: ' ',
};

const MODIFIERS: readonly string[] = ['Ctrl', 'Alt', 'Shift'];

/**
 * Takes `Ctrl+Shift+P` apart.
 *
 * @throws RangeError for what is no combination
 */
export function parseChord(text: string): Chord {
  const parts = text.split('+');
  const last = parts.pop() ?? '';
  const key = KEY_NAMES[last] ?? last;
  if (key === '' || MODIFIERS.includes(key)) throw new RangeError(`no key in ${text}`);
  if (parts.some((part, at) => !MODIFIERS.includes(part) || parts.indexOf(part) !== at)) {
    throw new RangeError(`no combination of keys: ${text}`);
  }
  return {
    ctrl: parts.includes('Ctrl'),
    alt: parts.includes('Alt'),
    shift: parts.includes('Shift'),
    key: key.length === 1 ? key.toLowerCase() : key,
  };
}

/** Where a sign sits, and whether Shift is needed for it, is the keyboard layout's business. */
function shiftIsLayout(chord: Chord): boolean {
  return chord.key.length === 1 && !chord.shift && !/[a-z0-9]/u.test(chord.key);
}

/** Whether a key press is the combination. */
export function isChord(press: KeyPress, text: string): boolean {
  const chord = parseChord(text);
  if ((press.ctrlKey || press.metaKey) !== chord.ctrl || press.altKey !== chord.alt) return false;
  if (press.shiftKey !== chord.shift && !shiftIsLayout(chord)) return false;
  // The plus sits above the equals sign on many keyboards, and nobody holds Shift for it.
  if (chord.key === '+' && press.key === '=') return true;
  return (press.key.length === 1 ? press.key.toLowerCase() : press.key) === chord.key;
}

/** The caps to draw: `['Alt', 'Shift', '↓']`. */
export function chordCaps(text: string): readonly string[] {
  return text.split('+').map((part) => KEY_CAPS[part] ?? part);
}

/** `Alt+Shift+↓`, for tooltips. */
export function chordText(text: string): string {
  return chordCaps(text).join('+');
}
