/**
 * Changing the contact list (RFC 6121 2.3 to 2.5), and who may see whose presence (3): requests that wait for this user,
 * what is asked and what is granted. The server's roster push tells what came of a change.
 */
import type { BareJid } from '../../shared/jid.ts';
import { Emitter } from '../emitter.ts';
import type { Extension, ExtensionHost } from '../extension.ts';
import type { Address } from '../guard/index.ts';
import { NS } from '../namespaces.ts';
import { childText, type Element, xml } from '../xml.ts';

/** Somebody of an approved domain asks to see this user's presence (3.1.3). */
export interface SubscriptionRequest {
  readonly from: BareJid;
  /** What they say to it, as it came; at most 256 characters. */
  readonly text: string;
}

export interface ContactListEvents {
  requested: readonly [request: SubscriptionRequest];
  /** A request is taken back, or answered. */
  settled: readonly [from: BareJid];
}

const MAX_TEXT = 256;

export class ContactList implements Extension {
  readonly events = new Emitter<ContactListEvents>();
  readonly #host: ExtensionHost;

  constructor(host: ExtensionHost) {
    this.#host = host;
  }

  onPresence(stanza: Element, sender: Address): boolean {
    const { type } = stanza.attrs;
    const from = sender.bare as BareJid;
    if (sender.room || from === this.#host.guard.account) return false;
    if (type === 'subscribe') {
      const text = (childText(stanza, 'status', NS.client) ?? '').slice(0, MAX_TEXT);
      this.events.emit('requested', { from, text });
      return true;
    }
    if (type === 'unsubscribe') this.events.emit('settled', from);
    return type === 'unsubscribe';
  }

  /**
   * Adds a contact, or gives one another name and other groups. Rejects with MESSAGE_REFUSED (groups that the server keeps
   * nobody changes), STREAM_TIMEOUT, NOT_CONNECTED or GUARD_REFUSED.
   */
  async put(jid: BareJid, name: string, groups: readonly string[]): Promise<void> {
    await this.#host.requests.send('set', rosterItem({ jid, name: name === '' ? undefined : name }, groups));
  }

  /** Takes a contact out; that ends the subscriptions both ways (2.5.1). Rejects as {@link put}. */
  async remove(jid: BareJid): Promise<void> {
    await this.#host.requests.send('set', rosterItem({ jid, subscription: 'remove' }));
  }

  /** Asks to see somebody's presence. Throws GUARD_REFUSED where the policy does not have it, NOT_CONNECTED. */
  ask(jid: BareJid): void {
    this.#subscription(jid, 'subscribe');
  }

  /** Lets somebody see this user's presence. Throws as {@link ask}. */
  allow(jid: BareJid): void {
    this.#subscription(jid, 'subscribed');
    this.events.emit('settled', jid);
  }

  /** Refuses a request, or ends what was allowed. Throws NOT_CONNECTED. */
  refuse(jid: BareJid): void {
    this.#subscription(jid, 'unsubscribed');
    this.events.emit('settled', jid);
  }

  #subscription(to: BareJid, type: 'subscribe' | 'subscribed' | 'unsubscribed'): void {
    this.#host.send(xml('presence', { xmlns: NS.client, to, type }));
  }
}

function rosterItem(
  attrs: Readonly<Record<string, string | undefined>>,
  groups: readonly string[] = [],
): Element {
  const item = xml('item', attrs, ...[...new Set(groups)].map((group) => xml('group', {}, group)));
  return xml('query', { xmlns: NS.roster }, item);
}
