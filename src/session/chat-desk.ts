import type {
  ChatCommand,
  ChatEvent,
  ChatMessage,
  ChatReply,
  ConnectionInfo,
  ConversationKind,
  CoreCommand,
  LinkState,
} from '../shared/chat-model.ts';
import { safeDisplayName } from '../shared/display-name.ts';
import { AppError, toErrorReport } from '../shared/errors.ts';
import { fileDescription, type SharedFile } from '../shared/file-contract.ts';
import type { BareJid } from '../shared/jid.ts';
import { toBareJid } from '../shared/jid.ts';
import { type LabelRules, labelProblem } from '../shared/labels.ts';
import type { AuditRecord } from '../shared/session-contract.ts';
import type { ConversationMessage, DeliveryChange, XmppClient } from '../xmpp/index.ts';
import { ChatModel } from './chat-model.ts';
import { done, execute, type Handlers } from './commands/handlers.ts';
import { parseWindowMessage } from './commands/parse.ts';
import { EventBatcher } from './event-batcher.ts';
import { FileDesk } from './files/file-desk.ts';
import { fileHandlers } from './files/file-handlers.ts';
import type { SaveChannel } from './files/save-channel.ts';
import { History } from './history/history.ts';
import { Names } from './names.ts';
import { PeopleDesk } from './people/people-desk.ts';
import type { Port } from './ports.ts';

/** The part of the XMPP client that chat needs. */
export type ChatClient = Pick<
  XmppClient,
  | 'jid'
  | 'on'
  | 'sendMessage'
  | 'sendRoomMessage'
  | 'joinRoom'
  | 'leaveRoom'
  | 'setSubject'
  | 'setPresence'
  | 'requestUploadSlot'
  | 'archive'
  | 'extensions'
  | 'isRoom'
>;

export interface ChatDeskOptions {
  readonly domain: string;
  /** Who the card says the user is; shown until the server has told the account's address, and as its name. */
  readonly displayName: string;
  readonly xmpp: ChatClient;
  readonly labels: LabelRules;
  readonly onUnread: (total: number) => void;
  readonly onReconnectNow: () => void;
  readonly saveChannel: SaveChannel;
  readonly onAudit: (record: AuditRecord) => void;
}

/**
 * Where chat comes together: what the XMPP client observes changes the model, what the window commands goes to the
 * XMPP client, and the model's events go to the window, if one is attached.
 */
export class ChatDesk {
  readonly files: FileDesk;
  readonly #options: ChatDeskOptions;
  readonly #xmpp: ChatClient;
  readonly #model: ChatModel;
  readonly #names: Names;
  readonly #history: History;
  readonly #people: PeopleDesk;
  readonly #subscriptions: readonly (() => void)[];
  readonly #handlers: Handlers<ChatCommand>;
  #window: { readonly port: Port; readonly batcher: EventBatcher } | undefined;
  #link: LinkState = { kind: 'offline' };
  #connection: ConnectionInfo | undefined;

  constructor(options: ChatDeskOptions) {
    this.#options = options;
    this.#xmpp = options.xmpp;
    this.#model = new ChatModel(
      (event) => this.#show(event),
      (conversation, messages) => this.#history.onDropped(conversation, messages),
    );
    this.#names = new Names([options.displayName]);
    this.#history = new History({
      model: this.#model,
      xmpp: options.xmpp,
      present: (message) => this.#present(message),
      onMissed: () => options.onUnread(this.#model.unreadTotal),
    });
    this.#people = new PeopleDesk({
      extensions: options.xmpp.extensions,
      contact: (jid) => this.#model.contact(jid),
      emit: (event) => this.#show(event),
    });
    this.#subscriptions = this.#observe();
    this.files = new FileDesk({
      channel: options.saveChannel,
      requestSlot: (request) => this.#xmpp.requestUploadSlot(request),
      sendFile: ({ conversation, kind, label }, file) => {
        const content = { body: fileDescription(file), file, ...(label === undefined ? {} : { label }) };
        const message = this.#send(conversation, kind, content);
        this.#model.addMessage(conversation, kind, message);
      },
      emit: (event) => this.#show(event),
      audit: options.onAudit,
    });
    this.#handlers = {
      ...this.#coreHandlers(),
      ...this.#people.handlers,
      ...fileHandlers({
        files: this.files,
        requireLabel: (conversation, label) => this.#requireLabel(conversation, label),
        fileOf: (conversation, id) => this.#model.message(conversation, id)?.file,
      }),
    };
  }

  setLink(link: LinkState): void {
    this.#link = link;
    this.#show({ type: 'link', link });
  }

  setConnection(connection: ConnectionInfo): void {
    this.#connection = connection;
    for (const event of this.#state()) this.#show(event);
    this.#history.onConnected(connection.streamManagement.resumed);
  }

  /** Gives the chat window's port; a former window's port is closed. */
  attach(port: Port): void {
    this.detach();
    const batcher = new EventBatcher(
      (events) => port.postMessage({ kind: 'events', events }),
      () => this.#state(),
    );
    this.#window = { port, batcher };
    port.onClose(() => {
      if (this.#window?.port === port) this.detach();
    });
    port.onMessage((data) => this.#receive(port, data));
    for (const event of this.#state()) batcher.push(event);
  }

  detach(): void {
    if (this.#window === undefined) return;
    this.#window.batcher.close();
    this.#window.port.close();
    this.#window = undefined;
    this.files.windowGone();
  }

  /** Ends the subscriptions and lets go of the window; the conversations are gone with this object. */
  close(): void {
    for (const end of this.#subscriptions) end();
    this.#history.close();
    this.#people.close();
    this.files.close();
    this.detach();
  }

  #show(event: ChatEvent): void {
    this.#window?.batcher.push(event);
  }

  /** The events that bring an empty window up to date. */
  #state(): readonly ChatEvent[] {
    return [this.#snapshot(), ...this.#model.occupantEvents(), this.files.event, ...this.#people.events];
  }

  #snapshot(): ChatEvent {
    const jid = this.#xmpp.jid;
    const self = (jid === undefined ? undefined : toBareJid(jid)) ?? (this.#options.domain as BareJid);
    return {
      type: 'snapshot',
      snapshot: {
        self: { jid: self, displayName: this.#options.displayName },
        link: this.#link,
        ...(this.#connection === undefined ? {} : { connection: this.#connection }),
        contacts: this.#model.contacts,
        rooms: this.#model.rooms,
        conversations: this.#model.conversations,
      },
    };
  }

  #observe(): readonly (() => void)[] {
    const { onUnread } = this.#options;
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
        this.#model.addMessage(message.conversation, message.kind, this.#present(message));
        if (message.message.direction === 'in') onUnread(this.#model.unreadTotal);
      }),
      this.#xmpp.on('delivery', (change) => this.#changeDelivery(change)),
      this.#xmpp.on('room', (room) =>
        this.#model.upsertRoom({ ...room, name: safeDisplayName(room.name).text || room.jid }),
      ),
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
    this.#model.removeContact(jid);
  }

  #changeDelivery(change: DeliveryChange): void {
    const message = this.#model.message(change.conversation, change.id);
    if (message === undefined) return;
    const { error: _former, ...rest } = message;
    this.#model.updateMessage(change.conversation, {
      ...rest,
      delivery: change.state,
      ...(change.error === undefined ? {} : { error: change.error }),
    });
  }

  #receive(port: Port, data: unknown): void {
    const window = this.#window;
    if (window?.port !== port) return;
    const message = parseWindowMessage(data);
    // A window that breaks the contract is not one of ours; it gets no second chance on this port.
    if (message === undefined) this.detach();
    else if (message.kind === 'ack') window.batcher.acknowledge(message.count);
    else void this.#answer(window.port, message.id, message.command);
  }

  async #answer(port: Port, id: number, command: ChatCommand): Promise<void> {
    let reply: ChatReply;
    try {
      reply = await execute(this.#handlers, command);
    } catch (error) {
      reply = { ok: false, error: toErrorReport(error) };
    }
    if (this.#window?.port !== port) return;
    // What the command changed is shown before its answer arrives.
    this.#window.batcher.flush();
    port.postMessage({ kind: 'reply', id, reply });
  }

  #coreHandlers(): Handlers<CoreCommand> {
    return {
      'send-message': done((command) => {
        const { conversation, kind } = command;
        this.#model.addMessage(conversation, kind, this.#send(conversation, kind, command));
      }),
      'retry-message': done(({ conversation, id }) => this.#retry(conversation, id)),
      'load-messages': ({ conversation, limit, before }) => this.#history.older(conversation, limit, before),
      'fill-gap': done(({ conversation }) => this.#history.fillGap(conversation)),
      'mark-read': done(({ conversation }) => {
        this.#model.markRead(conversation);
        this.#options.onUnread(this.#model.unreadTotal);
      }),
      'join-room': done(({ room }) => this.#xmpp.joinRoom(room)),
      'leave-room': done(({ room }) => this.#xmpp.leaveRoom(room)),
      'set-subject': done(({ room, subject }) => this.#xmpp.setSubject(room, subject)),
      'set-presence': done(({ availability, status }) => this.#xmpp.setPresence(availability, status)),
      'reconnect-now': done(() => this.#options.onReconnectNow()),
    };
  }

  #retry(conversation: BareJid, id: string): void {
    const message = this.#model.message(conversation, id);
    if (message?.delivery !== 'failed') throw new AppError('IPC_REFUSED');
    const kind = this.#model.room(conversation) === undefined ? 'contact' : 'room';
    const { body, file, label } = message;
    const chosen = label?.assumed === true ? undefined : label?.id;
    const content = {
      body,
      ...(file === undefined ? {} : { file }),
      ...(chosen === undefined ? {} : { label: chosen }),
    };
    this.#model.updateMessage(conversation, this.#send(conversation, kind, content, id));
  }

  /** Says in a person's words what the guard would refuse. Throws LABEL_REQUIRED, LABEL_UNKNOWN or LABEL_NOT_ALLOWED. */
  #requireLabel(conversation: BareJid, id: string | undefined): void {
    const { labels } = this.#options;
    const problem = labelProblem(labels, conversation, id);
    if (problem === undefined) return;
    const label = labels.labels.catalogue.find((entry) => entry.id === id)?.text ?? '';
    throw new AppError(problem, label === '' ? undefined : { label });
  }

  #send(
    conversation: BareJid,
    kind: ConversationKind,
    { body, file, label }: { readonly body: string; readonly file?: SharedFile; readonly label?: string },
    id?: string,
  ): ChatMessage {
    this.#requireLabel(conversation, label);
    const message =
      kind === 'room'
        ? this.#xmpp.sendRoomMessage(conversation, body, id, file, label)
        : this.#xmpp.sendMessage(conversation, body, id, file, label);
    this.#history.onSent(conversation, message, this.#model.room(conversation)?.nick);
    return message;
  }
}
