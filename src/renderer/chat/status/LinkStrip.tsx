import type { ReactElement } from 'react';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { errorText } from '../../text/error-text.ts';
import { Countdown } from './Countdown.tsx';

/** Says over the whole width that there is no connection, why, and when the next try is; nothing while there is one. */
export function LinkStrip(): ReactElement | null {
  const actions = useActions();
  const link = useWindowState((state) => state.chat.link);
  if (link.kind === 'online') return null;
  return (
    <section className="strip strip-warning" aria-label="Connection">
      <Icon name={link.kind === 'connecting' ? 'clock' : 'alert'} />
      <p role="status">
        {link.kind === 'offline' ? 'You are offline.' : null}
        {link.kind === 'connecting' ? `Connecting to ${link.host}.` : null}
        {link.kind === 'waiting' ? <strong>{errorText(link.error).title}</strong> : null}
      </p>
      {link.kind === 'waiting' ? (
        <>
          <p className="strip-detail">{errorText(link.error).action}</p>
          <Countdown until={link.retryAt} />
        </>
      ) : null}
      {link.kind === 'connecting' ? null : (
        <button type="button" className="button button-small" onClick={() => actions.reconnect()}>
          Try now
        </button>
      )}
    </section>
  );
}
