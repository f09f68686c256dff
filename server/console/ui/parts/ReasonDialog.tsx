import { type FormEvent, type ReactElement, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { TEXT } from '../text/frame.ts';
import { useDoing } from './hooks.ts';
import { ErrorNotice } from './Notice.tsx';

/** Asks once more, and why. Escape and Cancel leave everything as it is. */
export function ReasonDialog(props: {
  readonly title: string;
  readonly action: string;
  readonly danger?: boolean;
  /** False where no reason is asked. */
  readonly reason?: boolean;
  /** False keeps the action from being done: something else is still missing. */
  readonly ready?: boolean;
  readonly children?: ReactNode;
  readonly onDo: (reason: string) => Promise<void>;
  readonly onClose: () => void;
}): ReactElement {
  const { title, action, danger = false, reason: asks = true, ready = true, children, onDo, onClose } = props;
  const [reason, setReason] = useState('');
  const doing = useDoing();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const field = useId();
  const hint = useId();
  useEffect(() => dialog.current?.showModal(), []);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    doing.run(async () => {
      await onDo(reason.trim());
      onClose();
    });
  };
  return (
    <dialog ref={dialog} aria-labelledby={heading} onClose={onClose}>
      <form onSubmit={submit}>
        <h2 id={heading}>{title}</h2>
        {children}
        {asks ? (
          <div className="field">
            <label htmlFor={field}>{TEXT.reason}</label>
            <input
              id={field}
              aria-describedby={hint}
              required
              minLength={3}
              maxLength={500}
              autoComplete="off"
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
            <small id={hint}>{TEXT.reasonHint}</small>
          </div>
        ) : null}
        <ErrorNotice error={doing.error} />
        <div className="actions">
          <button type="button" className="button" onClick={onClose}>
            {TEXT.cancel}
          </button>
          <button
            type="submit"
            className={danger ? 'button button-danger' : 'button button-primary'}
            disabled={doing.busy || !ready || (asks && reason.trim().length < 3)}
          >
            {action}
          </button>
        </div>
      </form>
    </dialog>
  );
}
