import { elementScroll, observeElementOffset, type Virtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef } from 'react';

type List = Virtualizer<HTMLDivElement, Element>;

export interface FollowedEnd {
  /** For the list's option of this name: our own steps to the end are not reported as scrolling. */
  readonly observe: (
    list: List,
    report: (offset: number, isScrolling: boolean) => void,
  ) => ReturnType<typeof observeElementOffset>;
  /** Likewise: a row that is higher than it was thought to be is no reason to scroll where the end is followed anyway. */
  readonly scrollToFn: typeof elementScroll<HTMLDivElement>;
  /** A hook, called in every render right after the list's own: `wanted` keeps the end in sight. */
  readonly useFollow: (list: List, wanted: boolean) => void;
}

/** What the user does when a pointer that rested points at something again. */
const MOVES = ['pointermove', 'pointerdown', 'wheel'] as const;

/**
 * Keeps the end of a virtual list in sight with one render, one layout and one step a change. The list's own `followOnAppend`
 * scrolls as a user would: it looks at the layout over several frames until nothing moves, and draws itself anew for
 * each. Messages come several times a second for hours.
 *
 * While rows pass below a pointer that rests, the scroller has `data-passing`: none of them is pointed at then, and the list
 * is not drawn a second time to say so.
 */
export function useFollowedEnd(scroller: RefObject<HTMLDivElement | null>): FollowedEnd {
  /** The last commit: how high the list was, and where it was scrolled to. */
  const committed = useRef({ size: 0, offset: 0 });
  /** Where the last own step went. */
  const stepped = useRef(-1);
  const following = useRef(false);
  return useMemo(
    () => ({
      observe: (list, report) =>
        observeElementOffset(list, (offset, isScrolling) =>
          report(offset, isScrolling && offset !== stepped.current),
        ),
      scrollToFn: (offset, options, list) => {
        if (!following.current || options.adjustments === undefined) elementScroll(offset, options, list);
      },
      useFollow(list, wanted) {
        following.current = wanted;
        const size = list.getTotalSize();
        // Where the step will go, so that this render has the rows that are in sight after it.
        if (wanted && committed.current.size !== 0 && size !== committed.current.size)
          list.scrollOffset = Math.max(0, committed.current.offset + size - committed.current.size);
        useLayoutEffect(() => {
          const element = scroller.current;
          if (element === null || size === committed.current.size) return;
          if (wanted) {
            element.scrollTop = element.scrollHeight;
            element.dataset.passing = 'true';
            stepped.current = element.scrollTop;
            list.scrollOffset = stepped.current;
          }
          committed.current = { size, offset: element.scrollTop };
        });
        useEffect(() => {
          const element = scroller.current;
          const moved = (): void => {
            delete element?.dataset.passing;
          };
          for (const kind of MOVES) element?.addEventListener(kind, moved, { passive: true });
          return () => {
            for (const kind of MOVES) element?.removeEventListener(kind, moved);
          };
        }, []);
      },
    }),
    [scroller],
  );
}
