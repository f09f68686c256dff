import { type FocusEvent, type KeyboardEvent, type ReactElement, useRef, useState } from 'react';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { NO_MESSAGES } from '../../state/chat-state.ts';
import { nameOf } from '../../state/directory.ts';
import type { ConversationKey } from '../../state/view-state.ts';
import { WATCH_TEXT } from '../../text/watch.ts';
import { Composer } from '../conversation/Composer.tsx';
import { MessageList } from '../conversation/MessageList.tsx';
import { UnreadBadge } from '../sidebar/UnreadBadge.tsx';
import { NotifyButton } from './NotifyButton.tsx';

interface Props {
  readonly target: ConversationKey;
  /** What can be done with its place; absent where it has a window of its own. */
  readonly arranged: boolean;
  /** The composer is there from the beginning. */
  readonly writing?: boolean;
}

/** One conversation on the watch floor: a live list, and a composer while somebody writes. */
export function Tile({ target, arranged, writing = false }: Props): ReactElement {
  const actions = useActions();
  const { jid, kind } = target;
  const tile = useRef<HTMLElement>(null);
  const [focused, setFocused] = useState(writing);
  const messages = useWindowState((state) => state.chat.conversations.get(jid) ?? NO_MESSAGES);
  const name = useWindowState((state) => nameOf(state.chat, jid));
  const unread = useWindowState((state) => state.chat.summaries.get(jid)?.unread ?? 0);
  const roomState = useWindowState((state) => state.chat.rooms.get(jid)?.state);
  const draft = useWindowState((state) => state.view.drafts.has(jid));
  const composing = useWindowState((state) => state.view.composing.has(jid));
  const Heading = arranged ? 'h2' : 'h1';
  const absent = kind === 'room' && roomState !== 'joined';
  const onBlur = (event: FocusEvent) => {
    const next = event.relatedTarget;
    if (next instanceof Node && tile.current?.contains(next) !== true) setFocused(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || absent || event.target !== messageList(tile.current)) return;
    event.preventDefault();
    setFocused(true);
  };
  return (
    <section
      ref={tile}
      className={unread > 0 ? 'tile tile-unread' : 'tile'}
      aria-label={WATCH_TEXT.tile(name, unread)}
      data-tile
      onBlur={onBlur}
      onKeyDown={onKeyDown}
    >
      <div className="tile-head">
        <Icon name={kind === 'room' ? 'room' : 'people'} size={12} />
        <Heading dir="auto" title={jid}>
          {name}
        </Heading>
        {draft && !focused ? <span className="tile-draft">{WATCH_TEXT.draft}</span> : null}
        <UnreadBadge count={unread} />
        <span className="tile-actions">
          {absent ? (
            <button type="button" className="button button-small" onClick={() => actions.joinRoom(jid)}>
              {WATCH_TEXT.join}
            </button>
          ) : (
            <button
              type="button"
              className="icon-button"
              aria-label={WATCH_TEXT.write(name)}
              aria-pressed={focused}
              onClick={() => setFocused(true)}
            >
              <Icon name="edit" size={14} />
            </button>
          )}
          <NotifyButton jid={jid} kind={kind} />
          {arranged ? (
            <>
              <button
                type="button"
                className="icon-button"
                aria-label={WATCH_TEXT.moveEarlier(name)}
                onClick={() => actions.watch.moveTile(jid)}
              >
                <Icon name="back" size={14} />
              </button>
              <button
                type="button"
                className="icon-button"
                aria-label={WATCH_TEXT.tearOff(name)}
                onClick={() => actions.watch.tearOff(target)}
              >
                <Icon name="tear-off" size={14} />
              </button>
              <button
                type="button"
                className="icon-button"
                aria-label={WATCH_TEXT.remove(name)}
                onClick={() => actions.watch.removeTile(jid)}
              >
                <Icon name="close" size={14} />
              </button>
            </>
          ) : null}
        </span>
      </div>
      <MessageList target={target} messages={messages} />
      {absent ? <p className="tile-absent">{WATCH_TEXT.notJoined}</p> : null}
      {(focused || composing) && !absent ? <Composer target={target} /> : null}
    </section>
  );
}

/** The part of a tile that the arrow keys scroll. */
export function messageList(tile: Element | null): HTMLElement | null {
  return tile?.querySelector<HTMLElement>('[data-pane="messages"]') ?? null;
}
