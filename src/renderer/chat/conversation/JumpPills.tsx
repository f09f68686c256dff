import type { ReactElement } from 'react';
import { Icon } from '../../parts/Icon.tsx';
import { CONVERSATION_TEXT } from '../../text/conversation.ts';
import { MESSAGE_TEXT } from '../../text/messages.ts';

interface Props {
  readonly atEnd: boolean;
  /** Messages that came below while the user reads further up. */
  readonly below: number;
  /** Messages from the first unread one on, when that is above what is in sight. */
  readonly unreadAbove: number;
  /** What is in sight was opened apart from the newest messages. */
  readonly apart: boolean;
  readonly onEnd: () => void;
  readonly onMark: () => void;
}

/** Ways to the first unread message and back to the newest. */
export function JumpPills({ atEnd, below, unreadAbove, apart, onEnd, onMark }: Props): ReactElement {
  return (
    <>
      {unreadAbove === 0 ? null : (
        <button type="button" className="pill pill-top" onClick={onMark}>
          <Icon name="up" size={12} />
          {CONVERSATION_TEXT.sinceYouWereHere(unreadAbove)}
        </button>
      )}
      {atEnd ? null : (
        <button
          type="button"
          className={below > 0 ? 'pill pill-bottom pill-new' : 'pill pill-bottom'}
          onClick={onEnd}
        >
          <Icon name="down" size={12} />
          {apart
            ? MESSAGE_TEXT.toLatest(below)
            : below === 0
              ? CONVERSATION_TEXT.newest
              : CONVERSATION_TEXT.below(below)}
        </button>
      )}
    </>
  );
}
