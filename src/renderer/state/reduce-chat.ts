import { applyCollectionChange, type CollectionMaps } from '../../shared/chat-collections.ts';
import type {
  ChatEvent,
  ChatMessage,
  ChatSnapshot,
  ConversationSummary,
  Room,
} from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import {
  type ChatState,
  type ConversationMessages,
  EMPTY_CHAT,
  type HistoryState,
  NO_MESSAGES,
} from './chat-state.ts';
import { MapDraft } from './map-draft.ts';
import { withLabelsOf } from './seen-labels.ts';

/**
 * Applies a batch of the session's events, in order. Pure; parts that no event touched keep their identity, so a
 * component that reads only those does not render again.
 */
export function applyEvents(state: ChatState, events: readonly ChatEvent[]): ChatState {
  let start = state;
  let from = 0;
  for (let index = events.length - 1; index >= 0; index -= 1) {
    const event = events[index];
    if (event?.type !== 'snapshot') continue;
    start = fromSnapshot(event.snapshot);
    from = index + 1;
    break;
  }
  const draft = new ChatDraft(start);
  for (let index = from; index < events.length; index += 1) {
    const event = events[index];
    if (event !== undefined) draft.apply(event);
  }
  return draft.value;
}

/** A page of messages older than message `before`, or of the newest. */
export interface OlderPage {
  readonly messages: readonly ChatMessage[];
  /** There are none before these. */
  readonly complete: boolean;
  readonly before: string | undefined;
}

/**
 * A page of older messages arrived. It is left out where what it was to go before is no longer the oldest here, as after a
 * snapshot or where the conversation was opened at an older message: it would leave a hole.
 */
export function applyPage(
  state: ChatState,
  conversation: BareJid,
  { messages, complete, before }: OlderPage,
): ChatState {
  const present = state.conversations.get(conversation) ?? NO_MESSAGES;
  if (present.history !== 'loading') return state;
  const misplaced = before === undefined ? present.island !== undefined : present.log.first?.id !== before;
  if (misplaced) return setHistory(state, conversation, 'more');
  const known = messages.filter((message) => present.log.get(message.id) !== undefined);
  return withConversation(state, conversation, {
    ...present,
    log: present.log.replace(known).prepend(messages),
    history: complete || (messages.length > 0 && known.length === messages.length) ? 'complete' : 'more',
    labels: withLabelsOf(present.labels, messages),
  });
}

/** A page is being asked for, or asking for it failed. */
export function setHistory(state: ChatState, conversation: BareJid, history: HistoryState): ChatState {
  const present = state.conversations.get(conversation) ?? NO_MESSAGES;
  return present.history === history ? state : withConversation(state, conversation, { ...present, history });
}

/** The reader has seen the conversation; the session is told separately and confirms it. */
export function setRead(state: ChatState, conversation: BareJid): ChatState {
  const summary = state.summaries.get(conversation);
  if (summary === undefined || summary.unread === 0) return state;
  return { ...state, summaries: new Map(state.summaries).set(conversation, { ...summary, unread: 0 }) };
}

/** A conversation keeps so many messages in this window at least; what is before them is a page of the past like any other. */
export const KEPT_MESSAGES = 5_000;

/**
 * Lets go of old messages of conversations that had many and have got more since `former`, but for those of `heldUp`; people may
 * talk in a room for days.
 */
export function letGo(former: ChatState, state: ChatState, heldUp: ReadonlySet<BareJid>): ChatState {
  let conversations: Map<BareJid, ConversationMessages> | undefined;
  for (const [jid, present] of state.conversations) {
    const { log, island, history } = present;
    const had = former.conversations.get(jid)?.log ?? log;
    if (had.size <= 2 * KEPT_MESSAGES || had.end === log.end) continue;
    if (island !== undefined || history === 'loading' || heldUp.has(jid)) continue;
    conversations ??= new Map(state.conversations);
    conversations.set(jid, { ...present, log: log.from(log.size - KEPT_MESSAGES), history: 'more' });
  }
  return conversations === undefined ? state : { ...state, conversations };
}

function withConversation(state: ChatState, jid: BareJid, messages: ConversationMessages): ChatState {
  return { ...state, conversations: new Map(state.conversations).set(jid, messages) };
}

function fromSnapshot(snapshot: ChatSnapshot): ChatState {
  return {
    ...EMPTY_CHAT,
    self: snapshot.self,
    link: snapshot.link,
    connection: snapshot.connection,
    contacts: new Map(snapshot.contacts.map((contact) => [contact.jid, contact])),
    rooms: new Map(snapshot.rooms.map((room) => [room.jid, room])),
    summaries: new Map(snapshot.conversations.map((summary) => [summary.jid, summary])),
  };
}

type Occupants = Extract<ChatEvent, { type: 'occupants' }>;
type Messages = Extract<ChatEvent, { type: 'messages' }>;

class ChatDraft {
  readonly #base: ChatState;
  #link: ChatState['link'];
  #connection: ChatState['connection'];
  readonly #contacts: MapDraft<BareJid, NonNullable<ReturnType<ChatState['contacts']['get']>>>;
  readonly #rooms: MapDraft<BareJid, NonNullable<ReturnType<ChatState['rooms']['get']>>>;
  readonly #summaries: MapDraft<BareJid, NonNullable<ReturnType<ChatState['summaries']['get']>>>;
  readonly #occupants: MapDraft<BareJid, NonNullable<ReturnType<ChatState['occupants']['get']>>>;
  readonly #conversations: MapDraft<BareJid, ConversationMessages>;
  #collections: CollectionMaps;

  constructor(base: ChatState) {
    this.#base = base;
    this.#link = base.link;
    this.#connection = base.connection;
    this.#contacts = new MapDraft(base.contacts);
    this.#rooms = new MapDraft(base.rooms);
    this.#summaries = new MapDraft(base.summaries);
    this.#occupants = new MapDraft(base.occupants);
    this.#conversations = new MapDraft(base.conversations);
    this.#collections = base.collections;
  }

  get value(): ChatState {
    return {
      self: this.#base.self,
      link: this.#link,
      connection: this.#connection,
      contacts: this.#contacts.value,
      rooms: this.#rooms.value,
      summaries: this.#summaries.value,
      occupants: this.#occupants.value,
      conversations: this.#conversations.value,
      collections: this.#collections,
    };
  }

  apply(event: ChatEvent): void {
    switch (event.type) {
      case 'snapshot':
        return;
      case 'link':
        this.#link = event.link;
        if (event.link.kind === 'online') this.#tryAgain();
        return;
      case 'connection':
        this.#connection = event.connection;
        return;
      case 'contacts':
        for (const jid of event.remove) this.#contacts.delete(jid);
        for (const contact of event.upsert) this.#contacts.set(contact.jid, contact);
        return;
      case 'rooms':
        for (const jid of event.remove) this.#removeRoom(jid);
        for (const room of event.upsert) this.#setRoom(room);
        return;
      case 'occupants':
        this.#changeOccupants(event);
        return;
      case 'conversations':
        for (const summary of event.upsert) this.#setSummary(summary);
        return;
      case 'messages':
        this.#append(event);
        return;
      case 'message-updates':
        this.#update(event.conversation, event.messages);
        return;
      case 'collection':
        this.#collections = applyCollectionChange(this.#collections, event);
        return;
    }
  }

  /** One that says the same changes nothing: it may be the session's answer to what was read here. */
  #setSummary(summary: ConversationSummary): void {
    const present = this.#summaries.get(summary.jid);
    const { kind, unread, lastAt } = summary;
    if (present?.kind === kind && present.unread === unread && present.lastAt === lastAt) return;
    this.#summaries.set(summary.jid, summary);
  }

  /** What could not be had without a connection can be asked for now. */
  #tryAgain(): void {
    for (const [jid, present] of [...this.#conversations.value]) {
      if (present.history === 'failed') this.#conversations.set(jid, { ...present, history: 'more' });
    }
  }

  /** A room that was looked at while it was being entered had no archive yet. */
  #setRoom(room: Room): void {
    const entered = room.state === 'joined' && this.#rooms.get(room.jid)?.state !== 'joined';
    const present = entered ? this.#conversations.get(room.jid) : undefined;
    if (present?.history === 'failed') this.#conversations.set(room.jid, { ...present, history: 'more' });
    this.#rooms.set(room.jid, room);
  }

  #removeRoom(jid: BareJid): void {
    this.#rooms.delete(jid);
    this.#occupants.delete(jid);
  }

  #changeOccupants(event: Occupants): void {
    const occupants = new Map(event.reset ? [] : this.#occupants.get(event.room));
    for (const nick of event.remove) occupants.delete(nick);
    for (const occupant of event.upsert) occupants.set(occupant.nick, occupant);
    this.#occupants.set(event.room, occupants);
  }

  /**
   * New messages go to the end, those that were missed before the one they belong before. Where that one is not here, they
   * come with the page that holds it.
   */
  #append({ conversation: jid, append: messages, before }: Messages): void {
    const present = this.#conversations.get(jid) ?? NO_MESSAGES;
    const log = before === undefined ? present.log.append(messages) : present.log.insert(before, messages);
    const labels = withLabelsOf(present.labels, messages);
    if (log !== present.log) this.#conversations.set(jid, { ...present, log, labels });
  }

  #update(jid: BareJid, messages: readonly ChatMessage[]): void {
    const present = this.#conversations.get(jid);
    if (present === undefined) return;
    const log = present.log.replace(messages);
    const labels = withLabelsOf(present.labels, messages);
    if (log !== present.log) this.#conversations.set(jid, { ...present, log, labels });
  }
}
