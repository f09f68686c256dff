/** XEP-0280 Message Carbons, version 1.0.1. Who may send one is the guard's business (`guard/carbons.ts`). */
import type { Extension, ExtensionHost } from '../extension.ts';
import { carbonOf, forwardedMessage } from '../guard/index.ts';
import { NS } from '../namespaces.ts';
import { type Element, xml } from '../xml.ts';

/** Has the server send copies, from each new session on. */
export class Carbons implements Extension {
  readonly #host: ExtensionHost;

  constructor(host: ExtensionHost) {
    this.#host = host;
  }

  onNewSession(): void {
    // A server without carbons is poorer, not broken.
    this.#host.requests.send('set', xml('enable', { xmlns: NS.carbons })).catch(() => undefined);
  }
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
