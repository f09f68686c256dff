import { type RefObject, useEffect, useRef, useState } from 'react';
import { PasswordBuffer } from './password-buffer.ts';

const BULLET = '•';

/** Shows as many bullets as there are characters. */
function showBullets(input: HTMLInputElement, buffer: PasswordBuffer): void {
  input.value = BULLET.repeat(buffer.length);
  input.setSelectionRange(buffer.length, buffer.length);
}

function add(buffer: PasswordBuffer, text: string): void {
  for (const character of text) if (character !== BULLET) buffer.push(character);
}

function edit(input: HTMLInputElement, buffer: PasswordBuffer, event: InputEvent): void {
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
 * Wires an input whose value is never the password: each character goes into the buffer before the browser inserts it,
 * and the input shows bullets. Pasting is refused. What is composed of several keys (accents, East Asian scripts) is
 * taken when it is complete.
 */
function attach(input: HTMLInputElement, buffer: PasswordBuffer, onChange: () => void): () => void {
  const show = () => {
    showBullets(input, buffer);
    onChange();
  };
  const onBeforeInput = (event: InputEvent) => {
    // Enter: preventing it would also keep the form from being submitted.
    if (!event.cancelable || event.isComposing || event.inputType === 'insertLineBreak') return;
    event.preventDefault();
    if (input.readOnly) return;
    edit(input, buffer, event);
    show();
  };
  const takeValue = () => {
    const text = input.value;
    input.value = '';
    if (!text.includes(BULLET)) buffer.clear();
    add(buffer, text);
    show();
  };
  const onInput = (event: Event) => {
    if (!(event as InputEvent).isComposing) takeValue();
  };
  input.addEventListener('beforeinput', onBeforeInput);
  input.addEventListener('input', onInput);
  input.addEventListener('compositionend', takeValue);
  return () => {
    input.removeEventListener('beforeinput', onBeforeInput);
    input.removeEventListener('input', onInput);
    input.removeEventListener('compositionend', takeValue);
    buffer.clear();
  };
}

export interface PasswordFieldState {
  readonly ref: RefObject<HTMLInputElement | null>;
  /** The characters themselves are nowhere in React. */
  readonly buffer: PasswordBuffer;
  readonly length: number;
  clear(): void;
}

export function usePasswordField(): PasswordFieldState {
  const ref = useRef<HTMLInputElement>(null);
  const [buffer] = useState(() => new PasswordBuffer());
  const [length, setLength] = useState(0);
  // Typing one character over another leaves the length as it is, and the rules may be fulfilled all the same.
  const [, setTurn] = useState(0);
  useEffect(() => {
    const input = ref.current;
    if (input === null) return undefined;
    return attach(input, buffer, () => {
      setLength(buffer.length);
      setTurn((turn) => turn + 1);
    });
  }, [buffer]);
  return {
    ref,
    buffer,
    length,
    clear() {
      buffer.clear();
      if (ref.current !== null) showBullets(ref.current, buffer);
      setLength(0);
    },
  };
}
