import type {
  ChatEvent,
  ChatMessage,
  Contact,
  ConversationKind,
  ConversationSummary,
  Occupant,
  Room,
} from '../shared/chat-model.ts';
import type { BareJid } from '../shared/jid.ts';
import { MessageLog } from './message-log.ts';

const EMPTY_LOG = new MessageLog();

/** Writes down what becomes of messages. */
export interface ModelJournal {
  placed(
    conversation: BareJid,
    kind: ConversationKind,
    messages: readonly ChatMessage[],
    place: { readonly at: 'end' } | { readonly at: 'start' } | { readonly at: 'before'; readonly id: string },
  ): void;
  changed(conversation: BareJid, message: ChatMessage): void;
}

interface Conversation {
  readonly kind: ConversationKind;
  readonly log: MessageLog;
  unread: number;
}

type OnAdded = (conversation: BareJid, kind: ConversationKind, messages: readonly ChatMessage[]) => void;

/**
 * The state of chat: contacts, rooms, occupants, conversations. Everything that changes it goes through a method
 * here, and every change leaves as one {@link ChatEvent}; nobody else holds a mutable copy.
 */
export class ChatModel {
  readonly #emit: (event: ChatEvent) => void;
  readonly #onDropped: (conversation: BareJid, messages: readonly ChatMessage[]) => void;
  readonly #onAdded: OnAdded;
  readonly #journal: ModelJournal | undefined;
  readonly #contacts = new Map<BareJid, Contact>();
  readonly #rooms = new Map<BareJid, Room>();
  readonly #occupants = new Map<BareJid, Map<string, Occupant>>();
  readonly #conversations = new Map<BareJid, Conversation>();
  /** Messages that windows show apart from the rest of their conversation: what was said between is not here. */
  readonly #apart = new Map<BareJid, MessageLog>();

  /**
   * @param onDropped the oldest messages of a conversation were let go
   * @param onAdded messages are there now; they may be changed at once
   */
  constructor(
    emit: (event: ChatEvent) => void,
    onDropped: (conversation: BareJid, messages: readonly ChatMessage[]) => void = () => undefined,
    onAdded: OnAdded = () => undefined,
    journal?: ModelJournal,
  ) {
    this.#journal = journal;
    this.#emit = emit;
    this.#onAdded = onAdded;
    this.#onDropped = onDropped;
  }

  get contacts(): readonly Contact[] {
    return [...this.#contacts.values()];
  }

  get rooms(): readonly Room[] {
    return [...this.#rooms.values()];
  }

  get conversations(): readonly ConversationSummary[] {
    return [...this.#conversations].map(([jid, conversation]) => summarise(jid, conversation));
  }

  get unreadTotal(): number {
    return this.unreadOf(() => true);
  }

  /** Unread messages of the conversations that count. */
  unreadOf(counts: (jid: BareJid, kind: ConversationKind) => boolean): number {
    let total = 0;
    for (const [jid, { kind, unread }] of this.#conversations) {
      if (unread > 0 && counts(jid, kind)) total += unread;
    }
    return total;
  }

  /** What a conversation is; one that nobody has opened is none with a room. */
  kindOf(conversation: BareJid): ConversationKind {
    return this.#conversations.get(conversation)?.kind ?? 'contact';
  }

  /** Events that bring an empty window up to date about the rooms' occupants; the rest is in the snapshot. */
  occupantEvents(): readonly ChatEvent[] {
    return [...this.#occupants].map(([room, occupants]) => ({
      type: 'occupants',
      room,
      reset: true,
      upsert: [...occupants.values()],
      remove: [],
    }));
  }

  room(jid: BareJid): Room | undefined {
    return this.#rooms.get(jid);
  }

  contact(jid: BareJid): Contact | undefined {
    return this.#contacts.get(jid);
  }

  /** Who has that nickname in the room at present. */
  occupant(room: BareJid, nick: string): Occupant | undefined {
    return this.#occupants.get(room)?.get(nick);
  }

  message(conversation: BareJid, id: string): ChatMessage | undefined {
    return this.#conversations.get(conversation)?.log.get(id) ?? this.#apart.get(conversation)?.get(id);
  }

  /**
   * Takes in messages that stand apart from the rest, and returns them as they are now. They count as neither the newest nor
   * unread, and nobody is told of them; what becomes of them is told.
   */
  setApart(
    conversation: BareJid,
    kind: ConversationKind,
    messages: readonly ChatMessage[],
  ): readonly ChatMessage[] {
    let apart = this.#apart.get(conversation);
    if (apart === undefined) {
      apart = new MessageLog((dropped) => this.#onDropped(conversation, dropped));
      this.#apart.set(conversation, apart);
    }
    const fresh = messages.filter(({ id }) => this.message(conversation, id) === undefined);
    for (const message of fresh) apart.append(message);
    if (fresh.length > 0) this.#onAdded(conversation, kind, fresh);
    return messages.map((message) => this.message(conversation, message.id) ?? message);
  }

  /** Whether a message is here apart from the rest of its conversation and nowhere else. */
  isApart(conversation: BareJid, id: string): boolean {
    return (
      this.#conversations.get(conversation)?.log.get(id) === undefined &&
      this.#apart.get(conversation)?.get(id) !== undefined
    );
  }

  /** The ids of the messages of a conversation, also of those apart, that go by this id. */
  named(conversation: BareJid, id: string, space: 'archive' | 'sender'): readonly string[] {
    const logs = [this.#conversations.get(conversation)?.log, this.#apart.get(conversation)];
    const found = logs.flatMap((log) => (space === 'archive' ? log?.byArchive(id) : log?.bySender(id)) ?? []);
    return [...new Set(found)];
  }

  /** The newest `limit` messages before `before`, oldest first. */
  page(conversation: BareJid, limit: number, before?: string): readonly ChatMessage[] {
    return this.#conversations.get(conversation)?.log.page(limit, before) ?? [];
  }

  upsertContacts(contacts: readonly Contact[]): void {
    for (const contact of contacts) this.#contacts.set(contact.jid, contact);
    if (contacts.length > 0) this.#emit({ type: 'contacts', upsert: contacts, remove: [] });
  }

  /** The roster as the server has it; contacts that are no longer in it go. */
  replaceContacts(contacts: readonly Contact[]): void {
    const present = new Set(contacts.map((contact) => contact.jid));
    const remove = [...this.#contacts.keys()].filter((jid) => !present.has(jid));
    for (const jid of remove) this.#contacts.delete(jid);
    for (const contact of contacts) this.#contacts.set(contact.jid, contact);
    this.#emit({ type: 'contacts', upsert: contacts, remove });
  }

  removeContact(jid: BareJid): void {
    if (this.#contacts.delete(jid)) this.#emit({ type: 'contacts', upsert: [], remove: [jid] });
  }

  upsertRoom(room: Room): void {
    this.#rooms.set(room.jid, room);
    this.#emit({ type: 'rooms', upsert: [room], remove: [] });
  }

  removeRoom(jid: BareJid): void {
    this.#occupants.delete(jid);
    if (this.#rooms.delete(jid)) this.#emit({ type: 'rooms', upsert: [], remove: [jid] });
  }

  upsertOccupants(room: BareJid, occupants: readonly Occupant[]): void {
    let present = this.#occupants.get(room);
    if (present === undefined) {
      present = new Map();
      this.#occupants.set(room, present);
    }
    for (const occupant of occupants) present.set(occupant.nick, occupant);
    this.#emit({ type: 'occupants', room, reset: false, upsert: occupants, remove: [] });
    this.#countOccupants(room, present.size);
  }

  removeOccupant(room: BareJid, nick: string): void {
    const present = this.#occupants.get(room);
    if (present?.delete(nick) !== true) return;
    this.#emit({ type: 'occupants', room, reset: false, upsert: [], remove: [nick] });
    this.#countOccupants(room, present.size);
  }

  clearOccupants(room: BareJid): void {
    if (this.#occupants.delete(room))
      this.#emit({ type: 'occupants', room, reset: true, upsert: [], remove: [] });
    this.#countOccupants(room, 0);
  }

  /** Adds a message at the end; one with an id that is already there only updates it, so nothing shows twice. */
  addMessage(conversation: BareJid, kind: ConversationKind, message: ChatMessage): void {
    const present = this.#open(conversation, kind);
    if (present.log.get(message.id) !== undefined) {
      this.updateMessage(conversation, message);
      return;
    }
    present.log.append(message);
    this.#journal?.placed(conversation, kind, [message], { at: 'end' });
    if (message.direction === 'in') present.unread += 1;
    this.#emit({ type: 'messages', conversation, append: [message] });
    this.#emit({ type: 'conversations', upsert: [summarise(conversation, present)] });
    this.#onAdded(conversation, kind, [message]);
  }

  /**
   * Puts messages that were missed where they belong: before message `before`, or at the end without it. None of them may be
   * there already.
   */
  insertMessages(
    conversation: BareJid,
    kind: ConversationKind,
    messages: readonly ChatMessage[],
    before?: string,
  ): void {
    const present = this.#open(conversation, kind);
    if (before === undefined || !present.log.insert(before, messages)) {
      for (const message of messages) this.addMessage(conversation, kind, message);
      return;
    }
    this.#journal?.placed(conversation, kind, messages, { at: 'before', id: before });
    for (const { direction } of messages) if (direction === 'in') present.unread += 1;
    this.#emit({ type: 'messages', conversation, append: messages, before });
    this.#emit({ type: 'conversations', upsert: [summarise(conversation, present)] });
    this.#onAdded(conversation, kind, messages);
  }

  /**
   * Puts older messages before all others; whoever asked for them shows them. False where memory is full: they are not kept
   * then. `recorded`: they come from where the journal writes.
   */
  prependMessages(
    conversation: BareJid,
    kind: ConversationKind,
    messages: readonly ChatMessage[],
    recorded = false,
  ): boolean {
    const present = this.#open(conversation, kind);
    if (!present.log.hasRoomFor(messages)) return false;
    const { first } = present.log;
    if (first === undefined) {
      for (const message of messages) present.log.append(message);
      this.#emit({ type: 'conversations', upsert: [summarise(conversation, present)] });
    } else present.log.insert(first.id, messages);
    if (!recorded) this.#journal?.placed(conversation, kind, messages, { at: 'start' });
    this.#onAdded(conversation, kind, messages);
    return true;
  }

  /** The messages of a conversation that are kept. */
  log(
    conversation: BareJid,
  ): Pick<MessageLog, 'first' | 'last' | 'after' | 'isBehind' | 'get' | 'around'> & Iterable<ChatMessage> {
    return this.#conversations.get(conversation)?.log ?? EMPTY_LOG;
  }

  updateMessage(conversation: BareJid, message: ChatMessage): void {
    const kept = this.#conversations.get(conversation)?.log.replace(message) === true;
    const apart = this.#apart.get(conversation)?.replace(message) === true;
    if (!kept && !apart) return;
    this.#journal?.changed(conversation, message);
    this.#emit({ type: 'message-updates', conversation, messages: [message] });
  }

  /** A message changes that is not kept here; the journal has it, and a window may. */
  updateForgotten(conversation: BareJid, message: ChatMessage): void {
    this.#journal?.changed(conversation, message);
    this.#emit({ type: 'message-updates', conversation, messages: [message] });
  }

  markRead(conversation: BareJid): void {
    const present = this.#conversations.get(conversation);
    if (present === undefined || present.unread === 0) return;
    present.unread = 0;
    this.#emit({ type: 'conversations', upsert: [summarise(conversation, present)] });
  }

  #open(jid: BareJid, kind: ConversationKind): Conversation {
    let conversation = this.#conversations.get(jid);
    if (conversation === undefined) {
      conversation = {
        kind,
        log: new MessageLog((messages) => this.#onDropped(jid, messages)),
        unread: 0,
      };
      this.#conversations.set(jid, conversation);
    }
    return conversation;
  }

  #countOccupants(jid: BareJid, occupantCount: number): void {
    const room = this.#rooms.get(jid);
    if (room !== undefined && room.occupantCount !== occupantCount)
      this.upsertRoom({ ...room, occupantCount });
  }
}

function summarise(jid: BareJid, conversation: Conversation): ConversationSummary {
  return { jid, kind: conversation.kind, unread: conversation.unread, lastAt: conversation.log.lastAt };
}
