import { useEffect, useRef, useState } from 'react';
import type { ConversationMessages } from '../state/chat-state.ts';

/** As many messages are loaded when a conversation is opened; a mark further back stands at the oldest of them. */
const FIRST_PAGE = 100;

/**
 * The id of the first message that was unread when the user came to the conversation (or when it was read while the
 * window was elsewhere). It stays until the user leaves the conversation, so that the place is not lost by reading.
 */
export function useUnreadMark(
  { log, history }: ConversationMessages,
  unread: number,
  reading: boolean,
): string | undefined {
  const [mark, setMark] = useState<string>();
  const awayUnread = useRef(unread);
  useEffect(() => {
    if (!reading) awayUnread.current = unread;
  }, [reading, unread]);
  useEffect(() => {
    const count = awayUnread.current;
    if (!reading || count === 0) return;
    const loaded = log.size >= Math.min(count, FIRST_PAGE) || history === 'complete' || history === 'failed';
    if (!loaded) return;
    awayUnread.current = 0;
    const first = log.at(Math.max(0, log.size - count));
    if (first !== undefined) setMark(first.id);
  }, [reading, log, history]);
  return mark;
}
