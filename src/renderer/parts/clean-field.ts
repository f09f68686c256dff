/** Keeps what no stanza can carry out of the fields of a page, however it came in: typed, pasted, dropped, by an input method. */
import { xmlLine, xmlText } from '../../shared/xml-text.ts';

export type TextField = HTMLInputElement | HTMLTextAreaElement;

const LINES: ReadonlySet<string> = new Set(['text', 'search']);

function cleanerOf(field: TextField): ((text: string) => string) | undefined {
  if (field instanceof HTMLTextAreaElement) return xmlText;
  return LINES.has(field.type) ? xmlLine : undefined;
}

/** React hears of a change where the value differs from what it set itself, so its own setter is gone around. */
function setValue(field: TextField, value: string): void {
  const prototype =
    field instanceof HTMLTextAreaElement ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype;
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, value);
}

/** Cleans a field; the caret stays where it was in the text. Returns how many characters are gone: a space for a tab is none. */
export function cleanField(field: TextField): number {
  const { value, selectionStart } = field;
  const clean = cleanerOf(field);
  const kept = clean?.(value) ?? value;
  if (clean === undefined || kept === value) return 0;
  const caret = clean(value.slice(0, selectionStart ?? value.length)).length;
  setValue(field, kept);
  field.setSelectionRange(caret, caret);
  // Characters, not code units; a run of tabs that became one space is not told of.
  return [...value.replace(/\s+/gu, ' ')].length - [...kept.replace(/\s+/gu, ' ')].length;
}
