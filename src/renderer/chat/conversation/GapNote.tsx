import type { ReactElement } from 'react';
import type { MessageGap } from '../../../shared/chat-model.ts';
import type { BareJid } from '../../../shared/jid.ts';
import { useActions } from '../../hooks/services.ts';
import { useTimeForm } from '../../hooks/use-time-form.ts';
import { CONVERSATION_TEXT } from '../../text/conversation.ts';
import { formatSpan, lengthText } from '../../text/time.ts';

interface Props {
  readonly conversation: BareJid;
  /** The message before the gap. */
  readonly message: string;
  readonly gap: MessageGap;
}

/** Where messages may be missing, and for which time. */
export function GapNote({ conversation, message, gap }: Props): ReactElement {
  const actions = useActions();
  const span = formatSpan(gap.from, gap.to, useTimeForm());
  if (gap.loading) {
    return (
      <p className="gap">
        <span>{CONVERSATION_TEXT.gapLoading(span)}</span>
      </p>
    );
  }
  return (
    <p className="gap">
      <span>
        {gap.more === true
          ? CONVERSATION_TEXT.gapMore(lengthText(gap.to - gap.from), span)
          : CONVERSATION_TEXT.gap(span)}
      </span>
      <button
        type="button"
        className="button button-small"
        onClick={() => actions.fillGap(conversation, message)}
      >
        {gap.more === true ? CONVERSATION_TEXT.loadGap : CONVERSATION_TEXT.tryAgain}
      </button>
    </p>
  );
}
