import type { ReactElement } from 'react';
import type { PresentationPolicy } from '../../../shared/app-state.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { Clock } from './Clock.tsx';

/** The calm line at the bottom: how this connection is protected, and what time it is. */
export function StatusBar({ policy }: { readonly policy: PresentationPolicy }): ReactElement {
  const actions = useActions();
  const link = useWindowState((state) => state.chat.link);
  const connection = useWindowState((state) => state.chat.connection);
  const online = link.kind === 'online' && connection !== undefined;
  return (
    <section className="status-bar" aria-label="Status" data-pane="status">
      <button
        type="button"
        className={online ? 'status-link status-link-online' : 'status-link'}
        onClick={() => actions.show('connection')}
      >
        <Icon name={online ? 'lock' : 'alert'} size={14} />
        {online
          ? `${connection.host} · ${connection.tlsVersion.replace('TLSv', 'TLS ')} · lock ${connection.lock.verified ? 'verified' : 'not verified'}`
          : 'Not connected'}
      </button>
      <span className="status-organisation">{policy.organisation}</span>
      <button type="button" className="status-link" onClick={() => actions.show('shortcuts')}>
        <Icon name="keyboard" size={14} />
        Shortcuts
      </button>
      <Clock />
    </section>
  );
}
