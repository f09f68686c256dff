import {
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  type ReactElement,
  type SyntheticEvent,
  useEffect,
  useMemo,
  useRef,
} from 'react';
import { flushSync } from 'react-dom';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { useFocusedWindow } from '../../hooks/use-focused-window.ts';
import { useHeldUp, useMarkRead } from '../../hooks/use-mark-read.ts';
import { useMessageMenu } from '../../hooks/use-message-menu.tsx';
import { useMessageScroll } from '../../hooks/use-message-scroll.ts';
import { useMessageSelection } from '../../hooks/use-message-selection.ts';
import { useTimeForm } from '../../hooks/use-time-form.ts';
import { useUnreadMark } from '../../hooks/use-unread-mark.ts';
import { SCROLLABLE } from '../../parts/scrollable.ts';
import type { ConversationMessages } from '../../state/chat-state.ts';
import { placeOf } from '../../state/message-groups.ts';
import type { ConversationKey } from '../../state/view-state.ts';
import { CONVERSATION_TEXT } from '../../text/conversation.ts';
import { MESSAGE_TEXT } from '../../text/messages.ts';
import { useLabelRules } from '../labels/use-labels.ts';
import { useFound } from '../watch/use-found.ts';
import { HistoryNote } from './HistoryNote.tsx';
import { IslandGap } from './IslandGap.tsx';
import { JumpPills } from './JumpPills.tsx';
import { MessageRow, type RowHandlers } from './MessageRow.tsx';

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
  const { log, history, island } = messages;
  const scroller = useRef<HTMLDivElement>(null);
  const scroll = useMessageScroll(log, scroller);
  const { virtualizer, window, atEnd, below, onScroll, toEnd, toPosition } = scroll;
  // A conversation that is opened at an older message is not read yet.
  const sought = useWindowState((state) => state.view.found?.jid === jid);
  const reading = useFocusedWindow() && atEnd && !sought;
  const unread = useWindowState((state) => state.chat.summaries.get(jid)?.unread ?? 0);
  const markId = useUnreadMark(messages, unread, reading);
  const partner = useWindowState((state) => state.chat.contacts.get(jid)?.name);
  const labelled = useLabelRules() !== undefined || messages.labels.foreign.size > 0;
  const timeForm = useTimeForm();
  useMarkRead(jid, reading);
  useHeldUp(jid, !atEnd || sought || island !== undefined);
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

  const selection = useMessageSelection(log, scroller, scroll.toSight);
  const found = useFound(jid, log, (id, position) => {
    toPosition(position, 'center');
    selection.focus(id);
  });
  const menus = useMessageMenu(target, log);
  const latest = useRef({ log, menus, selection, scroll });
  latest.current = { log, menus, selection, scroll };
  const handlers: RowHandlers = useMemo(
    () => ({
      onJump: (id) => {
        const { log: now, selection: chosen, scroll: list } = latest.current;
        const index = now.indexOf(id);
        if (index === -1) {
          actions.jump.within(jid, id);
          return;
        }
        chosen.select(id);
        list.toPosition(now.start + index);
      },
      onReact: (message, emoji) => actions.messages.react(jid, message, emoji),
      onMenu: (id, anchor) => latest.current.menus.open(id, anchor),
    }),
    [actions, jid],
  );
  const rowOf = (event: SyntheticEvent) => (event.target as Element).closest('[data-message]');
  const onFocus = (event: FocusEvent) => {
    const id = rowOf(event)?.getAttribute('data-message');
    if (id !== undefined && id !== null) selection.select(id);
  };
  const onContextMenu = (event: MouseEvent) => {
    const row = rowOf(event);
    // With text selected the system's own menu is of more use.
    if (row === null || document.getSelection()?.isCollapsed === false) return;
    event.preventDefault();
    menus.open(row.getAttribute('data-message') ?? '', row);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rowOf(event);
    // Buttons in a row keep their keys.
    if (event.target !== event.currentTarget && event.target !== row) return;
    const message = row === null ? undefined : log.get(row.getAttribute('data-message') ?? '');
    const control = event.ctrlKey || event.metaKey;
    const handled =
      selection.onKeyDown(event) ||
      (row !== null &&
        message !== undefined &&
        !event.altKey &&
        menus.onKey(event.key.length === 1 ? event.key.toLowerCase() : event.key, control, message, row));
    if (!handled && event.key !== 'Home' && event.key !== 'End') return;
    event.preventDefault();
    if (handled) return;
    if (event.key === 'End') toLatest();
    else toPosition(log.start);
  };

  const quotedName = (sender: string | undefined): string => {
    if (sender === undefined) return MESSAGE_TEXT.you;
    return kind === 'room' ? sender : (partner ?? sender);
  };
  const toLatest = () => {
    if (island !== undefined) flushSync(() => actions.jump.toLatest(jid));
    toEnd();
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
        aria-label={CONVERSATION_TEXT.messages}
        {...SCROLLABLE}
        data-pane="messages"
        onScroll={() => {
          onScroll();
          loadNearTop();
        }}
        onKeyDown={onKeyDown}
        onFocus={onFocus}
        onContextMenu={onContextMenu}
      >
        <HistoryNote
          target={target}
          history={history}
          empty={log.size === 0}
          onRetry={() => actions.loadOlder(jid)}
        />
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
                style={{ top: item.start }}
              >
                <MessageRow
                  conversation={jid}
                  message={message}
                  sender={
                    message.direction === 'out'
                      ? MESSAGE_TEXT.you
                      : kind === 'room'
                        ? (message.shownAs ?? message.sender)
                        : (partner ?? message.sender)
                  }
                  isMark={index === markIndex}
                  isSelected={message.id === selection.id}
                  quoted={quotedName(message.reply?.sender)}
                  handlers={handlers}
                  {...placeOf(message, log.at(index - 1), index === markIndex, timeForm)}
                />
                {island?.last === message.id ? (
                  <IslandGap
                    gap={island.gap}
                    from={message.at}
                    to={log.at(index + 1)?.at}
                    onReadOn={() => void actions.jump.readOn(jid)}
                    onLatest={toLatest}
                  />
                ) : null}
              </div>
            );
          })}
        </div>
      </div>
      {menus.element}
      <JumpPills
        below={below}
        atEnd={atEnd}
        unreadAbove={
          markIndex !== -1 && first + (virtualizer.range?.startIndex ?? 0) > markIndex
            ? log.size - markIndex
            : 0
        }
        apart={island !== undefined}
        onEnd={toLatest}
        onMark={() => toPosition(log.start + markIndex)}
      />
    </div>
  );
}
