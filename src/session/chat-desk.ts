import type {
  ChatCommand,
  ChatEvent,
  ChatMessage,
  ConnectionInfo,
  ConversationKind,
  LinkState,
} from '../shared/chat-model.ts';
import { safeDisplayName } from '../shared/display-name.ts';
import { fileDescription } from '../shared/file-contract.ts';
import { type BareJid, toBareJid } from '../shared/jid.ts';
import type { HistoryAccess } from '../shared/session-contract.ts';
import type { ConversationMessage } from '../xmpp/index.ts';
import { adHocHandlers } from './adhoc/adhoc-handlers.ts';
import type { ChatClient, ChatDeskOptions } from './chat-desk-options.ts';
import { ChatModel } from './chat-model.ts';
import { ChatWindows, MAIN_WINDOW } from './chat-windows.ts';
import { coreHandlers } from './commands/core-handlers.ts';
import { execute, type Handlers } from './commands/handlers.ts';
import { FeedDesk } from './feeds/feed-desk.ts';
import { feedPeople } from './feeds/people.ts';
import { FileDesk } from './files/file-desk.ts';
import { fileHandlers } from './files/file-handlers.ts';
import { History } from './history/history.ts';
import { LinkDesk } from './link-desk.ts';
import { MessageDesk } from './messages/message-desk.ts';
import { Outbox } from './messages/outbox.ts';
import { Names } from './names.ts';
import { PeopleDesk } from './people/people-desk.ts';
import type { Port } from './ports.ts';
import { RoomDesk } from './rooms/room-desk.ts';
import { Past } from './store/past.ts';
import { StoredChanges } from './store/stored-changes.ts';
import { templateHandlers } from './templates/template-handlers.ts';
import { WatchDesk } from './watch/watch-desk.ts';
import { BoardDesk } from './whiteboard/board-desk.ts';

/**
 * Where chat comes together: what the XMPP client observes changes the model, what the window commands goes to the
 * XMPP client, and the model's events go to the windows that are attached.
 */
export class ChatDesk {
  readonly files: FileDesk;
  readonly past: Past;
  readonly watch: WatchDesk;
  readonly #options: ChatDeskOptions;
  readonly #xmpp: ChatClient;
  readonly #model: ChatModel;
  readonly #names: Names;
  readonly #history: History;
  readonly #people: PeopleDesk;
  readonly #messages: MessageDesk;
  readonly #outbox: Outbox;
  readonly #link: LinkDesk;
  readonly #rooms: RoomDesk;
  readonly #boards: BoardDesk;
  readonly #feeds: FeedDesk;
  readonly #subscriptions: readonly (() => void)[];
  readonly #handlers: Handlers<ChatCommand>;
  readonly #windows: ChatWindows;
  #connection: ConnectionInfo | undefined;

  constructor(options: ChatDeskOptions) {
    this.#options = options;
    this.#xmpp = options.xmpp;
    this.past = new Past({
      storeWorkerFile: options.storeWorkerFile,
      keysOf: (conversation, id) => this.#history.keysOf(conversation, id),
      emit: (event) => this.#show(event),
      hasArrived: (conversation, id) => this.#history.isArchived(conversation, id),
      send: ({ conversation, kind, message }) => this.#outbox.resume(conversation, kind, message),
      act: ({ conversation, kind, message }) => this.#messages.own.resume(conversation, kind, message),
      giveUp: ({ conversation, message }) => this.#messages.own.giveUp(conversation, message),
      onDelivery: (change) => this.#outbox.onDelivery(change),
    });
    this.#model = new ChatModel(
      (event) => this.#onModel(event),
      (conversation, messages) => this.#history.onDropped(conversation, messages),
      (conversation, kind, messages) => this.#messages.actions.onAdded(conversation, kind, messages),
      this.past.local,
    );
    this.#windows = new ChatWindows({
      state: () => this.#state(),
      execute: (command) => execute(this.#handlers, command),
      onAttended: (conversations) => this.#messages.past.onLookedAt(conversations),
      onGone: (window) => {
        if (window !== MAIN_WINDOW) return;
        this.files.windowGone();
        this.#boards.windowGone();
      },
    });
    this.watch = new WatchDesk({
      ...options.watch,
      emit: (event) => this.#show(event),
      self: () => this.#self,
      nick: (room) => this.#model.room(room)?.nick,
      isAttended: (conversation) => this.#windows.isAttended(conversation),
      notify: options.onNotice,
      save: options.onPrefs,
      onLevel: () => this.#tellUnread(),
      ...(options.acknowledgements === true
        ? {
            share: (room, messages) => this.#messages.own.acknowledgements.tell(room, messages),
            onLate: (room) => this.#messages.past.wake(room),
          }
        : {}),
    });
    this.#names = new Names([options.displayName]);
    const stored = new StoredChanges({ model: this.#model, local: this.past.local });
    this.#messages = new MessageDesk({
      model: this.#model,
      xmpp: options.xmpp,
      stored,
      labels: options.labels.labels,
      displayName: safeDisplayName(options.displayName).text,
      kindOf: (conversation) => this.#kindOf(conversation),
      nameOf: (conversation, kind, name) => this.#nameOf(conversation, kind, name),
      warningOf: (room, nick) => this.#names.warningOf(nick, this.#model.occupant(room, nick)?.jid),
      send: (conversation, kind, message, id) => this.#outbox.send(conversation, kind, message, { id }),
      emit: (event) => this.#show(event),
      oldestAlerted: (room) => this.watch.oldestAlerted(room),
      isLookedAt: (room) => this.#windows.isAttended(room),
    });
    this.#outbox = new Outbox({
      model: this.#model,
      xmpp: options.xmpp,
      labels: options.labels,
      stored,
      own: this.#messages.own,
      kindOf: (conversation) => this.#kindOf(conversation),
      onSent: (conversation, message) =>
        this.#history.onSent(conversation, message, this.#model.room(conversation)?.nick),
    });
    this.#subscriptions = this.#observe();
    this.#history = new History({
      model: this.#model,
      xmpp: options.xmpp,
      local: this.past.local,
      present: (message) => this.#present(message),
      correct: (message, run) => this.#messages.actions.correct(message, run),
      onMissed: () => this.#tellUnread(),
    });
    this.#link = new LinkDesk({
      clientState: options.xmpp.extensions.clientState,
      show: (link) => this.#show({ type: 'link', link }),
      now: () => performance.now(),
    });
    this.#people = new PeopleDesk({
      extensions: options.xmpp.extensions,
      contact: (jid) => this.#model.contact(jid),
      emit: (event) => this.#show(event),
    });
    this.#rooms = new RoomDesk({
      extensions: options.xmpp.extensions,
      joinRoom: (room, nick) => this.joinRoom(room, nick),
      room: (jid) => this.#model.room(jid),
      emit: (event) => this.#show(event),
    });
    this.#feeds = new FeedDesk({
      feeds: options.xmpp.extensions.feeds,
      policy: options.feeds,
      people: feedPeople(
        options,
        () => this.#self,
        () => this.#model.contacts,
      ),
      author: safeDisplayName(options.displayName).text,
      emit: (event) => this.#show(event),
      requireLabel: (service, label) => this.#outbox.requireLabel(service, label),
      settled: () => this.#history.accountCaughtUp,
      watch: this.watch,
      audit: options.onAudit,
    });
    this.files = new FileDesk({
      channel: options.saveChannel,
      requestSlot: (request) => this.#xmpp.requestUploadSlot(request),
      sendFile: ({ conversation, kind, label }, file) => {
        const content = { body: fileDescription(file), ...(label === undefined ? {} : { label }) };
        this.#outbox.add(conversation, kind, content, { file });
      },
      emit: (event) => this.#show(event),
      audit: options.onAudit,
    });
    this.#boards = new BoardDesk({
      allowed: options.whiteboards,
      xmpp: options.xmpp,
      room: (jid) => this.#model.room(jid),
      occupant: (room, nick) => this.#model.occupant(room, nick),
      present: (message) => this.#present(message),
      message: (room, id) => this.#model.message(room, id),
      labelFor: (room, label) => this.#outbox.labelFor(room, label),
      requireNotLowered: (of, chosen) => this.#messages.own.requireNotLowered(of, chosen),
      fetch: (room, file) => this.files.read(room, file),
      send: (room, content, file) => this.#outbox.add(room, 'room', content, { file }),
      emit: (event) => this.#show(event),
      later: (show, milliseconds) => void setTimeout(show, milliseconds),
    });
    this.#handlers = {
      ...coreHandlers({
        xmpp: options.xmpp,
        joinRoom: (room) => this.joinRoom(room),
        outbox: this.#outbox,
        history: this.#history,
        link: this.#link,
        onRead: (conversation) => {
          this.#model.markRead(conversation);
          this.#messages.onRead(conversation, this.#kindOf(conversation));
          this.#tellUnread();
        },
        onReconnectNow: options.onReconnectNow,
      }),
      ...this.#people.handlers,
      ...this.past.handlers(this.#model, this.#history),
      ...this.watch.handlers(),
      ...templateHandlers({
        templates: options.templates,
        send: (conversation, kind, { form, ...content }) =>
          this.#outbox.add(conversation, kind, { ...content, extras: { form } }),
      }),
      ...this.#messages.handlers,
      ...this.#rooms.handlers,
      ...adHocHandlers(options.xmpp.extensions, options.onAudit),
      ...this.#boards.handlers,
      ...this.#feeds.handlers,
      ...fileHandlers({
        files: this.files,
        requireLabel: (conversation, label) => this.#outbox.requireLabel(conversation, label),
        fileOf: (conversation, id) => this.#model.message(conversation, id)?.file,
      }),
    };
  }

  /** Enters a room; it is asked only for what is not known of it. Throws what `XmppClient.joinRoom` throws. */
  joinRoom(room: BareJid, nick?: string): void {
    this.#xmpp.joinRoom(room, nick, this.#history.knownUntil(room));
  }

  setLink(link: LinkState): void {
    this.#link.set(link);
  }

  setConnection(connection: ConnectionInfo): void {
    this.#connection = connection;
    for (const event of this.#state()) this.#show(event);
    this.#history.onConnected(connection.streamManagement.resumed);
    this.#boards.onConnected();
    void this.#history.accountCaughtUp.then(() => this.past.unsent.sendToContacts());
  }

  /** Opens this computer's history and puts back what a former session left; before the first connection. Never rejects. */
  async openHistory(access: HistoryAccess): Promise<void> {
    const { tails, archives, waiting } = await this.past.open(access);
    this.#history.restore(tails, archives);
    for (const one of waiting) this.#model.addMessage(one.conversation, one.kind, one.message);
    for (const event of this.#state()) this.#show(event);
  }

  /** Gives a window's port; the port that this window had before is closed. */
  attach(port: Port, window = MAIN_WINDOW): void {
    this.#windows.attach(window, port);
  }

  /** Ends the subscriptions and lets go of the windows; resolves when what this computer keeps of the conversations is written. */
  close(): Promise<void> {
    for (const end of this.#subscriptions) end();
    this.#history.close();
    this.#people.close();
    this.#messages.close();
    this.#rooms.close();
    this.#boards.close();
    this.#feeds.close();
    this.files.close();
    this.watch.close();
    this.#windows.close();
    return this.past.local.close();
  }

  #show(event: ChatEvent): void {
    this.#windows.show(event);
  }

  /** What the model says goes to the windows; what arrived in it is watched. Pages of the past are no news. */
  #onModel(event: ChatEvent): void {
    this.#show(event);
    if (event.type === 'message-updates')
      this.watch.onChanged(event.conversation, this.#model.kindOf(event.conversation), event.messages);
    if (event.type !== 'messages') return;
    this.watch.onMessages(event.conversation, this.#model.kindOf(event.conversation), event.append);
  }

  #tellUnread(): void {
    this.#options.onUnread(this.#model.unreadOf((jid, kind) => this.watch.level(jid, kind) !== 'none'));
  }

  get #self(): BareJid {
    const jid = this.#xmpp.jid;
    return (jid === undefined ? undefined : toBareJid(jid)) ?? (this.#options.domain as BareJid);
  }

  /** The events that bring an empty window up to date. */
  #state(): readonly ChatEvent[] {
    return [
      this.#snapshot(),
      ...this.#model.occupantEvents(),
      this.files.event,
      ...this.#people.events,
      ...this.#rooms.events,
      ...this.#boards.events,
      ...this.#feeds.events,
      ...this.watch.state(),
      this.#messages.event,
      this.past.event,
    ];
  }

  #snapshot(): ChatEvent {
    return {
      type: 'snapshot',
      snapshot: {
        self: { jid: this.#self, displayName: this.#options.displayName },
        link: this.#link.link,
        ...(this.#connection === undefined ? {} : { connection: this.#connection }),
        contacts: this.#model.contacts,
        rooms: this.#model.rooms,
        conversations: this.#model.conversations,
      },
    };
  }

  #observe(): readonly (() => void)[] {
    return [
      this.#xmpp.on('contacts', ({ reset, upsert, remove }) => {
        if (reset) this.#names.reset();
        const contacts = upsert.map((contact) => this.#names.contact(contact));
        if (reset) this.#model.replaceContacts(contacts);
        else this.#model.upsertContacts(contacts);
        this.#people.onContacts(contacts);
        for (const jid of remove) this.#forgetContact(jid);
      }),
      this.#xmpp.on('message', (message) => {
        if (this.#history.isCopy(message)) return;
        this.#messages.onMessage(message, this.#present(message));
        this.#history.onMessage(message);
        if (message.message.direction === 'in') this.#tellUnread();
      }),
      this.#xmpp.on('link-quality', (quality) => this.#link.measured(quality)),
      this.#xmpp.on('delivery', (change) => this.#outbox.onDelivery(change)),
      this.#xmpp.on('room', (room) => {
        this.#model.upsertRoom({ ...room, name: safeDisplayName(room.name).text || room.jid });
        if (room.state === 'joined') this.#rooms.entered(room.jid);
        if (room.state === 'joining' || room.state === 'joined') this.past.unsent.sendToRoom(room.jid);
      }),
      this.#xmpp.on('room-left', (room) => this.#model.removeRoom(room)),
      this.#xmpp.on('occupants', ({ room, reset, upsert, remove }) => {
        if (reset) this.#model.clearOccupants(room);
        const occupants = upsert.map((occupant) => this.#names.occupant(occupant));
        if (occupants.length > 0) this.#model.upsertOccupants(room, occupants);
        for (const nick of remove) this.#model.removeOccupant(room, nick);
      }),
    ];
  }

  /** A message with its sender's name as it is to be shown. */
  #present({ conversation, kind, message }: ConversationMessage): ChatMessage {
    if (kind === 'contact') return message;
    return this.#names.message(message, this.#model.occupant(conversation, message.sender));
  }

  #forgetContact(jid: BareJid): void {
    this.#names.forget(jid);
    this.#people.onForgotten(jid);
    this.#model.removeContact(jid);
  }

  #kindOf(conversation: BareJid): ConversationKind {
    return this.#xmpp.isRoom(conversation) ? 'room' : 'contact';
  }

  #nameOf(conversation: BareJid, kind: ConversationKind, name: string): string {
    if (kind === 'contact') return this.#model.contact(name as BareJid)?.name || name;
    return this.#model.occupant(conversation, name)?.shownAs ?? safeDisplayName(name).text;
  }
}
