import type { ReactElement } from 'react';
import type { HistoryState } from '../../state/chat-state.ts';

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
        Older messages could not be loaded.{' '}
        <button type="button" className="button button-small" onClick={onRetry}>
          Try again
        </button>
      </p>
    );
  }
  if (history !== 'complete') return <p className="history-note">Loading messages…</p>;
  if (empty) {
    return (
      <p className="history-note history-note-empty">
        No messages yet. What you write here goes only to this conversation.
      </p>
    );
  }
  return <p className="history-note">This is the oldest message of this conversation.</p>;
}
