import type { ReactElement } from 'react';
import type { ChatMessage } from '../../../shared/chat-model.ts';
import type { BareJid } from '../../../shared/jid.ts';
import { useActions } from '../../hooks/services.ts';
import { CONVERSATION_TEXT } from '../../text/conversation.ts';
import { errorText } from '../../text/error-text.ts';

/** Why a message was not delivered, and the way to send it again. */
export function FailedNote({
  conversation,
  message,
}: {
  readonly conversation: BareJid;
  readonly message: ChatMessage;
}): ReactElement {
  const actions = useActions();
  return (
    <p className="failed-note">
      <span>
        {message.error === undefined ? CONVERSATION_TEXT.notDelivered : errorText(message.error).title}
      </span>
      <button
        type="button"
        className="button button-small"
        onClick={() => actions.retry(conversation, message.id)}
      >
        {CONVERSATION_TEXT.sendAgain}
      </button>
    </p>
  );
}
