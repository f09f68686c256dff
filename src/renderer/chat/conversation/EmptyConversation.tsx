import { Fragment, type ReactElement } from 'react';
import { commandNamed } from '../../commands/table.ts';
import { useWindowState } from '../../hooks/services.ts';
import { Keys } from '../../parts/Keys.tsx';
import { totalUnread } from '../../state/directory.ts';
import { COMMAND_TEXT } from '../../text/commands.ts';
import { CONVERSATION_TEXT } from '../../text/conversation.ts';

/** What someone who does not know the window yet needs first. */
const HINTS = ['switcher', 'next-unread', 'palette', 'shortcuts'] as const;

/** Nothing is open yet. */
export function EmptyConversation(): ReactElement {
  const unread = useWindowState((state) => totalUnread(state.chat.summaries));
  return (
    <main className="conversation conversation-empty">
      <h1>{CONVERSATION_TEXT.none}</h1>
      <p className="lead">{CONVERSATION_TEXT.unread(unread)}</p>
      <dl className="key-hints">
        {HINTS.map((id) => (
          <Fragment key={id}>
            <dt>
              <Keys chord={commandNamed(id).keys?.[0] ?? ''} />
            </dt>
            <dd>{COMMAND_TEXT[id]}</dd>
          </Fragment>
        ))}
      </dl>
    </main>
  );
}
