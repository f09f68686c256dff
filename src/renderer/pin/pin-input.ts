import type { PinBuffer } from './pin-buffer.ts';

const BULLET = '•';

/** Shows as many bullets as there are digits. */
export function showBullets(input: HTMLInputElement, buffer: PinBuffer): void {
  input.value = BULLET.repeat(buffer.length);
  input.setSelectionRange(buffer.length, buffer.length);
}

function add(buffer: PinBuffer, text: string): void {
  for (let index = 0; index < text.length; index += 1) buffer.push(text.charCodeAt(index));
}

function edit(input: HTMLInputElement, buffer: PinBuffer, event: InputEvent): void {
  const selected = input.selectionStart !== input.selectionEnd;
  if (event.inputType.startsWith('delete')) {
    if (selected || /Word|Line/.test(event.inputType)) buffer.clear();
    else buffer.pop();
    return;
  }
  if (event.inputType !== 'insertText' || event.data === null) return;
  if (selected) buffer.clear();
  add(buffer, event.data);
}

/**
 * Wires an input whose value is never the PIN: each digit goes into the buffer before the browser inserts it, and the
 * input shows bullets. Pasting is refused: a PIN has no business in the clipboard. Tools that set the value without
 * typing (on-screen keyboards, dictation) are understood, and their text is replaced at once.
 *
 * @param onChange hears how many digits there are
 * @returns ends it and forgets the digits
 */
export function attachPinInput(
  input: HTMLInputElement,
  buffer: PinBuffer,
  onChange: (length: number) => void,
): () => void {
  const show = () => {
    showBullets(input, buffer);
    onChange(buffer.length);
  };
  const onBeforeInput = (event: InputEvent) => {
    // Enter: preventing it would also keep the form from being submitted.
    if (!event.cancelable || event.inputType === 'insertLineBreak') return;
    event.preventDefault();
    if (input.readOnly) return;
    edit(input, buffer, event);
    show();
  };
  const onInput = () => {
    const text = input.value;
    input.value = '';
    if (!text.includes(BULLET)) buffer.clear();
    add(buffer, text);
    show();
  };
  input.addEventListener('beforeinput', onBeforeInput);
  input.addEventListener('input', onInput);
  return () => {
    input.removeEventListener('beforeinput', onBeforeInput);
    input.removeEventListener('input', onInput);
    buffer.clear();
  };
}
