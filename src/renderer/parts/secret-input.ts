/** What is typed into a field and must not stand in it: a PIN, a password. */

export const BULLET = '•';

/** Characters that are held as bytes, and can be overwritten. */
export interface TypedSecret {
  /** Characters. */
  readonly length: number;
  /** Adds what may be added of a text; bullets are none of it. */
  add(text: string): void;
  /** Removes the last character. */
  pop(): void;
  clear(): void;
}

/** Shows as many bullets as there are characters. */
export function showBullets(input: HTMLInputElement, secret: TypedSecret): void {
  input.value = BULLET.repeat(secret.length);
  input.setSelectionRange(secret.length, secret.length);
}

function edit(input: HTMLInputElement, secret: TypedSecret, event: InputEvent): void {
  const selected = input.selectionStart !== input.selectionEnd;
  if (event.inputType.startsWith('delete')) {
    if (selected || /Word|Line/.test(event.inputType)) secret.clear();
    else secret.pop();
    return;
  }
  if (event.inputType !== 'insertText' || event.data === null) return;
  if (selected) secret.clear();
  secret.add(event.data);
}

/**
 * Wires an input whose value is never the secret: each character goes into `secret` before the browser inserts it, and the
 * input shows bullets. Pasting is refused: a secret has no business in the clipboard. Tools that set the value without
 * typing (on-screen keyboards, dictation) are understood, and their text is replaced at once.
 *
 * @param composed what is composed of several keys (accents, East Asian scripts) is taken when it is complete; else at once
 * @param onChange hears of every change
 * @returns ends it and forgets the secret
 */
export function attachSecretInput(
  input: HTMLInputElement,
  secret: TypedSecret,
  composed: boolean,
  onChange: () => void,
): () => void {
  const show = () => {
    showBullets(input, secret);
    onChange();
  };
  const isUnderWay = ({ isComposing }: InputEvent) => composed && isComposing;
  const onBeforeInput = (event: InputEvent) => {
    // Enter: preventing it would also keep the form from being submitted.
    if (!event.cancelable || isUnderWay(event) || event.inputType === 'insertLineBreak') return;
    event.preventDefault();
    if (input.readOnly) return;
    edit(input, secret, event);
    show();
  };
  const takeValue = () => {
    const text = input.value;
    input.value = '';
    if (!text.includes(BULLET)) secret.clear();
    secret.add(text);
    show();
  };
  const onInput = (event: Event) => {
    if (!isUnderWay(event as InputEvent)) takeValue();
  };
  const onComposed = () => {
    if (composed) takeValue();
  };
  input.addEventListener('beforeinput', onBeforeInput);
  input.addEventListener('input', onInput);
  input.addEventListener('compositionend', onComposed);
  return () => {
    input.removeEventListener('beforeinput', onBeforeInput);
    input.removeEventListener('input', onInput);
    input.removeEventListener('compositionend', onComposed);
    secret.clear();
  };
}
