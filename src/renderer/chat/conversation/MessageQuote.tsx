import type { ReactElement } from 'react';
import type { MessageReply } from '../../../shared/message-actions.ts';
import { Icon } from '../../parts/Icon.tsx';
import { MESSAGE_TEXT } from '../../text/messages.ts';
import { LabelTag } from '../labels/LabelTag.tsx';

/** What a message answers, as the message itself has it, and the way there. */
export function MessageQuote({
  reply,
  sender,
  onJump,
}: {
  readonly reply: MessageReply;
  /** As the window calls whoever is quoted. */
  readonly sender: string;
  readonly onJump: (id: string) => void;
}): ReactElement {
  const { id, excerpt } = reply;
  if (id === undefined || excerpt === undefined)
    return (
      <p className="quote quote-missing">
        <Icon name="reply" size={12} />
        {MESSAGE_TEXT.answersMissing}
      </p>
    );
  return (
    <button type="button" className="quote" title={MESSAGE_TEXT.jump} onClick={() => onJump(id)}>
      <Icon name="reply" size={12} />
      <span className="visually-hidden">{MESSAGE_TEXT.answers}</span>
      <bdi className="quote-sender">{sender}</bdi>
      {reply.label === undefined ? null : <LabelTag label={reply.label} />}
      <bdi className="quote-text">{excerpt}</bdi>
    </button>
  );
}
