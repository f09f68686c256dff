import { type RefObject, useEffect, useRef } from 'react';

const ITEM = '[data-roving]';
const KEYS: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowDown: (at, count) => Math.min(at + 1, count - 1),
  ArrowUp: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_at, count) => count - 1,
};

/** A list that holds only the rows in sight is scrolled first; its last row is there after the next frame. */
function focusLast(list: HTMLElement): void {
  list.scrollTop = list.scrollHeight;
  requestAnimationFrame(() =>
    requestAnimationFrame(() => [...list.querySelectorAll<HTMLElement>(ITEM)].at(-1)?.focus()),
  );
}

function moveFocus(list: HTMLElement, event: KeyboardEvent): void {
  const move = KEYS[event.key];
  const focused = document.activeElement;
  if (move === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
  if (!(focused instanceof HTMLElement)) return;
  const items = [...list.querySelectorAll<HTMLElement>(ITEM)];
  const at = items.indexOf(focused);
  if (at === -1) return;
  event.preventDefault();
  if (event.key === 'End' && list.matches('[data-long]')) focusLast(list);
  else items[move(at, items.length)]?.focus();
}

/**
 * Arrow keys, Home and End move the focus among the items (`data-roving`) inside the element with this ref; `data-long` on it
 * says that not all of them are in the document.
 */
export function useRovingFocus<List extends HTMLElement>(): RefObject<List | null> {
  const ref = useRef<List>(null);
  useEffect(() => {
    const list = ref.current;
    if (list === null) return;
    const listen = (event: KeyboardEvent) => moveFocus(list, event);
    list.addEventListener('keydown', listen);
    return () => list.removeEventListener('keydown', listen);
  }, []);
  return ref;
}
