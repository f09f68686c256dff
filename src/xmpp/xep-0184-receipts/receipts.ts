/** XEP-0184 Message Delivery Receipts, version 1.4.0. */
import { NS } from '../namespaces.ts';
import { childOf, type Element, xml } from '../xml.ts';

const MAX_ID_LENGTH = 256;

export function receiptRequest(): Element {
  return xml('request', { xmlns: NS.receipts });
}

/** The id of the message that this one says was received. */
export function receivedIdOf(message: Element): string | undefined {
  const id = childOf(message, 'received', NS.receipts)?.attrs.id;
  return id !== undefined && id !== '' && id.length <= MAX_ID_LENGTH ? id : undefined;
}

/**
 * Whether the sender asked for a receipt and may have one: there is an id and somebody to answer, and it is no error and
 * no room message (5.3).
 */
export function asksForReceipt(message: Element): boolean {
  const { id, type, from } = message.attrs;
  return (
    from !== undefined &&
    id !== undefined &&
    id !== '' &&
    id.length <= MAX_ID_LENGTH &&
    type !== 'groupchat' &&
    type !== 'error' &&
    childOf(message, 'request', NS.receipts) !== undefined
  );
}

/** The receipt for a message that {@link asksForReceipt}. */
export function buildReceipt(message: Element, id: string): Element {
  return xml(
    'message',
    { xmlns: NS.client, to: message.attrs.from, type: message.attrs.type, id },
    xml('received', { xmlns: NS.receipts, id: message.attrs.id }),
  );
}
