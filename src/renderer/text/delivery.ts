import type { DeliveryState } from '../../shared/chat-model.ts';

export const DELIVERY_TEXT: Readonly<Record<DeliveryState, string>> = {
  queued: 'Queued on this computer',
  sent: 'Sent',
  stored: 'On the server',
  delivered: 'Delivered',
  displayed: 'Seen',
  failed: 'Not delivered',
};
