import type { ReactElement } from 'react';
import { useTimeForm } from '../../hooks/use-time-form.ts';
import type { Island } from '../../state/chat-state.ts';
import { MESSAGE_TEXT } from '../../text/messages.ts';
import { formatSpan } from '../../text/time.ts';

interface Props {
  readonly gap: Island['gap'];
  /** The messages on both sides, milliseconds since 1970; without `to` nothing newer is here. */
  readonly from: number;
  readonly to: number | undefined;
  readonly onReadOn: () => void;
  readonly onLatest: () => void;
}

/** What lies between messages that were opened and the newest ones, and the ways over it. */
export function IslandGap({ gap, from, to, onReadOn, onLatest }: Props): ReactElement {
  const form = useTimeForm();
  const span = to === undefined ? undefined : formatSpan(from, Math.max(from, to), form);
  return (
    <p className="gap gap-island">
      <span role="status">
        {gap === 'loading'
          ? MESSAGE_TEXT.gapLoading
          : gap === 'failed'
            ? MESSAGE_TEXT.gapFailed
            : MESSAGE_TEXT.gapNotShown(span)}
      </span>
      <button
        type="button"
        className="button button-small"
        aria-disabled={gap === 'loading'}
        onClick={gap === 'loading' ? undefined : onReadOn}
      >
        {MESSAGE_TEXT.readOn}
      </button>
      <button type="button" className="button button-small" onClick={onLatest}>
        {MESSAGE_TEXT.toLatest(0)}
      </button>
    </p>
  );
}
