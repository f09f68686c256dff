/** The parts of the window that F6 goes through, in the order of the document, are marked `data-pane`. */
const PANES = '[data-pane]';
const FOCUSABLE =
  'button:not(:disabled), [href], input:not(:disabled), textarea:not(:disabled), [tabindex]:not([tabindex="-1"])';

function firstFocusable(pane: HTMLElement): HTMLElement | undefined {
  const preferred = pane.querySelector<HTMLElement>('[data-pane-focus]');
  if (preferred !== null) return preferred;
  if (pane.matches(FOCUSABLE)) return pane;
  const inside = [...pane.querySelectorAll<HTMLElement>(FOCUSABLE)];
  return inside.find((element) => element.tabIndex >= 0 && element.offsetParent !== null);
}

/** Moves the focus to the next (or previous) pane that has something to focus. */
export function cyclePanes(step: 1 | -1): void {
  const panes = [...document.querySelectorAll<HTMLElement>(PANES)];
  const at = panes.findIndex((pane) => pane.contains(document.activeElement));
  const from = at === -1 && step === -1 ? 0 : at;
  for (let count = 1; count <= panes.length; count += 1) {
    const pane = panes[(from + step * count + panes.length * 2) % panes.length];
    const target = pane === undefined ? undefined : firstFocusable(pane);
    if (target === undefined) continue;
    target.focus();
    return;
  }
}

/** Puts the focus into the composer, if there is one that takes text: of the conversation that `near` is in, where there are several. */
export function focusComposer(near?: Element | null): void {
  const own = near?.closest('section, main')?.querySelector<HTMLElement>('[data-composer]');
  (own ?? document.querySelector<HTMLElement>('[data-composer]'))?.focus();
}

/** Puts `text` into the composer where its caret is, as if it were typed; nothing when there is no composer. */
export function insertIntoComposer(text: string): void {
  const field = document.querySelector<HTMLTextAreaElement>('textarea[data-composer]');
  if (field === null || field.readOnly || field.disabled) return;
  // The editing command keeps the field's undo; it works only in the field that has the focus.
  if (document.activeElement === field && document.execCommand('insertText', false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end');
  field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertText', data: text }));
}
