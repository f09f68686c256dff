import type { ReactElement } from 'react';
import type { HistoryState } from '../../state/chat-state.ts';
import { CONVERSATION_TEXT } from '../../text/conversation.ts';

interface Props {
  readonly history: HistoryState;
  readonly empty: boolean;
  readonly onRetry: () => void;
}

/** What is above the oldest message. */
export function HistoryNote({ history, empty, onRetry }: Props): ReactElement {
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
  if (empty) return <p className="history-note history-note-empty">{CONVERSATION_TEXT.historyEmpty}</p>;
  return <p className="history-note">{CONVERSATION_TEXT.historyOldest}</p>;
}
