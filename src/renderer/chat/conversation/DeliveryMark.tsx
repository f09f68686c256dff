import type { ReactElement } from 'react';
import type { DeliveryState } from '../../../shared/chat-model.ts';
import { Icon, type IconName } from '../../parts/Icon.tsx';
import { DELIVERY_TEXT } from '../../text/delivery.ts';

const ICONS: Readonly<Record<DeliveryState, IconName>> = {
  queued: 'clock',
  sent: 'up',
  stored: 'check',
  delivered: 'delivered',
  displayed: 'seen',
  failed: 'failed',
};

/** How far an outgoing message got: a shape of its own for each state, and the same in words. */
export function DeliveryMark({ delivery }: { readonly delivery: DeliveryState }): ReactElement {
  return (
    <span className={`delivery delivery-${delivery}`} title={DELIVERY_TEXT[delivery]}>
      <Icon name={ICONS[delivery]} size={14} />
      <span className="visually-hidden">{DELIVERY_TEXT[delivery]}</span>
    </span>
  );
}
