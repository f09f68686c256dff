import type { ReactElement } from 'react';
import type { PresentationPolicy } from '../../../shared/app-state.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { STATUS_TEXT } from '../../text/status.ts';
import { Clock } from './Clock.tsx';
import { LinkMeter } from './LinkMeter.tsx';

/** The calm line at the bottom: how this connection is protected, and what time it is. */
export function StatusBar({ policy }: { readonly policy: PresentationPolicy }): ReactElement {
  const actions = useActions();
  const link = useWindowState((state) => state.chat.link);
  const connection = useWindowState((state) => state.chat.connection);
  const online = link.kind === 'online' && connection !== undefined;
  return (
    <section className="status-bar" aria-label={STATUS_TEXT.status} data-pane="status">
      <button
        type="button"
        className={online ? 'status-link status-link-online' : 'status-link'}
        onClick={() => actions.show('connection')}
      >
        <Icon name={online ? 'lock' : 'alert'} size={14} />
        {online
          ? STATUS_TEXT.protection(
              connection.host,
              connection.tlsVersion.replace('TLSv', 'TLS '),
              connection.lock.verified,
            )
          : STATUS_TEXT.notConnected}
      </button>
      {link.kind === 'online' && link.roundTripMs !== undefined ? (
        <LinkMeter roundTripMs={link.roundTripMs} slow={link.slow === true} />
      ) : null}
      <span className="status-organisation">{policy.organisation}</span>
      <button type="button" className="status-link" onClick={() => actions.show('shortcuts')}>
        <Icon name="keyboard" size={14} />
        {STATUS_TEXT.shortcuts}
      </button>
      <Clock />
    </section>
  );
}
