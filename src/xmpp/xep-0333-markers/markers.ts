/** XEP-0333 Displayed Markers, version 1.0: `displayed` alone; receipts are XEP-0184's. */
import type { BareJid } from '../../shared/jid.ts';
import type { Extension, ExtensionHost } from '../extension.ts';
import { NS } from '../namespaces.ts';
import { childOf, type Element, xml } from '../xml.ts';

/** Says that the sender wants to know when the message was displayed. */
export function markable(): Element {
  return xml('markable', { xmlns: NS.chatMarkers });
}

export function isMarkable(message: Element): boolean {
  return childOf(message, 'markable', NS.chatMarkers) !== undefined;
}

/** Tells that everything up to that message is on the screen, or was. @param id the id that its sender gave it */
export function buildDisplayed(to: BareJid, displayed: string, id: string): Element {
  return xml(
    'message',
    { xmlns: NS.client, to, type: 'chat', id },
    xml('displayed', { xmlns: NS.chatMarkers, id: displayed }),
    xml('store', { xmlns: NS.hints }),
  );
}

/** The id of the message up to which the other side has seen everything. */
export function displayedIdOf(message: Element): string | undefined {
  return childOf(message, 'displayed', NS.chatMarkers)?.attrs.id;
}

/** Conversations of which is remembered what was told last. */
const MAX_TOLD = 2_000;

/** Tells people that their messages are on the screen: those who may see this user's presence, and nobody else. */
export class Markers implements Extension {
  readonly features = [NS.chatMarkers];
  readonly #host: ExtensionHost;
  readonly #told = new Map<BareJid, string>();

  constructor(host: ExtensionHost) {
    this.#host = host;
  }

  /** Everything up to the message with that id (its sender's) is on the screen; told once, and only while connected. */
  displayed(to: BareJid, id: string): void {
    const known = this.#told.get(to) === id || this.#told.size >= MAX_TOLD;
    if (known || !this.#host.online || !this.#host.mayKnow(to)) return;
    this.#told.set(to, id);
    this.#host.send(buildDisplayed(to, id, this.#host.newId()));
  }
}
