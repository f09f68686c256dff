import { type KeyboardEvent, type RefObject, useEffect, useState } from 'react';
import type { MessageLog } from '../state/message-log.ts';

export interface MessageSelection {
  /** The selected message, by its id. */
  readonly id: string | undefined;
  readonly select: (id: string | undefined) => void;
  /** Selects a message that is being scrolled to, and gives it the focus when it is there. */
  readonly focus: (id: string) => void;
  /** Moves by the arrow keys; true: it was one of them. */
  readonly onKeyDown: (event: KeyboardEvent) => boolean;
}

/** How many frames the list may take to bring a row into the document. */
const MAX_FRAMES = 20;

/**
 * One message of the list is selected by the arrow keys and has the focus, so that keys speak of it and a screen reader
 * reads it.
 */
export function useMessageSelection(
  log: MessageLog,
  scroller: RefObject<HTMLDivElement | null>,
  show: (position: number) => void,
): MessageSelection {
  const [id, setId] = useState<string>();
  const [move, setMove] = useState(0);
  useEffect(() => {
    if (move === 0 || id === undefined) return;
    let frames = 0;
    let handle = 0;
    const focus = (): void => {
      const row = scroller.current?.querySelector<HTMLElement>(`[data-message="${CSS.escape(id)}"]`);
      if (row !== null && row !== undefined) row.focus({ preventScroll: true });
      else if (frames++ < MAX_FRAMES) handle = requestAnimationFrame(focus);
    };
    handle = requestAnimationFrame(focus);
    return () => cancelAnimationFrame(handle);
  }, [move, id, scroller]);
  const moveTo = (index: number): void => {
    const message = log.at(Math.max(0, Math.min(index, log.size - 1)));
    if (message === undefined) return;
    setId(message.id);
    setMove((count) => count + 1);
    show(log.start + log.indexOf(message.id));
  };
  return {
    id,
    select: setId,
    focus(message) {
      setId(message);
      setMove((count) => count + 1);
    },
    onKeyDown(event) {
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return false;
      const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
      if (step === 0) return false;
      const from = id === undefined ? -1 : log.indexOf(id);
      const focused = (event.target as Element).closest('[data-message]') !== null;
      moveTo(from === -1 || !focused ? log.size - 1 : from + step);
      return true;
    },
  };
}
