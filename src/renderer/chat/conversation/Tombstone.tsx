import { type ReactElement, type ReactNode, useState } from 'react';
import type { MessageRetraction } from '../../../shared/message-actions.ts';
import { Icon } from '../../parts/Icon.tsx';
import { MESSAGE_TEXT } from '../../text/messages.ts';

/** In the place of a message that was taken back; what it said stays to be read, marked as what it is. */
export function Tombstone({
  retraction,
  isWaiting,
  children,
}: {
  readonly retraction: MessageRetraction;
  /** The server does not have it yet. */
  readonly isWaiting: boolean;
  readonly children: ReactNode;
}): ReactElement {
  const [open, setOpen] = useState(false);
  const { reason, gone } = retraction;
  return (
    <div className="tombstone">
      <p className="tombstone-line">
        <span>
          <Icon name="retracted" size={13} /> {words(retraction, isWaiting)}
          {reason === undefined ? '' : `: ${reason}`}
        </span>
        {gone === true ? (
          <span className="tombstone-gone">{MESSAGE_TEXT.gone}</span>
        ) : (
          <button type="button" className="link" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? MESSAGE_TEXT.hide : MESSAGE_TEXT.show}
          </button>
        )}
      </p>
      {open ? <div className="tombstone-text">{children}</div> : null}
    </div>
  );
}

function words({ at, by, moderator }: MessageRetraction, isWaiting: boolean): string {
  if (by === 'room') return MESSAGE_TEXT.retractedByRoom(at, moderator);
  return isWaiting ? MESSAGE_TEXT.retractionWaits : MESSAGE_TEXT.retractedBySender(at);
}
