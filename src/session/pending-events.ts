import type { CollectionEvent, CollectionItem, CollectionName } from '../shared/chat-collections.ts';
import type {
  ChatEvent,
  ChatMessage,
  Contact,
  ConversationSummary,
  Occupant,
  Room,
} from '../shared/chat-model.ts';
import type { BareJid } from '../shared/jid.ts';

type Messages = Extract<ChatEvent, { type: 'messages' }>;

/** Occupants taken at once: what a window can put in order within a frame. */
const MAX_OCCUPANTS_TAKEN = 1_000;

interface PendingOccupants {
  reset: boolean;
  readonly upsert: Map<string, Occupant>;
  readonly remove: Set<string>;
}

/** What waits of one collection. */
interface PendingItems {
  reset: boolean;
  readonly upsert: Map<string, CollectionItem>;
  readonly remove: Set<string>;
}

/**
 * Chat events that were not sent yet, merged: every event says what is true now, so a later one replaces an earlier
 * one about the same contact, room, occupant or message. The backlog is bounded by what there is to show, not by how
 * often it changed.
 */
export class PendingEvents {
  #snapshot: ChatEvent | undefined;
  #link: ChatEvent | undefined;
  #connection: ChatEvent | undefined;
  readonly #contacts = new Map<BareJid, Contact>();
  readonly #removedContacts = new Set<BareJid>();
  readonly #rooms = new Map<BareJid, Room>();
  readonly #removedRooms = new Set<BareJid>();
  readonly #occupants = new Map<BareJid, PendingOccupants>();
  readonly #conversations = new Map<BareJid, ConversationSummary>();
  readonly #messages = new Map<BareJid, Map<string, ChatMessage>>();
  readonly #updates = new Map<BareJid, Map<string, ChatMessage>>();
  readonly #collections = new Map<CollectionName, PendingItems>();
  /** Messages that belong before one that the window has. */
  readonly #insertions: Messages[] = [];
  #empty = true;
  #messageCount = 0;

  get isEmpty(): boolean {
    return this.#empty;
  }

  /** How many messages wait; the one part of the backlog that grows without end. */
  get messageCount(): number {
    return this.#messageCount;
  }

  add(event: ChatEvent): void {
    this.#empty = false;
    switch (event.type) {
      case 'snapshot':
        this.#clear();
        this.#empty = false;
        this.#snapshot = event;
        return;
      case 'link':
        this.#link = event;
        return;
      case 'connection':
        this.#connection = event;
        return;
      case 'contacts':
        upsert(this.#contacts, this.#removedContacts, event.upsert, event.remove, (contact) => contact.jid);
        return;
      case 'rooms':
        upsert(this.#rooms, this.#removedRooms, event.upsert, event.remove, (room) => room.jid);
        return;
      case 'occupants':
        this.#addOccupants(event);
        return;
      case 'conversations':
        for (const conversation of event.upsert) this.#conversations.set(conversation.jid, conversation);
        return;
      case 'messages':
        this.#messageCount += event.append.length;
        this.#addMessages(event);
        return;
      case 'message-updates':
        this.#addUpdates(event.conversation, event.messages);
        return;
      case 'collection':
        this.#addItems(event);
        return;
    }
  }

  /**
   * What waits, in an order a window can apply from first to last. Afterwards nothing waits but occupants that are too many
   * for one time.
   */
  take(): readonly ChatEvent[] {
    const events: ChatEvent[] = [];
    if (this.#snapshot !== undefined) events.push(this.#snapshot);
    if (this.#contacts.size + this.#removedContacts.size > 0) {
      events.push({
        type: 'contacts',
        upsert: [...this.#contacts.values()],
        remove: [...this.#removedContacts],
      });
    }
    if (this.#rooms.size + this.#removedRooms.size > 0) {
      events.push({ type: 'rooms', upsert: [...this.#rooms.values()], remove: [...this.#removedRooms] });
    }
    const later = this.#takeOccupants(events);
    for (const [conversation, messages] of this.#messages) {
      if (messages.size > 0) events.push({ type: 'messages', conversation, append: [...messages.values()] });
    }
    events.push(...this.#insertions);
    for (const [conversation, messages] of this.#updates) {
      events.push({ type: 'message-updates', conversation, messages: [...messages.values()] });
    }
    for (const [collection, { reset, upsert, remove }] of this.#collections) {
      events.push({
        type: 'collection',
        collection,
        reset,
        upsert: [...upsert.values()],
        remove: [...remove],
      });
    }
    if (this.#conversations.size > 0)
      events.push({ type: 'conversations', upsert: [...this.#conversations.values()] });
    if (this.#connection !== undefined) events.push(this.#connection);
    if (this.#link !== undefined) events.push(this.#link);
    this.#clear();
    for (const [room, waiting] of later) this.#occupants.set(room, waiting);
    this.#empty = later.size === 0;
    return events;
  }

  /** Returns what is left for the next time. */
  #takeOccupants(events: ChatEvent[]): ReadonlyMap<BareJid, PendingOccupants> {
    const later = new Map<BareJid, PendingOccupants>();
    let left = MAX_OCCUPANTS_TAKEN;
    for (const [room, { reset, upsert, remove }] of this.#occupants) {
      const waiting = [...upsert.values()];
      const now = waiting.slice(0, left);
      left -= now.length;
      events.push({ type: 'occupants', room, reset, upsert: now, remove: [...remove] });
      if (now.length === waiting.length) continue;
      const rest = waiting.slice(now.length).map((occupant) => [occupant.nick, occupant] as const);
      later.set(room, { reset: false, upsert: new Map(rest), remove: new Set() });
    }
    return later;
  }

  #addOccupants(event: Extract<ChatEvent, { type: 'occupants' }>): void {
    let waiting = this.#occupants.get(event.room);
    if (waiting === undefined || event.reset) {
      waiting = { reset: event.reset, upsert: new Map(), remove: new Set() };
      this.#occupants.set(event.room, waiting);
    }
    upsert(waiting.upsert, waiting.remove, event.upsert, event.remove, (occupant) => occupant.nick);
  }

  #addItems(event: CollectionEvent): void {
    let waiting = this.#collections.get(event.collection);
    if (waiting === undefined || event.reset) {
      waiting = { reset: event.reset, upsert: new Map(), remove: new Set() };
      this.#collections.set(event.collection, waiting);
    }
    upsert(waiting.upsert, waiting.remove, event.upsert, event.remove, (item) => item.id);
  }

  /** Messages that belong before one that itself still waits are sent with it. */
  #addMessages(event: Messages): void {
    const { conversation, append, before } = event;
    const waiting = inner(this.#messages, conversation);
    if (before === undefined) {
      for (const message of append) waiting.set(message.id, message);
      return;
    }
    if (!waiting.has(before)) {
      this.#insertions.push(event);
      return;
    }
    const inOrder = [...waiting.values()].flatMap((one) => (one.id === before ? [...append, one] : [one]));
    waiting.clear();
    for (const message of inOrder) waiting.set(message.id, message);
  }

  /** A message that itself still waits is changed in place, so that it is sent once and in its last state. */
  #addUpdates(conversation: BareJid, messages: readonly ChatMessage[]): void {
    const waiting = this.#messages.get(conversation);
    for (const message of messages) {
      if (waiting?.has(message.id) === true) waiting.set(message.id, message);
      else inner(this.#updates, conversation).set(message.id, message);
    }
  }

  #clear(): void {
    this.#snapshot = undefined;
    this.#link = undefined;
    this.#connection = undefined;
    this.#messageCount = 0;
    this.#insertions.length = 0;
    for (const collection of [
      this.#contacts,
      this.#removedContacts,
      this.#rooms,
      this.#removedRooms,
      this.#occupants,
      this.#conversations,
      this.#messages,
      this.#updates,
      this.#collections,
    ]) {
      collection.clear();
    }
    this.#empty = true;
  }
}

function upsert<Key, Item>(
  present: Map<Key, Item>,
  removed: Set<Key>,
  items: readonly Item[],
  keys: readonly Key[],
  keyOf: (item: Item) => Key,
): void {
  for (const key of keys) {
    present.delete(key);
    removed.add(key);
  }
  for (const item of items) {
    removed.delete(keyOf(item));
    present.set(keyOf(item), item);
  }
}

function inner<Key>(outer: Map<Key, Map<string, ChatMessage>>, key: Key): Map<string, ChatMessage> {
  let map = outer.get(key);
  if (map === undefined) {
    map = new Map();
    outer.set(key, map);
  }
  return map;
}
