import type { ReactElement } from 'react';
import { useWindowState } from '../../hooks/services.ts';
import type { HistoryState } from '../../state/chat-state.ts';
import type { ConversationKey } from '../../state/view-state.ts';
import { CONVERSATION_TEXT } from '../../text/conversation.ts';

interface Props {
  readonly target: ConversationKey;
  readonly history: HistoryState;
  readonly empty: boolean;
  readonly onRetry: () => void;
}

/** What is above the oldest message. */
export function HistoryNote({ target, history, empty, onRetry }: Props): ReactElement {
  const { jid, kind } = target;
  const absent = useWindowState(({ chat }) => kind === 'room' && chat.rooms.get(jid)?.state !== 'joined');
  if (history === 'failed') {
    return (
      <p className="history-note">
        {CONVERSATION_TEXT.historyFailed}{' '}
        <button type="button" className="button button-small" onClick={onRetry}>
          {CONVERSATION_TEXT.tryAgain}
        </button>
      </p>
    );
  }
  if (history !== 'complete') return <p className="history-note">{CONVERSATION_TEXT.historyLoading}</p>;
  if (empty)
    return (
      <p className="history-note history-note-empty">
        {CONVERSATION_TEXT.historyEmpty[absent ? 'absent' : kind]}
      </p>
    );
  return <p className="history-note">{CONVERSATION_TEXT.historyOldest}</p>;
}
