/** XEP-0280 Message Carbons, version 1.0.1. Who may send one is the guard's business (`guard/carbons.ts`). */
import { carbonOf, forwardedMessage } from '../guard/index.ts';
import { NS } from '../namespaces.ts';
import { type Element, xml } from '../xml.ts';

export function enableCarbons(): Element {
  return xml('enable', { xmlns: NS.carbons });
}

export interface Carbon {
  readonly direction: 'received' | 'sent';
  readonly message: Element;
}

/** Unwraps a carbon copy; `undefined` for any other message. */
export function readCarbon(message: Element): Carbon | undefined {
  const carbon = carbonOf(message);
  const inner = carbon === undefined ? undefined : forwardedMessage(carbon);
  if (carbon === undefined || inner === undefined) return undefined;
  return { direction: carbon.name === 'sent' ? 'sent' : 'received', message: inner };
}
