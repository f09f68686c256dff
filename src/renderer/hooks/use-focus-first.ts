import { type RefObject, useEffect, useRef } from 'react';

/** Focuses the element once it is there: the field a dialog was opened for, the text a screen is about. */
export function useFocusFirst<Target extends HTMLElement>(): RefObject<Target | null> {
  const ref = useRef<Target>(null);
  useEffect(() => ref.current?.focus(), []);
  return ref;
}
