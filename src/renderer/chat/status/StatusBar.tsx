import type { ReactElement } from 'react';
import type { PresentationPolicy } from '../../../shared/app-state.ts';
import { commandNamed, tooltipOf } from '../../commands/table.ts';
import { useServices, useWindowState } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { raisedAlerts } from '../../state/alerts.ts';
import { STATUS_TEXT } from '../../text/status.ts';
import { WATCH_TEXT } from '../../text/watch.ts';
import { Clock } from './Clock.tsx';
import { LinkMeter } from './LinkMeter.tsx';

/** The calm line at the bottom: how this connection is protected, and what time it is. */
export function StatusBar({ policy }: { readonly policy: PresentationPolicy }): ReactElement {
  const services = useServices();
  const { actions } = services;
  const link = useWindowState((state) => state.chat.link);
  const connection = useWindowState((state) => state.chat.connection);
  const raised = useWindowState((state) => raisedAlerts(state.chat.collections.alerts).length);
  const online = link.kind === 'online' && connection !== undefined;
  return (
    <section className="status-bar" aria-label={STATUS_TEXT.status} data-pane="status">
      <button
        type="button"
        className={online ? 'status-link status-link-online' : 'status-link'}
        onClick={() => actions.show('connection')}
      >
        <Icon name={online ? 'lock' : 'alert'} size={14} />
        <span className="status-text">
          {online
            ? STATUS_TEXT.protection(
                connection.host,
                connection.tlsVersion.replace('TLSv', 'TLS '),
                connection.lock.verified,
              )
            : STATUS_TEXT.notConnected}
        </span>
      </button>
      {link.kind === 'online' && link.roundTripMs !== undefined ? (
        <LinkMeter roundTripMs={link.roundTripMs} slow={link.slow === true} />
      ) : null}
      <span className="status-organisation">{policy.organisation}</span>
      <button
        type="button"
        className={
          raised > 0 ? 'status-link status-link-fixed status-link-alerts' : 'status-link status-link-fixed'
        }
        title={tooltipOf('inbox')}
        onClick={() => actions.show('inbox')}
      >
        <Icon name="bell" size={14} />
        {WATCH_TEXT.inboxButton(raised)}
      </button>
      <button
        type="button"
        className="status-link status-link-fixed"
        title={tooltipOf('floor')}
        onClick={() => commandNamed('floor').run(services)}
      >
        <Icon name="tiles" size={14} />
        <span className="status-name">{WATCH_TEXT.floor}</span>
      </button>
      <button
        type="button"
        className="status-link status-link-fixed"
        title={tooltipOf('shortcuts')}
        onClick={() => actions.show('shortcuts')}
      >
        <Icon name="keyboard" size={14} />
        <span className="status-name">{STATUS_TEXT.shortcuts}</span>
      </button>
      <Clock />
    </section>
  );
}
