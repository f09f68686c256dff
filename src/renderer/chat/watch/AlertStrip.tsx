import type { ReactElement } from 'react';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { raisedAlerts } from '../../state/alerts.ts';
import { WATCH_TEXT } from '../../text/watch.ts';
import { alertPlace, alertReason } from './AlertRow.tsx';
import { SeverityMark } from './SeverityMark.tsx';

/** That something was raised and nobody has acknowledged it; mentions and muted rooms wait in the inbox. */
export function AlertStrip(): ReactElement | null {
  const actions = useActions();
  const alerts = useWindowState((state) => state.chat.collections.alerts);
  const raised = raisedAlerts(alerts).filter(({ reason, quiet }) => reason === 'watchword' && !quiet);
  const newest = raised.at(-1);
  const place = useWindowState((state) => (newest === undefined ? '' : alertPlace(state.chat, newest)));
  if (newest === undefined) return null;
  return (
    <section className={`strip strip-alert strip-alert-${newest.severity}`} aria-label={WATCH_TEXT.inbox}>
      <SeverityMark severity={newest.severity} />
      <p role="alert">
        <strong>{WATCH_TEXT.strip(raised.length)}</strong>{' '}
        <bdi>{WATCH_TEXT.newest(alertReason(newest), place)}</bdi>
      </p>
      <button type="button" className="button button-small" onClick={() => actions.watch.jump(newest)}>
        {WATCH_TEXT.goTo}
      </button>
      <button type="button" className="button button-small" onClick={() => actions.show('inbox')}>
        {WATCH_TEXT.openInbox}
      </button>
    </section>
  );
}
