import { memo, type ReactElement, type ReactNode } from 'react';
import type { ChatMessage } from '../../../shared/chat-model.ts';
import { fileDescription } from '../../../shared/file-contract.ts';
import type { BareJid } from '../../../shared/jid.ts';
import { drawnInWords } from '../../../shared/whiteboard.ts';
import { Icon } from '../../parts/Icon.tsx';
import { NameWarning } from '../../parts/NameWarning.tsx';
import type { MessagePlace } from '../../state/message-groups.ts';
import { isWaiting, reactionGroups } from '../../state/message-view.ts';
import { CONVERSATION_TEXT } from '../../text/conversation.ts';
import { MESSAGE_TEXT } from '../../text/messages.ts';
import { formatFull } from '../../text/time.ts';
import { BOARD_TEXT } from '../../text/whiteboard.ts';
import { FileCard } from '../files/FileCard.tsx';
import { LabelTag } from '../labels/LabelTag.tsx';
import { FormMessage, shownForm } from '../templates/FormMessage.tsx';
import { AcknowledgedNote } from './AcknowledgedNote.tsx';
import { DeliveryMark } from './DeliveryMark.tsx';
import { EditedNote } from './EditedNote.tsx';
import { FailedNote } from './FailedNote.tsx';
import { GapNote } from './GapNote.tsx';
import { MessageBody } from './MessageBody.tsx';
import { MessageQuote } from './MessageQuote.tsx';
import { DayLine, MessageTime } from './MessageTime.tsx';
import { PendingMark } from './PendingMark.tsx';
import { ReactionBar } from './ReactionBar.tsx';
import { Tombstone } from './Tombstone.tsx';

interface Props extends MessagePlace {
  readonly conversation: BareJid;
  readonly message: ChatMessage;
  /** The sender as the window calls them. */
  readonly sender: string;
  /** True for the first message that was unread. */
  readonly isMark: boolean;
  readonly isSelected: boolean;
  /** As the window calls whoever is quoted. */
  readonly quoted: string;
  readonly handlers: RowHandlers;
}

/** What a row's parts ask for; the same object for all rows. */
export interface RowHandlers {
  readonly onJump: (id: string) => void;
  readonly onReact: (message: ChatMessage, emoji: string) => void;
  readonly onMenu: (id: string, anchor: Element) => void;
}

function rowClass({ message, startsGroup, isSelected }: Props): string {
  const classes = ['message'];
  if (message.direction === 'out') classes.push('message-out');
  if (startsGroup) classes.push('message-first');
  if (message.delivery === 'queued') classes.push('message-queued');
  if (message.retraction !== undefined) classes.push('message-retracted');
  if (isSelected) classes.push('message-selected');
  return classes.join(' ');
}

/** The text, or the form that says the same. */
function SaidText({ message, conversation }: Props): ReactElement {
  const form = shownForm(message);
  if (message.board !== undefined) {
    return (
      <div className="board-said">
        <Icon name="board" size={14} />
        <span className="visually-hidden">{BOARD_TEXT.drawn} </span>
        <MessageBody text={drawnInWords(message.body)} conversation={conversation} />
      </div>
    );
  }
  return form === undefined ? (
    <MessageBody text={message.body} conversation={conversation} />
  ) : (
    <FormMessage form={form} />
  );
}

/** What a message says, and what was done with it. */
function Said(props: Props): ReactNode {
  const { conversation, message, sender } = props;
  const { file, body, versions } = message;
  return (
    <>
      {file === undefined || body !== fileDescription(file) ? <SaidText {...props} /> : null}
      {file === undefined ? null : (
        <FileCard conversation={conversation} message={message} file={file} sender={sender} />
      )}
      {versions === undefined ? null : <EditedNote versions={versions} conversation={conversation} />}
      {message.strayCorrection === true ? <p className="stray">{MESSAGE_TEXT.stray}</p> : null}
      {message.retractionClaim === undefined ? null : (
        <p className="stray">{MESSAGE_TEXT.claimed(message.retractionClaim.at)}</p>
      )}
    </>
  );
}

/** How far the message got, or what was done to it last. */
function FarMark({ delivery, pending }: ChatMessage): ReactNode {
  if (pending !== undefined) return <PendingMark pending={pending} />;
  return delivery === undefined ? null : <DeliveryMark delivery={delivery} />;
}

/** One message: time, sender, text, and how far it got. The text is never more than text. */
export const MessageRow = memo(function MessageRow(props: Props): ReactElement {
  const { message, sender, startsDay, startsGroup, startsMinute, isMark, conversation, quoted, handlers } =
    props;
  return (
    <>
      {startsDay ? <DayLine at={message.at} /> : null}
      {isMark ? (
        <p className="unread-mark">
          <span>{CONVERSATION_TEXT.unreadMark}</span>
        </p>
      ) : null}
      <article className={rowClass(props)} data-message={message.id} tabIndex={-1}>
        <MessageTime at={message.at} shown={startsMinute} />
        <bdi className={startsGroup ? 'message-sender' : 'message-sender visually-hidden'} title={sender}>
          {sender} {startsGroup ? <NameWarning warning={message.warning} /> : null}
        </bdi>
        <LabelTag label={message.label} />
        <div className="message-content">
          {message.reply === undefined ? null : (
            <MessageQuote reply={message.reply} sender={quoted} onJump={handlers.onJump} />
          )}
          {message.retraction === undefined ? (
            <Said {...props} />
          ) : (
            <Tombstone retraction={message.retraction} isWaiting={isWaiting(message, 'retract')}>
              <Said {...props} />
            </Tombstone>
          )}
          {message.acknowledgements === undefined ? null : (
            <AcknowledgedNote acknowledgements={message.acknowledgements} />
          )}
          <ReactionBar
            groups={reactionGroups(message)}
            isWaiting={isWaiting(message, 'react')}
            onToggle={(emoji) => handlers.onReact(message, emoji)}
          />
          {message.delivery === 'failed' ? (
            <FailedNote conversation={conversation} message={message} />
          ) : null}
        </div>
        <span className="message-marks">
          {message.delayed ? (
            <span className="delayed" title={CONVERSATION_TEXT.sentEarlier(formatFull(message.at))}>
              {CONVERSATION_TEXT.delayed}
            </span>
          ) : null}
          <FarMark {...message} />
        </span>
        <button
          type="button"
          tabIndex={-1}
          className="message-more icon-button"
          aria-label={MESSAGE_TEXT.more}
          title={MESSAGE_TEXT.more}
          onClick={(event) => handlers.onMenu(message.id, event.currentTarget)}
        >
          <Icon name="more" size={14} />
        </button>
      </article>
      {message.gapAfter === undefined ? null : (
        <GapNote conversation={conversation} message={message.id} gap={message.gapAfter} />
      )}
    </>
  );
});
