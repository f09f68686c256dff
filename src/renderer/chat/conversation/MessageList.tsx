import { type KeyboardEvent, type ReactElement, useEffect, useRef } from 'react';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { useFocusedWindow } from '../../hooks/use-focused-window.ts';
import { useMarkRead } from '../../hooks/use-mark-read.ts';
import { useMessageScroll } from '../../hooks/use-message-scroll.ts';
import { useTimeForm } from '../../hooks/use-time-form.ts';
import { useUnreadMark } from '../../hooks/use-unread-mark.ts';
import { SCROLLABLE } from '../../parts/scrollable.ts';
import type { ConversationMessages } from '../../state/chat-state.ts';
import { placeOf } from '../../state/message-groups.ts';
import type { ConversationKey } from '../../state/view-state.ts';
import { useLabelRules } from '../labels/use-labels.ts';
import { useFound } from '../watch/use-found.ts';
import { HistoryNote } from './HistoryNote.tsx';
import { JumpPills } from './JumpPills.tsx';
import { MessageRow } from './MessageRow.tsx';

interface Props {
  readonly target: ConversationKey;
  readonly messages: ConversationMessages;
}

/** Older messages are asked for when the user is closer to the top than this many pixels. */
const LOAD_WITHIN = 400;

/** The messages. Only the rows in sight are in the document, so 100,000 messages scroll like 100. */
export function MessageList({ target, messages }: Props): ReactElement {
  const actions = useActions();
  const { jid, kind } = target;
  const { log, history } = messages;
  const scroller = useRef<HTMLDivElement>(null);
  const scroll = useMessageScroll(log, scroller);
  const { virtualizer, window, atEnd, below, onScroll, toEnd, toPosition } = scroll;
  const reading = useFocusedWindow() && atEnd;
  const unread = useWindowState((state) => state.chat.summaries.get(jid)?.unread ?? 0);
  const markId = useUnreadMark(messages, unread, reading);
  const partner = useWindowState((state) => state.chat.contacts.get(jid)?.name);
  const labelled = useLabelRules() !== undefined || messages.labels.foreign.size > 0;
  const timeForm = useTimeForm();
  useMarkRead(jid, reading);
  const found = useFound(jid, log, toPosition);

  const loadNearTop = () => {
    const element = scroller.current;
    if (element === null || element.scrollTop >= LOAD_WITHIN || scroll.isJumping()) return;
    if (!window.whole) window.grow();
    else if (history === 'more') {
      window.grow();
      actions.loadOlder(jid);
    }
  };
  useEffect(loadNearTop);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    if (event.key !== 'Home' && event.key !== 'End') return;
    event.preventDefault();
    if (event.key === 'End') toEnd();
    else toPosition(log.start);
  };

  const first = window.start - log.start;
  const markIndex = markId === undefined ? -1 : log.indexOf(markId);
  const items = virtualizer.getVirtualItems();
  return (
    <div className="messages">
      <div
        ref={scroller}
        className={labelled ? 'messages-scroll messages-labelled' : 'messages-scroll'}
        role="log"
        aria-live="off"
        aria-label="Messages"
        {...SCROLLABLE}
        data-pane="messages"
        onScroll={() => {
          onScroll();
          loadNearTop();
        }}
        onKeyDown={onKeyDown}
      >
        <HistoryNote history={history} empty={log.size === 0} onRetry={() => actions.loadOlder(jid)} />
        <div className="messages-sizer" style={{ height: virtualizer.getTotalSize() }}>
          {items.map((item) => {
            const index = first + item.index;
            const message = log.at(index);
            if (message === undefined) return null;
            return (
              <div
                key={item.key}
                ref={virtualizer.measureElement}
                data-index={item.index}
                className={message.id === found ? 'messages-item messages-item-found' : 'messages-item'}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <MessageRow
                  conversation={jid}
                  message={message}
                  sender={
                    message.direction === 'out'
                      ? 'You'
                      : kind === 'room'
                        ? (message.shownAs ?? message.sender)
                        : (partner ?? message.sender)
                  }
                  isMark={index === markIndex}
                  {...placeOf(message, log.at(index - 1), index === markIndex, timeForm)}
                />
              </div>
            );
          })}
        </div>
      </div>
      <JumpPills
        below={below}
        atEnd={atEnd}
        unreadAbove={
          markIndex !== -1 && first + (items[0]?.index ?? 0) > markIndex ? log.size - markIndex : 0
        }
        onEnd={toEnd}
        onMark={() => toPosition(log.start + markIndex)}
      />
    </div>
  );
}
