import type { ReactElement } from 'react';
import type { ErrorReport } from '../../../shared/errors.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { errorText } from '../../text/error-text.ts';

/** A refused policy update, as long as it lasts; and the last command that failed, until it is dismissed. */
export function NoticeStrip({ warning }: { readonly warning: ErrorReport | undefined }): ReactElement {
  const actions = useActions();
  const notice = useWindowState((state) => state.view.notice);
  return (
    <>
      {warning === undefined ? null : (
        <section className="strip strip-warning" aria-label="Policy">
          <Icon name="alert" />
          <p role="status">
            <strong>A policy update was refused; the last good policy stays in force.</strong>
          </p>
          <p className="strip-detail">
            {errorText(warning).title} {errorText(warning).action}
          </p>
          <span className="code">{warning.code}</span>
        </section>
      )}
      {notice === undefined ? null : (
        <section className="strip strip-danger" aria-label="Problem">
          <Icon name="alert" />
          <p role="alert">
            <strong>{errorText(notice).title}</strong>
          </p>
          <p className="strip-detail">{errorText(notice).action}</p>
          <span className="code">{notice.code}</span>
          <button type="button" className="button button-small" onClick={() => actions.dismissNotice()}>
            Dismiss
          </button>
        </section>
      )}
    </>
  );
}
