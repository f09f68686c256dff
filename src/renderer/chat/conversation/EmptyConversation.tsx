import type { ReactElement } from 'react';
import { useWindowState } from '../../hooks/services.ts';
import { totalUnread } from '../../state/directory.ts';

/** Nothing is open yet. */
export function EmptyConversation(): ReactElement {
  const unread = useWindowState((state) => totalUnread(state.chat.summaries));
  return (
    <main className="conversation conversation-empty">
      <h1>No conversation is open</h1>
      <p className="lead">
        {unread === 0
          ? 'Nothing is unread.'
          : `${unread} unread ${unread === 1 ? 'message waits' : 'messages wait'}.`}
      </p>
      <dl className="key-hints">
        <dt>
          <kbd>Ctrl</kbd> <kbd>K</kbd>
        </dt>
        <dd>Go to a room or contact</dd>
        <dt>
          <kbd>Alt</kbd> <kbd>Shift</kbd> <kbd>↓</kbd>
        </dt>
        <dd>Next unread</dd>
        <dt>
          <kbd>F1</kbd>
        </dt>
        <dd>All shortcuts</dd>
      </dl>
    </main>
  );
}
