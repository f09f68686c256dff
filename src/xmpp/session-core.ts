/**
 * What a session consists of behind the stream: roster, messages, rooms, queries and requests, and who gets which
 * stanza. Lives as long as the client; the stream beneath it comes and goes.
 */
import { AppError } from '../shared/errors.ts';
import { type BareJid, type FullJid, parseJid, toBareJid } from '../shared/jid.ts';
import type { ConversationMessage, XmppClientOptions, XmppEvents, XmppTimeouts } from './api.ts';
import type { Emitter } from './emitter.ts';
import type { Extension, ExtensionHost } from './extension.ts';
import { createExtensions, type Extensions } from './extensions.ts';
import { createGuardConfig, type GuardConfig } from './guard/index.ts';
import { NS } from './namespaces.ts';
import type { Negotiated } from './negotiation/negotiate.ts';
import { RandomIds } from './random-ids.ts';
import { Queries } from './rfc6120-iq/queries.ts';
import { Requests } from './rfc6120-iq/requests.ts';
import { buildDirectMessage, DirectMessages } from './rfc6121-message/direct-messages.ts';
import { Outbox, type Outgoing } from './rfc6121-message/outbox.ts';
import { Roster } from './rfc6121-roster/roster.ts';
import { Disco } from './xep-0030-disco/disco.ts';
import { Rooms } from './xep-0045-muc/rooms.ts';
import { destroyRoom, instantRoom } from './xep-0045-muc/stanzas.ts';
import { Archive } from './xep-0313-mam/archive.ts';
import type { ArchivedStanza } from './xep-0313-mam/stanzas.ts';
import { Doubles } from './xep-0359-stanza-ids/doubles.ts';
import { childOf, type Element } from './xml.ts';

export interface SessionCoreOptions {
  readonly client: XmppClientOptions;
  readonly timeouts: XmppTimeouts;
  readonly events: Emitter<XmppEvents>;
  /** Writes a stanza, counted and guarded. Throws NOT_CONNECTED or GUARD_REFUSED. */
  send(stanza: Element, messageId?: string): void;
  /** When the last byte came in, by `performance.now()`. */
  lastReceived(): number;
  /** Writes what is no stanza, if there is a connection. */
  sendNonza(element: Element): void;
  /** Whether a session is established on a living connection. */
  online(): boolean;
}

export class SessionCore {
  readonly outbox: Outbox;
  readonly roster: Roster;
  readonly rooms: Rooms;
  readonly disco: Disco;
  readonly requests: Requests;
  readonly archive: Archive;
  readonly extensions: Extensions;
  readonly #options: SessionCoreOptions;
  readonly #queries: Queries;
  readonly #messages: DirectMessages;
  readonly #extensions: readonly Extension[];
  readonly #ids: RandomIds;
  #guard: GuardConfig;
  #account: BareJid | undefined;

  constructor(options: SessionCoreOptions) {
    this.#options = options;
    const { client, events, timeouts } = options;
    this.#ids = new RandomIds((length) => client.crypto.random(length));
    const send = options.send;
    this.#guard = this.#guardConfig(undefined);
    const domain = this.#guard.domain;
    const doubles = new Doubles();
    this.outbox = new Outbox((change) => events.emit('delivery', change));
    this.roster = new Roster({
      emit: (change) => events.emit('contacts', change),
      approved: (text) => {
        const address = this.#guard.resolve(text);
        return address?.approved === true ? (address.bare as BareJid) : undefined;
      },
    });
    const { fileGate } = client.policy;
    const { labels } = this.#guard;
    this.#messages = new DirectMessages({
      domain,
      fileGate,
      labels,
      outbox: this.outbox,
      doubles,
      account: () => this.account,
      bare: (address) => this.#guard.resolve(address)?.bare as BareJid | undefined,
      mayKnow: (jid) => this.roster.mayKnow(jid),
      send,
      emit: (message) => events.emit('message', message),
      emitAction: (action) => events.emit('message-action', action),
      newId: () => this.newId(),
    });
    const account = () => this.#guard.account;
    this.requests = new Requests(
      {
        domain,
        get account() {
          return account();
        },
        send,
        newId: () => this.newId(),
        lastReceived: options.lastReceived,
      },
      timeouts.iq,
    );
    this.rooms = new Rooms({
      domain,
      fileGate,
      labels,
      outbox: this.outbox,
      doubles,
      joinTimeout: timeouts.iq,
      lastReceived: options.lastReceived,
      send,
      newId: () => this.newId(),
      caps: () => this.disco.caps(),
      emitRoom: (change) => events.emit('room', change),
      emitOccupants: (change) => events.emit('occupants', change),
      emitMessage: (message) => events.emit('message', message),
      emitAction: (action) => events.emit('message-action', action),
      emitReflected: (message) => events.emit('reflected', message),
      emitRepeated: (room, archiveId) => events.emit('repeated', room, archiveId),
      configure: (room) => this.#configure(room),
      requests: this.requests,
      silence: timeouts.roomSilence,
      givesHats: (room) => this.extensions.roomService.supports(room, NS.hats),
    });
    this.archive = new Archive({
      requests: this.requests,
      account: () => this.account,
      inRoom: (room) => this.rooms.get(room)?.state === 'joined',
      newId: () => this.newId(),
      read: (stanza, room) => this.#readArchived(stanza, room),
      peek: (stanza, room) => this.rooms.get(room)?.peekArchived(stanza) ?? [],
      isDelivered: (id) => this.outbox.get(id)?.state === 'delivered',
    });
    this.#queries = this.#createQueries(domain, send);
    this.extensions = createExtensions(this.#host());
    this.#extensions = [this.archive, ...Object.values<Extension>(this.extensions)];
    const features = this.#extensions.flatMap((extension) => extension.features ?? []);
    this.disco = new Disco(client.crypto, features);
  }

  /** What the guard decides by at this moment. */
  get guard(): GuardConfig {
    return this.#guard;
  }

  /** The own bare address. Throws NOT_CONNECTED before the first session. */
  get account(): BareJid {
    if (this.#account === undefined) throw new AppError('NOT_CONNECTED');
    return this.#account;
  }

  setIdentity(jid: FullJid | undefined): void {
    this.#guard = this.#guardConfig(jid);
    this.#account = this.#guard.account ?? this.#account;
  }

  #guardConfig(jid: FullJid | undefined): GuardConfig {
    // The first configuration is made before there is an archive to be asked.
    return createGuardConfig(
      this.#options.client.policy,
      jid,
      (queryId, archive) => this.archive?.asked(queryId, archive) === true,
      (bare) => this.roster?.seesPresence(bare as BareJid) === true,
    );
  }

  /** 128 random bits, URL-safe: an id that nobody guesses. */
  newId(): string {
    return this.#ids.next();
  }

  /** A new session stands: asks for what it needs, and sends what waited. The own presence is the caller's. */
  renew({ features, unacknowledged }: Negotiated): void {
    const { requests, roster } = this;
    requests.abandon();
    roster.onNewSession();
    for (const extension of this.#extensions) extension.onNewSession?.();
    // A server without a roster is poorer, not broken.
    requests.call(
      'get',
      roster.query(childOf(features, 'ver', NS.rosterVersioning) !== undefined),
      undefined,
      (answer) => roster.onResult(answer),
      () => undefined,
    );
    // Everything whose arrival is not certain goes once more, in order and under its old id, by which receivers know doubles.
    for (const { stanza, messageId } of unacknowledged) {
      if (stanza.name === 'message' && messageId === undefined) this.#options.send(stanza);
    }
    for (const message of this.outbox.open('contact')) this.transmit(message);
    this.rooms.onNewSession();
  }

  /** A connection carries the session. */
  onStream(features: Element): void {
    for (const extension of this.#extensions) extension.onStream?.(features);
  }

  onStreamLost(): void {
    this.rooms.onLost();
    for (const extension of this.#extensions) extension.onStreamLost?.();
  }

  /** Writes a one-to-one message. */
  transmit(message: Outgoing): void {
    this.#options.send(buildDirectMessage(message), message.id);
    this.outbox.advance(message.id, 'sent');
  }

  /** Takes a stanza that the guard has let in. */
  onStanza(stanza: Element): void {
    switch (stanza.name) {
      case 'message':
        this.#onMessage(stanza);
        break;
      case 'presence':
        this.#onPresence(stanza);
        break;
      default:
        this.#onIq(stanza);
    }
  }

  #onIq(iq: Element): void {
    const { type } = iq.attrs;
    if (type === 'get' || type === 'set') this.#queries.onQuery(iq);
    else this.requests.onAnswer(iq);
  }

  #onMessage(stanza: Element): void {
    const sender = stanza.attrs.from === undefined ? undefined : this.#guard.resolve(stanza.attrs.from);
    if (this.#extensions.some((extension) => extension.onMessage?.(stanza, sender) === true)) return;
    if (sender?.room === true) this.rooms.onMessage(stanza, sender.bare as BareJid, sender.resource);
    else this.#messages.onMessage(stanza);
  }

  #readArchived(stanza: ArchivedStanza, room: BareJid | undefined): ConversationMessage | undefined {
    if (room !== undefined) return this.rooms.get(room)?.readArchived(stanza);
    const read = this.#messages.readArchived(stanza);
    // What a room wrote to the account itself is no conversation.
    return read === undefined || this.#guard.resolve(read.conversation)?.room === true ? undefined : read;
  }

  #onPresence(stanza: Element): void {
    const sender = this.#guard.resolve(stanza.attrs.from ?? '');
    if (sender === undefined) return;
    if (this.#extensions.some((extension) => extension.onPresence?.(stanza, sender) === true)) return;
    const bare = sender.bare as BareJid;
    if (sender.room) {
      this.rooms.onPresence(stanza, bare, sender.resource);
      return;
    }
    const { type } = stanza.attrs;
    if (type === undefined || type === 'unavailable') {
      if (bare !== this.#guard.account) this.roster.onPresence(stanza, bare, sender.resource ?? '');
    }
  }

  #host(): ExtensionHost {
    const core = this;
    const { send, sendNonza } = this.#options;
    return {
      get guard() {
        return core.guard;
      },
      get account() {
        return core.account;
      },
      requests: this.requests,
      send,
      sendNonza,
      answer: (type, xmlns, name, handler) => this.#queries.answer(type, xmlns, name, handler),
      newId: () => this.newId(),
      inRoom: (room) => this.rooms.get(room)?.state === 'joined',
      get online() {
        return core.#options.online();
      },
      mayKnow: (jid) => this.roster.mayKnow(jid),
      emit: (name, ...args) => this.#options.events.emit(name, ...args),
      preferRoom: (room) => this.rooms.prefer(room),
    };
  }

  #createQueries(domain: string, send: (stanza: Element) => void): Queries {
    const queries = new Queries(domain, send);
    queries.answer('get', NS.discoInfo, 'query', (query) => this.disco.onInfo(query));
    queries.answer('get', NS.ping, 'ping', () => true);
    queries.answer('set', NS.roster, 'query', (query) => {
      this.roster.onPush(query);
      return true;
    });
    return queries;
  }

  #configure(room: BareJid): boolean {
    const may = this.#options.client.policy.rooms.create;
    // A refusal shows when others can't enter; there is nothing this user could do about it here.
    this.requests.send('set', may ? instantRoom() : destroyRoom(), room).catch(() => undefined);
    return may;
  }
}

/** An address to write to, as the user gave it: bare, valid. Throws GUARD_REFUSED for anything else. */
export function requireBare(text: string): BareJid {
  const jid = parseJid(text)?.resource === undefined ? toBareJid(text) : undefined;
  if (jid === undefined) throw new AppError('GUARD_REFUSED', { reason: 'address' });
  return jid;
}
