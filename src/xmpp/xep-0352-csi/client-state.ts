/**
 * XEP-0352 Client State Indication, version 1.0.0: while nobody looks, or over a slow link, the server keeps back what can
 * wait (presence, typing) and sends it along with the next message.
 */
import type { Extension, ExtensionHost } from '../extension.ts';
import { NS } from '../namespaces.ts';
import { childOf, type Element, xml } from '../xml.ts';

export class ClientState implements Extension {
  readonly #host: ExtensionHost;
  #offered = false;
  /** What the server was told on this connection; it begins as active (5). */
  #told = true;
  #active = true;

  constructor(host: ExtensionHost) {
    this.#host = host;
  }

  onStream(features: Element): void {
    this.#offered = childOf(features, 'csi', NS.clientState) !== undefined;
    this.#told = true;
    this.#tell();
  }

  onStreamLost(): void {
    this.#offered = false;
  }

  /** Said now and again on each connection. A server without the XEP is not told. */
  set(active: boolean): void {
    this.#active = active;
    this.#tell();
  }

  #tell(): void {
    if (!this.#offered || this.#told === this.#active) return;
    this.#told = this.#active;
    this.#host.sendNonza(xml(this.#active ? 'active' : 'inactive', { xmlns: NS.clientState }));
  }
}
