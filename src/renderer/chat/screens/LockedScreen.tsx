import { type ReactElement, useRef, useState } from 'react';
import type { AppState } from '../../../shared/app-state.ts';
import { useServices } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { Wordmark } from '../../parts/Wordmark.tsx';
import { copyField } from '../../text/copy.ts';
import { errorText } from '../../text/error-text.ts';
import { lockedReport } from '../../text/report.ts';
import { SCREENS_TEXT } from '../../text/screens.ts';

/** No valid policy: why, what to do, and a report that IT can use. Nothing else is offered. */
export function LockedScreen({
  state,
}: {
  readonly state: Extract<AppState, { kind: 'locked' }>;
}): ReactElement {
  const { bridge } = useServices();
  const field = useRef<HTMLTextAreaElement>(null);
  const [copied, setCopied] = useState<boolean>();
  const [report] = useState(() => lockedReport(state, Date.now()));
  const { title, action } = errorText(state.error);
  return (
    <div className="sign-in">
      <section className="sign-in-head" aria-label={SCREENS_TEXT.application}>
        <Wordmark />
      </section>
      <main className="sign-in-panel sign-in-panel-wide locked">
        <div className="locked-head">
          <span className="locked-mark">
            <Icon name="lock" size={24} />
          </span>
          <div>
            <p className="locked-kicker">
              {SCREENS_TEXT.sallyportIsLocked} <span className="code">{state.error.code}</span>
            </p>
            <h1>{title}</h1>
            <p className="lead locked-lead">{action}</p>
          </div>
        </div>
        {state.support === '' ? null : <p className="locked-support">{state.support}</p>}
        <label className="field-label" htmlFor="report">
          {SCREENS_TEXT.reportForIt}
        </label>
        <textarea
          id="report"
          ref={field}
          className="report"
          readOnly
          rows={7}
          value={report}
          spellCheck={false}
        />
        <div className="button-row">
          <button
            type="button"
            className="button button-primary"
            onClick={() => {
              if (field.current !== null) setCopied(copyField(field.current));
            }}
          >
            {SCREENS_TEXT.copyReport}
          </button>
          <button type="button" className="button" onClick={() => bridge.quit()}>
            {SCREENS_TEXT.quit}
          </button>
          <span className="button-row-note" role="status">
            {copied === true ? SCREENS_TEXT.copied : null}
            {copied === false ? SCREENS_TEXT.theReportIsSelectedPress : null}
          </span>
        </div>
      </main>
    </div>
  );
}
