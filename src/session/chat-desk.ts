import type {
  ChatCommand,
  ChatEvent,
  ChatMessage,
  ChatReply,
  ConnectionInfo,
  ConversationKind,
  LinkState,
} from '../shared/chat-model.ts';
import { AppError, toErrorReport } from '../shared/errors.ts';
import type { BareJid } from '../shared/jid.ts';
import { toBareJid } from '../shared/jid.ts';
import type { DeliveryChange, XmppClient } from '../xmpp/index.ts';
import { ChatModel } from './chat-model.ts';
import { parseWindowMessage } from './command-validation.ts';
import { EventBatcher } from './event-batcher.ts';
import type { Port } from './ports.ts';

/** The part of the XMPP client that chat needs. */
export type ChatClient = Pick<
  XmppClient,
  'jid' | 'on' | 'sendMessage' | 'sendRoomMessage' | 'joinRoom' | 'leaveRoom' | 'setSubject' | 'setPresence'
>;

export interface ChatDeskOptions {
  readonly domain: string;
  /** Who the card says the user is; shown until the server has told the account's address, and as its name. */
  readonly displayName: string;
  readonly xmpp: ChatClient;
  readonly onUnread: (total: number) => void;
  readonly onReconnectNow: () => void;
}

/**
 * Where chat comes together: what the XMPP client observes changes the model, what the window commands goes to the
 * XMPP client, and the model's events go to the window, if one is attached.
 */
export class ChatDesk {
  readonly #options: ChatDeskOptions;
  readonly #xmpp: ChatClient;
  readonly #model: ChatModel;
  readonly #subscriptions: readonly (() => void)[];
  #window: { readonly port: Port; readonly batcher: EventBatcher } | undefined;
  #link: LinkState = { kind: 'offline' };
  #connection: ConnectionInfo | undefined;

  constructor(options: ChatDeskOptions) {
    this.#options = options;
    this.#xmpp = options.xmpp;
    this.#model = new ChatModel((event) => this.#show(event));
    this.#subscriptions = this.#observe();
  }

  setLink(link: LinkState): void {
    this.#link = link;
    this.#show({ type: 'link', link });
  }

  setConnection(connection: ConnectionInfo): void {
    this.#connection = connection;
    this.#show(this.#snapshot());
    for (const event of this.#model.occupantEvents()) this.#show(event);
  }

  /** Gives the chat window's port; a former window's port is closed. */
  attach(port: Port): void {
    this.detach();
    const batcher = new EventBatcher(
      (events) => port.postMessage({ kind: 'events', events }),
      () => [this.#snapshot(), ...this.#model.occupantEvents()],
    );
    this.#window = { port, batcher };
    port.onClose(() => {
      if (this.#window?.port === port) this.detach();
    });
    port.onMessage((data) => this.#receive(port, data));
    batcher.push(this.#snapshot());
    for (const event of this.#model.occupantEvents()) batcher.push(event);
  }

  detach(): void {
    this.#window?.batcher.close();
    this.#window?.port.close();
    this.#window = undefined;
  }

  /** Ends the subscriptions and lets go of the window; the conversations are gone with this object. */
  close(): void {
    for (const end of this.#subscriptions) end();
    this.detach();
  }

  #show(event: ChatEvent): void {
    this.#window?.batcher.push(event);
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
        if (reset) this.#model.replaceContacts(upsert);
        else this.#model.upsertContacts(upsert);
        for (const jid of remove) this.#model.removeContact(jid);
      }),
      this.#xmpp.on('message', ({ conversation, kind, message }) => {
        this.#model.addMessage(conversation, kind, message);
        if (message.direction === 'in') onUnread(this.#model.unreadTotal);
      }),
      this.#xmpp.on('delivery', (change) => this.#changeDelivery(change)),
      this.#xmpp.on('room', (room) => this.#model.upsertRoom(room)),
      this.#xmpp.on('room-left', (room) => this.#model.removeRoom(room)),
      this.#xmpp.on('occupants', ({ room, reset, upsert, remove }) => {
        if (reset) this.#model.clearOccupants(room);
        if (upsert.length > 0) this.#model.upsertOccupants(room, upsert);
        for (const nick of remove) this.#model.removeOccupant(room, nick);
      }),
    ];
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
      reply = await this.#execute(command);
    } catch (error) {
      reply = { ok: false, error: toErrorReport(error) };
    }
    if (this.#window?.port !== port) return;
    // What the command changed is shown before its answer arrives.
    this.#window.batcher.flush();
    port.postMessage({ kind: 'reply', id, reply });
  }

  async #execute(command: ChatCommand): Promise<ChatReply> {
    switch (command.type) {
      case 'send-message':
        this.#model.addMessage(
          command.conversation,
          command.kind,
          this.#send(command.conversation, command.kind, command.body),
        );
        break;
      case 'retry-message':
        this.#retry(command.conversation, command.id);
        break;
      case 'load-messages':
        return { ok: true, messages: this.#model.page(command.conversation, command.limit, command.before) };
      case 'mark-read':
        this.#model.markRead(command.conversation);
        this.#options.onUnread(this.#model.unreadTotal);
        break;
      case 'join-room':
        this.#xmpp.joinRoom(command.room);
        break;
      case 'leave-room':
        this.#xmpp.leaveRoom(command.room);
        break;
      case 'set-subject':
        await this.#xmpp.setSubject(command.room, command.subject);
        break;
      case 'set-presence':
        this.#xmpp.setPresence(command.availability, command.status);
        break;
      case 'reconnect-now':
        this.#options.onReconnectNow();
        break;
    }
    return { ok: true };
  }

  #retry(conversation: BareJid, id: string): void {
    const message = this.#model.message(conversation, id);
    if (message?.delivery !== 'failed') throw new AppError('IPC_REFUSED');
    const kind = this.#model.room(conversation) === undefined ? 'contact' : 'room';
    this.#model.updateMessage(conversation, this.#send(conversation, kind, message.body, id));
  }

  #send(conversation: BareJid, kind: ConversationKind, body: string, id?: string): ChatMessage {
    return kind === 'room'
      ? this.#xmpp.sendRoomMessage(conversation, body, id)
      : this.#xmpp.sendMessage(conversation, body, id);
  }
}
