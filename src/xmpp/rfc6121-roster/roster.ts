/** The roster (RFC 6121 2), with versioning (2.6), and the presence of those on it (4). */
import type { Availability, Contact } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import { xmlLine } from '../../shared/xml-text.ts';
import type { ContactsChange } from '../api.ts';
import { NS } from '../namespaces.ts';
import { type PresenceState, readPresence } from '../rfc6121-presence/presence.ts';
import { childOf, type Element, elementsOf, textOf, xml } from '../xml.ts';

type Subscription = Contact['subscription'];

interface Item {
  readonly jid: BareJid;
  readonly name: string;
  readonly groups: readonly string[];
  readonly subscription: Subscription;
  readonly asked?: true;
}

const MAX_ITEMS = 20_000;
const MAX_NAME = 256;
const MAX_GROUPS = 32;
const MAX_RESOURCES = 32;
const MAX_VERSION = 256;
const SUBSCRIPTIONS: ReadonlySet<string> = new Set(['none', 'to', 'from', 'both']);

function readItem(element: Element, jid: BareJid): Item {
  const groups = elementsOf(element)
    .filter((child) => child.is('group', NS.roster))
    .slice(0, MAX_GROUPS)
    .map((child) => xmlLine(textOf(child)).slice(0, MAX_NAME));
  const subscription = element.attrs.subscription ?? 'none';
  return {
    jid,
    name: xmlLine(element.attrs.name ?? '').slice(0, MAX_NAME),
    groups,
    subscription: SUBSCRIPTIONS.has(subscription) ? (subscription as Subscription) : 'none',
    ...(element.attrs.ask === 'subscribe' ? { asked: true } : {}),
  };
}

export interface RosterOptions {
  emit(change: ContactsChange): void;
  /** The bare address of an item that the policy lets this user speak with; others are not shown. */
  approved(address: string): BareJid | undefined;
}

export class Roster {
  readonly #options: RosterOptions;
  readonly #items = new Map<BareJid, Item>();
  readonly #presence = new Map<BareJid, Map<string, PresenceState>>();
  #version: string | undefined;
  /** The first result makes the list complete; until then pushes are kept but not told. */
  #complete = false;

  constructor(options: RosterOptions) {
    this.#options = options;
  }

  /** The request for the roster; with the version that is here, if the server can compare (2.6.2). */
  query(versioning: boolean): Element {
    return xml('query', { xmlns: NS.roster, ver: versioning ? (this.#version ?? '') : undefined });
  }

  /** The answer. An empty one means that the version held here is current (2.6.3). */
  onResult(iq: Element): void {
    const query = childOf(iq, 'query', NS.roster);
    if (query !== undefined) {
      this.#items.clear();
      for (const element of elementsOf(query)) this.#apply(element);
      this.#readVersion(query);
    }
    this.#complete = true;
    this.#options.emit({ reset: true, upsert: this.contacts(), remove: [] });
  }

  /** A roster push; the guard has seen to it that it is from the own account. */
  onPush(query: Element): void {
    const upsert: Contact[] = [];
    const remove: BareJid[] = [];
    for (const element of elementsOf(query)) {
      const jid = this.#apply(element);
      if (jid === undefined) continue;
      const contact = this.contact(jid);
      if (contact === undefined) remove.push(jid);
      else upsert.push(contact);
    }
    this.#readVersion(query);
    if (this.#complete) this.#options.emit({ reset: false, upsert, remove });
  }

  onPresence(stanza: Element, jid: BareJid, resource: string): void {
    const state = readPresence(stanza);
    const known = this.#presence.get(jid);
    // The server names everybody who is not there, too, and nobody is taken to be there before that.
    if (known === undefined && state.availability === 'offline') return;
    const resources = known ?? new Map<string, PresenceState>();
    // RFC 6121 4.3.2: a bare address speaks for all of its resources
    if (state.availability === 'offline' && resource === '') resources.clear();
    else if (state.availability === 'offline') resources.delete(resource);
    else if (resources.has(resource) || resources.size < MAX_RESOURCES) resources.set(resource, state);
    if (resources.size === 0) this.#presence.delete(jid);
    else if (this.#items.has(jid) || (!this.#complete && this.#presence.size < MAX_ITEMS)) {
      this.#presence.set(jid, resources);
    }
    const contact = this.contact(jid);
    if (contact !== undefined && this.#complete) {
      this.#options.emit({ reset: false, upsert: [contact], remove: [] });
    }
  }

  /** A new session: nobody's presence is known until the server tells (RFC 6121 4.2). */
  onNewSession(): void {
    this.#presence.clear();
    this.#complete = false;
  }

  contact(jid: BareJid): Contact | undefined {
    const item = this.#items.get(jid);
    if (item === undefined) return undefined;
    let best: PresenceState | undefined;
    for (const state of this.#presence.get(jid)?.values() ?? []) {
      if (best === undefined || state.priority > best.priority) best = state;
    }
    const availability: Availability = best?.availability ?? 'offline';
    const status = best?.status;
    return { ...item, availability, ...(status === undefined ? {} : { status }) };
  }

  contacts(): Contact[] {
    const contacts: Contact[] = [];
    for (const jid of this.#items.keys()) {
      const contact = this.contact(jid);
      if (contact !== undefined) contacts.push(contact);
    }
    return contacts;
  }

  /** Whether this user sees that address's presence. */
  seesPresence(jid: BareJid): boolean {
    const subscription = this.#items.get(jid)?.subscription;
    return subscription === 'to' || subscription === 'both';
  }

  /** Whether that address may see this user's presence, and so may know that a message was read by this client. */
  mayKnow(jid: BareJid): boolean {
    const subscription = this.#items.get(jid)?.subscription;
    return subscription === 'from' || subscription === 'both';
  }

  /** Applies one item; returns whose it is, `undefined` for one that is not kept. */
  #apply(element: Element): BareJid | undefined {
    if (!element.is('item', NS.roster)) return undefined;
    const jid = this.#options.approved(element.attrs.jid ?? '');
    if (jid === undefined) return undefined;
    if (element.attrs.subscription === 'remove') this.#items.delete(jid);
    else if (this.#items.has(jid) || this.#items.size < MAX_ITEMS)
      this.#items.set(jid, readItem(element, jid));
    return jid;
  }

  #readVersion(query: Element): void {
    const { ver } = query.attrs;
    this.#version = ver !== undefined && ver.length <= MAX_VERSION ? ver : undefined;
  }
}
