import { useEffect } from 'react';
import { totalUnread } from '../state/directory.ts';
import { PARTS_TEXT } from '../text/parts.ts';
import { useWindowState } from './services.ts';

/** Keeps the number of unread messages in the window's title; names and text stay out of it. */
export function useTitle(): void {
  const unread = useWindowState((state) => totalUnread(state.chat.summaries));
  useEffect(() => {
    document.title = unread === 0 ? PARTS_TEXT.sallyport : `(${unread}) ${PARTS_TEXT.sallyport}`;
  }, [unread]);
}
