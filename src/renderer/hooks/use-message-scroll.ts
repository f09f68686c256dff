import { type Range, useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react';
import { inBlocks } from '../parts/kept-rows.ts';
import type { MessageLog } from '../state/message-log.ts';
import { RowHeights } from '../state/row-heights.ts';
import { useFollowedEnd } from './use-followed-end.ts';
import { type MessageWindow, useMessageWindow } from './use-message-window.ts';

/** Closer to the end than this many pixels counts as at the end. */
const END_THRESHOLD = 48;
/**
 * How long a jump to a message takes to settle, in milliseconds: the rows on the way are measured as they come. Rows
 * that were put before them meanwhile would make it end at another message.
 */
const JUMP_MS = 500;
/** Rows kept beside the visible ones. */
const OVERSCAN = 6;

export interface MessageScroll {
  readonly virtualizer: Virtualizer<HTMLDivElement, Element>;
  readonly window: MessageWindow;
  readonly atEnd: boolean;
  /** Messages that came since the user left the end. */
  readonly below: number;
  /** True while a jump goes on; nothing may be put before the first row then. */
  readonly isJumping: () => boolean;
  readonly onScroll: () => void;
  readonly toEnd: () => void;
  /** Scrolls as far as it takes to have the message at this position of the log in sight. */
  readonly toSight: (position: number) => void;
  /** Scrolls to the message at this position of the log; `center`: what was said before it is seen, too. */
  readonly toPosition: (position: number, align?: 'start' | 'center') => void;
}

/** The virtual list of a conversation: opens at the end, follows new messages there, keeps its place elsewhere. */
export function useMessageScroll(log: MessageLog, scroller: RefObject<HTMLDivElement | null>): MessageScroll {
  const [leftAt, setLeftAt] = useState<number>();
  const atEnd = leftAt === undefined;
  const window = useMessageWindow(log, atEnd);
  const first = window.start - log.start;
  const [, setJumps] = useState(0);
  const jumpedAt = useRef(Number.NEGATIVE_INFINITY);
  const newest = useRef({ end: log.end, start: window.start });
  newest.current = { end: log.end, start: window.start };
  const isJumping = () => performance.now() - jumpedAt.current < JUMP_MS;
  const heights = useState(() => new RowHeights())[0];
  const { observe, scrollToFn, useFollow } = useFollowedEnd(scroller);
  const virtualizer = useVirtualizer<HTMLDivElement, Element>({
    count: log.size - first,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => heights.guess(log.at(first + index), log.at(first + index - 1)),
    getItemKey: useCallback((index: number) => log.at(first + index)?.id ?? index, [log, first]),
    overscan: OVERSCAN,
    rangeExtractor: useCallback((range: Range) => inBlocks(range, window.start), [window.start]),
    anchorTo: 'end',
    scrollEndThreshold: END_THRESHOLD,
    paddingEnd: 8,
    observeElementOffset: observe,
    scrollToFn,
  });
  useFollow(virtualizer, atEnd && !isJumping());
  const start = useRef(window.start);
  useLayoutEffect(() => {
    // Rows that the list begins behind now are measured anew when they come back.
    for (let position = start.current; position < window.start; position += 1)
      virtualizer.itemSizeCache.delete(log.at(position - log.start)?.id ?? '');
    start.current = window.start;
    for (const { index, key } of virtualizer.getVirtualItems()) {
      const size = virtualizer.itemSizeCache.get(key);
      if (size !== undefined) heights.learn(log.at(first + index), log.at(first + index - 1), size);
    }
  });
  const hasMessages = log.size > 0;
  useLayoutEffect(() => {
    if (hasMessages) virtualizer.scrollToEnd();
  }, [virtualizer, hasMessages]);
  const onScroll = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    const distance = element.scrollHeight - element.scrollTop - element.clientHeight;
    setLeftAt((left) => (distance <= END_THRESHOLD ? undefined : (left ?? newest.current.end)));
  }, [scroller]);
  return {
    virtualizer,
    window,
    atEnd,
    below: leftAt === undefined ? 0 : log.end - leftAt,
    isJumping,
    onScroll,
    toEnd: () => virtualizer.scrollToEnd(),
    toSight(position) {
      window.include(position);
      virtualizer.scrollToIndex(position - newest.current.start, { align: 'auto' });
      // The browser tells of it with the next frame; the end is left now.
      onScroll();
    },
    toPosition(position, align = 'start') {
      window.include(position);
      jumpedAt.current = performance.now();
      // Renders once more when the jump is over, for what waited for it.
      setTimeout(() => setJumps((count) => count + 1), JUMP_MS);
      virtualizer.scrollToIndex(position - newest.current.start, { align });
      onScroll();
    },
  };
}
