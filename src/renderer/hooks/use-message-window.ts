import { useLayoutEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import type { MessageLog } from '../state/message-log.ts';

/** Messages that the list holds at first; it is cut back to them when the reader is at the end again. */
const WINDOW = 1_000;
/** Messages that are added when the reader comes to the top. */
const STEP = 500;

export interface MessageWindow {
  /** Position in the log (see {@link MessageLog.start}) of the first message in the list. */
  readonly start: number;
  /** True when the list begins with the oldest message there is here. */
  readonly whole: boolean;
  /** Adds older messages; those that are not here yet come into the list when they arrive. */
  grow(): void;
  /** Makes sure that the message at `position` is in the list when this returns. */
  include(position: number): void;
}

/**
 * Which part of the log the list lays out: laying out costs a little for each message at each change, and nobody
 * scrolls through 100,000 at once.
 */
export function useMessageWindow(log: MessageLog, atEnd: boolean): MessageWindow {
  const [from, setFrom] = useState(log.end - WINDOW);
  const { start: oldest, end } = log;
  const start = Math.max(oldest, Math.min(from, end));
  useLayoutEffect(() => {
    if (!atEnd) return;
    setFrom((now) => (end - Math.max(now, oldest) > 2 * WINDOW ? end - WINDOW : now));
  }, [atEnd, oldest, end]);
  return {
    start,
    whole: start === oldest,
    grow: () => setFrom(start - STEP),
    include(position) {
      if (position < start) flushSync(() => setFrom(position));
    },
  };
}
