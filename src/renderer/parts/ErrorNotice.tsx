import type { ReactElement } from 'react';
import type { ErrorReport } from '../../shared/errors.ts';
import { errorText } from '../text/error-text.ts';
import { Icon } from './Icon.tsx';

interface Props {
  readonly error: ErrorReport;
  /** `alert` interrupts a screen reader; `status` waits until it is done. */
  readonly role?: 'alert' | 'status';
  readonly tone?: 'danger' | 'warning';
}

/** A failure in two sentences, what happened and what to do, with its code for IT. */
export function ErrorNotice({ error, role = 'alert', tone = 'danger' }: Props): ReactElement {
  const { title, action } = errorText(error);
  return (
    <div className={`notice notice-${tone}`} role={role}>
      <Icon name="alert" />
      <div>
        <p className="notice-title">{title}</p>
        <p className="notice-action">{action}</p>
        <p className="notice-code">{error.code}</p>
      </div>
    </div>
  );
}
