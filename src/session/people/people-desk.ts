/** The people around the user: who asks to see their presence, whom the server keeps away, and changes of the contacts. */
import type { CollectionChange } from '../../shared/chat-collections.ts';
import type { ChatEvent, Contact } from '../../shared/chat-model.ts';
import type { BlockedAddress, ContactRequest, PeopleCommand } from '../../shared/chat-people-commands.ts';
import { safeDisplayName } from '../../shared/display-name.ts';
import { AppError } from '../../shared/errors.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { XmppClient } from '../../xmpp/index.ts';
import { done, type Handlers } from '../commands/handlers.ts';
import { Extras } from './extras.ts';

export interface PeopleDeskOptions {
  readonly extensions: Pick<
    XmppClient['extensions'],
    'blocking' | 'contactList' | 'personalEvents' | 'profiles' | 'search'
  >;
  readonly contact: (jid: BareJid) => Contact | undefined;
  readonly emit: (event: ChatEvent) => void;
}

/** Requests that wait; the server sends those that do not fit again with the next session. */
const MAX_REQUESTS = 200;

export class PeopleDesk {
  readonly handlers: Handlers<PeopleCommand>;
  readonly #options: PeopleDeskOptions;
  readonly #requests = new Map<BareJid, ContactRequest>();
  readonly #subscriptions: readonly (() => void)[];
  readonly #extras: Extras;
  #blocked: readonly BlockedAddress[] = [];

  constructor(options: PeopleDeskOptions) {
    this.#options = options;
    const { blocking, contactList, personalEvents } = options.extensions;
    this.#extras = new Extras(personalEvents, options.emit);
    this.#subscriptions = [
      blocking.events.on('changed', (blocked) => {
        this.#blocked = [...blocked].map((id) => ({ id }));
        options.emit(this.#blockedEvent());
      }),
      contactList.events.on('requested', ({ from, text }) => {
        if (this.#requests.size >= MAX_REQUESTS && !this.#requests.has(from)) return;
        const at = this.#requests.get(from)?.at ?? Date.now();
        this.#requests.set(from, { id: from, text: safeDisplayName(text).text, at });
        this.#tellRequests();
      }),
      contactList.events.on('settled', (from) => this.#settle([from])),
    ];
    this.handlers = this.#makeHandlers();
  }

  /** What brings an empty window up to date. */
  get events(): readonly ChatEvent[] {
    return [this.#requestsEvent(), this.#blockedEvent(), this.#extras.event];
  }

  /** Contacts changed: a request of somebody who may see the presence by now was answered elsewhere. */
  onContacts(contacts: readonly Contact[]): void {
    this.#settle(
      contacts
        .filter(({ subscription }) => subscription === 'from' || subscription === 'both')
        .map(({ jid }) => jid),
    );
  }

  /** A contact is gone, and with them what they told. */
  onForgotten(contact: BareJid): void {
    this.#extras.forget(contact);
  }

  close(): void {
    for (const end of this.#subscriptions) end();
    this.#extras.close();
  }

  #makeHandlers(): Handlers<PeopleCommand> {
    const { blocking, contactList, personalEvents, profiles, search } = this.#options.extensions;
    return {
      'put-contact': done(async ({ contact, name, groups, ask }) => {
        await contactList.put(contact, name, groups);
        if (ask) contactList.ask(contact);
      }),
      'remove-contact': done(({ contact }) => contactList.remove(contact)),
      'answer-contact': done(async ({ contact, accept }) => {
        if (!this.#requests.has(contact)) throw new AppError('IPC_REFUSED');
        if (!accept) return contactList.refuse(contact);
        contactList.allow(contact);
        const known = this.#options.contact(contact);
        if (known === undefined) await contactList.put(contact, '', []);
        if (known?.subscription !== 'to' && known?.subscription !== 'both') contactList.ask(contact);
      }),
      'block-contact': done(async ({ contact }) => {
        await blocking.block(contact);
        this.#settle([contact]);
      }),
      'unblock-contact': done(({ address }) => {
        if (!blocking.blocked.has(address)) throw new AppError('IPC_REFUSED');
        return blocking.unblock(address);
      }),
      'tell-position': done(({ position }) =>
        personalEvents.tellPosition(position === undefined ? undefined : { ...position, at: Date.now() }),
      ),
      'tell-activity': done(({ activity }) => personalEvents.tellActivity(activity)),
      'search-directory': (command) => search.find(command.search),
      'load-profile': async ({ person }) => {
        const profile = await profiles.load(person);
        return profile === undefined ? undefined : { profile };
      },
    };
  }

  #settle(people: readonly BareJid[]): void {
    let changed = false;
    for (const jid of people) changed = this.#requests.delete(jid) || changed;
    if (changed) this.#tellRequests();
  }

  #tellRequests(): void {
    this.#options.emit(this.#requestsEvent());
  }

  #requestsEvent(): CollectionChange<'requests'> {
    return {
      type: 'collection',
      collection: 'requests',
      reset: true,
      upsert: [...this.#requests.values()],
      remove: [],
    };
  }

  #blockedEvent(): CollectionChange<'blocked'> {
    return { type: 'collection', collection: 'blocked', reset: true, upsert: this.#blocked, remove: [] };
  }
}
