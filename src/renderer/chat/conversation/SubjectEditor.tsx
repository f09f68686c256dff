import { type FormEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import type { Room } from '../../../shared/chat-model.ts';
import type { ErrorReport } from '../../../shared/errors.ts';
import { useActions } from '../../hooks/services.ts';
import { ROOM_HEAD_TEXT } from '../../text/conversation.ts';
import { errorText } from '../../text/error-text.ts';

/** Longest subject that the session accepts, in UTF-16 code units. */
const MAX_SUBJECT_LENGTH = 1024;

/** Changes the subject: Enter sets it, Escape leaves it as it was. */
export function SubjectEditor({
  room,
  onDone,
}: {
  readonly room: Room;
  readonly onDone: () => void;
}): ReactElement {
  const actions = useActions();
  const [text, setText] = useState(room.subject);
  const [error, setError] = useState<ErrorReport>();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const failure = await actions.setSubject(room.jid, text.trim());
    if (failure === undefined) onDone();
    else setError(failure);
  };
  return (
    <form className="subject-editor" onSubmit={submit}>
      <input
        ref={field}
        type="text"
        aria-label={ROOM_HEAD_TEXT.subject}
        aria-invalid={error !== undefined}
        value={text}
        maxLength={MAX_SUBJECT_LENGTH}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          onDone();
        }}
      />
      <button type="submit" className="button button-small button-primary">
        {ROOM_HEAD_TEXT.setSubject}
      </button>
      <button type="button" className="button button-small" onClick={onDone}>
        {ROOM_HEAD_TEXT.cancel}
      </button>
      {error === undefined ? null : (
        <p className="field-error" role="alert">
          {errorText(error).title}
        </p>
      )}
    </form>
  );
}
