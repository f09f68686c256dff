import { type FormEvent, type ReactElement, useState } from 'react';
import type { ChatMessage } from '../../../shared/chat-model.ts';
import { MAX_REASON } from '../../../shared/message-actions.ts';
import { Modal } from '../../parts/Modal.tsx';
import { MESSAGE_TEXT } from '../../text/messages.ts';
import { LabelTag } from '../labels/LabelTag.tsx';

/** Asks before a message is taken back; of a moderator also why. */
export function TakeBackDialog({
  message,
  forAll,
  onDecided,
}: {
  readonly message: ChatMessage;
  /** A moderator takes back somebody's message. */
  readonly forAll: boolean;
  /** `undefined`: it stays. */
  readonly onDecided: (reason: string | undefined) => void;
}): ReactElement {
  const [reason, setReason] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onDecided(reason.trim());
  };
  return (
    <Modal
      title={forAll ? MESSAGE_TEXT.confirmModerate : MESSAGE_TEXT.confirmRetract}
      onClose={() => onDecided(undefined)}
    >
      <form className="form" onSubmit={submit}>
        <blockquote className="take-back-text">
          {message.label === undefined ? null : <LabelTag label={message.label} />}
          {message.body}
        </blockquote>
        {forAll ? (
          <>
            <label className="field-label" htmlFor="take-back-reason">
              {MESSAGE_TEXT.reason}
            </label>
            <input
              id="take-back-reason"
              type="text"
              dir="auto"
              className="text-field"
              maxLength={MAX_REASON}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          </>
        ) : null}
        <p className="hint">{MESSAGE_TEXT.confirmRetractHint}</p>
        <div className="button-row">
          <button type="submit" className="button button-danger">
            {MESSAGE_TEXT.takeBack}
          </button>
          <button type="button" className="button" onClick={() => onDecided(undefined)}>
            {MESSAGE_TEXT.keep}
          </button>
        </div>
      </form>
    </Modal>
  );
}
