import { useEffect, useRef, useState } from 'react';
import type { ChatMessage } from '../../shared/chat-model.ts';
import type { ConversationMessages } from '../state/chat-state.ts';
import type { MessageLog } from '../state/message-log.ts';

/** At most as many messages are loaded when a conversation is opened; a mark further back stands at the oldest. */
const FIRST_PAGE = 500;

/** The incoming message that has `count - 1` incoming ones after it; own messages are never unread. */
function firstUnread(log: MessageLog, count: number): ChatMessage | undefined {
  let left = count;
  for (let index = log.size - 1; index >= 0; index -= 1) {
    const message = log.at(index);
    if (message?.direction !== 'in') continue;
    left -= 1;
    if (left === 0) return message;
  }
  return log.first;
}

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
    setMark(firstUnread(log, count)?.id);
  }, [reading, log, history]);
  return mark;
}
