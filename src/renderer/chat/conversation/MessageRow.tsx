import { memo, type ReactElement } from 'react';
import type { ChatMessage } from '../../../shared/chat-model.ts';
import { fileDescription } from '../../../shared/file-contract.ts';
import type { BareJid } from '../../../shared/jid.ts';
import { NameWarning } from '../../parts/NameWarning.tsx';
import type { MessagePlace } from '../../state/message-groups.ts';
import { formatFull } from '../../text/time.ts';
import { FileCard } from '../files/FileCard.tsx';
import { LabelTag } from '../labels/LabelTag.tsx';
import { FormMessage, shownForm } from '../templates/FormMessage.tsx';
import { DeliveryMark } from './DeliveryMark.tsx';
import { FailedNote } from './FailedNote.tsx';
import { GapNote } from './GapNote.tsx';
import { MessageBody } from './MessageBody.tsx';
import { DayLine, MessageTime } from './MessageTime.tsx';

interface Props extends MessagePlace {
  readonly conversation: BareJid;
  readonly message: ChatMessage;
  /** The sender as the window calls them. */
  readonly sender: string;
  /** True for the first message that was unread. */
  readonly isMark: boolean;
}

function rowClass({ message, startsGroup }: Props): string {
  const classes = ['message'];
  if (message.direction === 'out') classes.push('message-out');
  if (startsGroup) classes.push('message-first');
  if (message.delivery === 'queued') classes.push('message-queued');
  return classes.join(' ');
}

/** The text, or the form that says the same. */
function MessageText({ message }: { readonly message: ChatMessage }): ReactElement {
  const form = shownForm(message);
  return form === undefined ? <MessageBody text={message.body} /> : <FormMessage form={form} />;
}

/** One message: time, sender, text, and how far it got. The text is never more than text. */
export const MessageRow = memo(function MessageRow(props: Props): ReactElement {
  const { message, sender, startsDay, startsGroup, startsMinute, isMark, conversation } = props;
  return (
    <>
      {startsDay ? <DayLine at={message.at} /> : null}
      {isMark ? (
        <p className="unread-mark">
          <span>New</span>
        </p>
      ) : null}
      <div className={rowClass(props)}>
        <MessageTime at={message.at} shown={startsMinute} />
        <bdi className={startsGroup ? 'message-sender' : 'message-sender visually-hidden'} title={sender}>
          {sender} {startsGroup ? <NameWarning warning={message.warning} /> : null}
        </bdi>
        <LabelTag label={message.label} />
        <div className="message-content">
          {message.file === undefined || message.body !== fileDescription(message.file) ? (
            <MessageText message={message} />
          ) : null}
          {message.file === undefined ? null : (
            <FileCard conversation={conversation} message={message} file={message.file} sender={sender} />
          )}
          {message.delivery === 'failed' ? (
            <FailedNote conversation={conversation} message={message} />
          ) : null}
        </div>
        <span className="message-marks">
          {message.delayed ? (
            <span className="delayed" title={`Sent ${formatFull(message.at)}, arrived later`}>
              delayed
            </span>
          ) : null}
          {message.delivery === undefined ? null : <DeliveryMark delivery={message.delivery} />}
        </span>
      </div>
      {message.gapAfter === undefined ? null : (
        <GapNote conversation={conversation} message={message.id} gap={message.gapAfter} />
      )}
    </>
  );
});
