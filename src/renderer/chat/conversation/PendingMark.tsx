import type { ReactElement } from 'react';
import type { PendingAction } from '../../../shared/message-actions.ts';
import { Icon } from '../../parts/Icon.tsx';
import { MESSAGE_TEXT } from '../../text/messages.ts';

/** In the place of how far a message got: what this user did to it has not reached the server. */
export function PendingMark({ pending }: { readonly pending: readonly PendingAction[] }): ReactElement {
  const words = pending.map(({ type }) => MESSAGE_TEXT.pending[type]).join(' ');
  return (
    <span className="delivery delivery-queued" title={words}>
      <Icon name="clock" size={14} />
      <span className="visually-hidden">{words}</span>
    </span>
  );
}
