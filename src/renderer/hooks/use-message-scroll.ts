import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react';
import { estimateHeight } from '../state/message-groups.ts';
import type { MessageLog } from '../state/message-log.ts';

/** Closer to the end than this many pixels counts as at the end. */
const END_THRESHOLD = 48;
/** Rows kept beside the visible ones. */
const OVERSCAN = 10;

export interface MessageScroll {
  readonly virtualizer: Virtualizer<HTMLDivElement, Element>;
  readonly atEnd: boolean;
  /** Messages that came since the user left the end. */
  readonly below: number;
  readonly onScroll: () => void;
  readonly toEnd: () => void;
}

/** The virtual list of a conversation: opens at the end, follows new messages there, keeps its place elsewhere. */
export function useMessageScroll(log: MessageLog, scroller: RefObject<HTMLDivElement | null>): MessageScroll {
  const [leftAt, setLeftAt] = useState<number>();
  const end = useRef(log.end);
  end.current = log.end;
  const virtualizer = useVirtualizer<HTMLDivElement, Element>({
    count: log.size,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimateHeight(log.at(index), log.at(index - 1)),
    getItemKey: useCallback((index: number) => log.at(index)?.id ?? index, [log]),
    overscan: OVERSCAN,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: END_THRESHOLD,
    paddingEnd: 8,
  });
  const hasMessages = log.size > 0;
  useLayoutEffect(() => {
    if (hasMessages) virtualizer.scrollToEnd();
  }, [virtualizer, hasMessages]);
  const onScroll = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    const distance = element.scrollHeight - element.scrollTop - element.clientHeight;
    setLeftAt((left) => (distance <= END_THRESHOLD ? undefined : (left ?? end.current)));
  }, [scroller]);
  return {
    virtualizer,
    atEnd: leftAt === undefined,
    below: leftAt === undefined ? 0 : log.end - leftAt,
    onScroll,
    toEnd: () => virtualizer.scrollToEnd(),
  };
}
