import type { ReactElement } from 'react';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { errorText } from '../../text/error-text.ts';
import { STATUS_TEXT } from '../../text/status.ts';

/** What lasts and is not as it should be, such as a history that is not kept; it goes when the reason goes. */
export function LastingNotices(): ReactElement {
  const notices = useWindowState((state) => state.chat.collections.notices);
  return (
    <>
      {[...notices.values()].map(({ id, error }) => (
        <section key={id} className="strip strip-warning" aria-label={STATUS_TEXT.notice}>
          <Icon name="alert" />
          <p role="status">
            <strong>{errorText(error).title}</strong>
          </p>
          <p className="strip-detail">{errorText(error).action}</p>
          <span className="code">{error.code}</span>
        </section>
      ))}
    </>
  );
}

/** The last command that failed, until it is dismissed. */
export function NoticeStrip(): ReactElement | null {
  const actions = useActions();
  const notice = useWindowState((state) => state.view.notice);
  if (notice === undefined) return null;
  return (
    <section className="strip strip-danger" aria-label={STATUS_TEXT.problem}>
      <Icon name="alert" />
      <p role="alert">
        <strong>{errorText(notice).title}</strong>
      </p>
      <p className="strip-detail">{errorText(notice).action}</p>
      <span className="code">{notice.code}</span>
      <button type="button" className="button button-small" onClick={() => actions.dismissNotice()}>
        {STATUS_TEXT.dismiss}
      </button>
    </section>
  );
}
