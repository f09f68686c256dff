import type { ReactElement } from 'react';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { errorText } from '../../text/error-text.ts';
import { STATUS_TEXT } from '../../text/status.ts';
import { Countdown } from './Countdown.tsx';

/** Says over the whole width that there is no connection, why, and when the next try is; nothing while there is one. */
export function LinkStrip(): ReactElement | null {
  const actions = useActions();
  const link = useWindowState((state) => state.chat.link);
  if (link.kind === 'online') return null;
  return (
    <section className="strip strip-warning" aria-label={STATUS_TEXT.connection}>
      <Icon name={link.kind === 'connecting' ? 'clock' : 'alert'} />
      <p role="status">
        {link.kind === 'offline' ? STATUS_TEXT.youAreOffline : null}
        {link.kind === 'connecting' ? STATUS_TEXT.connectingTo(link.host) : null}
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
          {STATUS_TEXT.tryNow}
        </button>
      )}
    </section>
  );
}
