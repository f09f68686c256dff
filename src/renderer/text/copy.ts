import type { ChatMessage } from '../../shared/chat-model.ts';

/**
 * Copies the text of a field by selecting it. The asynchronous clipboard needs a permission, and this window has none;
 * where copying is refused the text stays selected for the user's own Ctrl+C.
 */
export function copyField(field: HTMLTextAreaElement): boolean {
  field.focus();
  field.select();
  return document.execCommand('copy');
}

/**
 * Copies a message's text, with its marking before it: what leaves the window says what it is. The policy's rule on copying
 * is asked by the event, as for every other copy.
 */
export function copyMessage({ body, label }: ChatMessage): boolean {
  const text = label === undefined || label.text === '' ? body : `(${label.text}) ${body}`;
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'visually-hidden';
  const focused = document.activeElement;
  document.body.append(field);
  const copied = copyField(field);
  field.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return copied;
}
