import { type ReactElement, useEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import { PARTS_TEXT } from '../text/parts.ts';
import { cleanField } from './clean-field.ts';

interface Note {
  readonly count: number;
  /** Pixels of the window: below the field, or above it where that is in the lower half. */
  readonly left: number;
  readonly top?: number;
  readonly bottom?: number;
}

function noteAt(field: Element, count: number): Note {
  const { left, top, bottom } = field.getBoundingClientRect();
  return bottom > window.innerHeight / 2
    ? { count, left, bottom: window.innerHeight - top }
    : { count, left, top: bottom };
}

/**
 * Cleans every text field of the page before anything else hears of what was put into it, and says so at the field until
 * something else is typed or the field is left.
 */
export function FieldCare(): ReactElement | null {
  const [note, setNote] = useState<Note>();
  useEffect(() => {
    const onInput = (event: Event) => {
      const field = event.target;
      if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return;
      const count = cleanField(field);
      setNote(count > 0 ? noteAt(field, count) : undefined);
    };
    const onLeave = () => setNote(undefined);
    const options = { capture: true };
    window.addEventListener('input', onInput, options);
    window.addEventListener('focusin', onLeave, options);
    window.addEventListener('focusout', onLeave, options);
    return () => {
      window.removeEventListener('input', onInput, options);
      window.removeEventListener('focusin', onLeave, options);
      window.removeEventListener('focusout', onLeave, options);
    };
  }, []);
  if (note === undefined) return null;
  const { count, ...place } = note;
  // Dialogs hide what is outside of them from screen readers, except what says that it is on top.
  return createPortal(
    <p className="field-care" role="alert" data-react-aria-top-layer="true" style={place}>
      {PARTS_TEXT.leftOut(count)}
    </p>,
    document.body,
  );
}
