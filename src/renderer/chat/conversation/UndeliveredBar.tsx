import { type ReactElement, useMemo } from 'react';
import type { BareJid } from '../../../shared/jid.ts';
import { useActions } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import type { MessageLog } from '../../state/message-log.ts';
import { CONVERSATION_TEXT } from '../../text/conversation.ts';

/** Messages looked at, from the newest; older failures are still marked where they stand. */
const LOOK_BACK = 500;

/** Keeps failed messages in sight and in reach of the keyboard when they have scrolled away. */
export function UndeliveredBar({
  jid,
  log,
}: {
  readonly jid: BareJid;
  readonly log: MessageLog;
}): ReactElement | null {
  const actions = useActions();
  const failed = useMemo(
    () => log.slice(log.size - LOOK_BACK, log.size).filter((message) => message.delivery === 'failed'),
    [log],
  );
  if (failed.length === 0) return null;
  return (
    <section className="undelivered" aria-label={CONVERSATION_TEXT.undelivered}>
      <Icon name="failed" size={14} />
      <p role="status">{CONVERSATION_TEXT.undeliveredOf(failed.length)}</p>
      <button
        type="button"
        className="button button-small"
        onClick={() => {
          for (const message of failed) actions.retry(jid, message.id);
        }}
      >
        {CONVERSATION_TEXT.sendAllAgain(failed.length)}
      </button>
    </section>
  );
}
