import { type RefObject, useEffect, useState } from 'react';

/** The `data-index` of the line inside the element with this ref that has the focus, so that it stays in the document. */
export function useFocusedLine(ref: RefObject<HTMLElement | null>): number | undefined {
  const [index, setIndex] = useState<number>();
  useEffect(() => {
    const list = ref.current;
    if (list === null) return;
    const enter = ({ target }: FocusEvent) => {
      const line = target instanceof Element ? target.closest('[data-index]') : null;
      setIndex(line === null ? undefined : Number(line.getAttribute('data-index')));
    };
    const leave = () => setIndex(undefined);
    list.addEventListener('focusin', enter);
    list.addEventListener('focusout', leave);
    return () => {
      list.removeEventListener('focusin', enter);
      list.removeEventListener('focusout', leave);
    };
  }, [ref]);
  return index;
}
