import type { ReactElement, ReactNode } from 'react';
import type { Deed } from '../hooks/use-deed.ts';
import { PARTS_TEXT } from '../text/parts.ts';
import { ErrorNotice } from './ErrorNotice.tsx';

interface Props {
  readonly deed: Deed;
  /** What the form does, and the same while it is being done. */
  readonly confirm: string;
  readonly doing: string;
  /** For what cannot be undone. */
  readonly danger?: boolean;
  /** Something is missing yet. */
  readonly disabled?: boolean;
  readonly onCancel: () => void;
  /** Where closing takes nothing back any more. */
  readonly cancel?: string;
  /** Between the error and the buttons. */
  readonly note?: ReactNode;
  /** Between the two buttons. */
  readonly children?: ReactNode;
  /** After them. */
  readonly after?: ReactNode;
}

/** The end of every form: what went wrong, the button that does it, and the way out. */
export function FormEnd(props: Props): ReactElement {
  const {
    deed,
    confirm,
    doing,
    danger = false,
    disabled = false,
    onCancel,
    cancel = PARTS_TEXT.cancel,
  } = props;
  return (
    <>
      {deed.error === undefined ? null : <ErrorNotice error={deed.error} />}
      {props.note}
      <div className="button-row">
        <button
          type="submit"
          className={danger ? 'button button-danger' : 'button button-primary'}
          aria-disabled={deed.busy || disabled}
        >
          {deed.busy ? doing : confirm}
        </button>
        {props.children}
        <button type="button" className="button" onClick={onCancel}>
          {cancel}
        </button>
        {props.after}
      </div>
    </>
  );
}
