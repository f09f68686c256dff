/** The XMPP client: one object for the life of a sign-in, fed with one secure channel per connection. */
import type { ChatMessage, ConversationKind } from '../shared/chat-model.ts';
import { AppError } from '../shared/errors.ts';
import type { SharedFile } from '../shared/file-contract.ts';
import { type BareJid, type FullJid, parseJid } from '../shared/jid.ts';
import { Acknowledgements } from './acknowledgements.ts';
import type {
  OwnAvailability,
  SecureChannel,
  StreamLimits,
  XmppClientOptions,
  XmppEvents,
  XmppSession,
  XmppTimeouts,
} from './api.ts';
import { Emitter } from './emitter.ts';
import type { Extensions } from './extensions.ts';
import { Gate } from './guard/index.ts';
import { DEFAULT_LIMITS, DEFAULT_TIMEOUTS } from './limits.ts';
import { Liveness } from './liveness.ts';
import { NS } from './namespaces.ts';
import { type Negotiated, negotiate } from './negotiation/negotiate.ts';
import { checkOutgoing } from './rfc6121-message/compose.ts';
import type { OutgoingAction, OutgoingExtras } from './rfc6121-message/outbox.ts';
import { MessageSender } from './rfc6121-message/sender.ts';
import { OwnPresence } from './rfc6121-presence/own-presence.ts';
import { requireBare, SessionCore } from './session-core.ts';
import { ParserRefusal } from './stream/parser.ts';
import { XmppStream } from './stream/stream.ts';
import { buildJoin } from './xep-0045-muc/stanzas.ts';
import { buildPasswordChange, passwordChangeError } from './xep-0077-in-band-registration/password-change.ts';
import { Answers } from './xep-0198-stream-management/answers.ts';
import { StreamManagement } from './xep-0198-stream-management/stream-management.ts';
import { ping } from './xep-0199-ping/ping.ts';
import type { Archive } from './xep-0313-mam/archive.ts';
import { requestSlot, type SlotRequest, type UploadSlot } from './xep-0363-http-upload/slots.ts';
import { type Element, isStanza } from './xml.ts';

/** A server that takes so many stanzas without a word is not going to say one. */
const MAX_UNACKNOWLEDGED = 50_000;

/** A connection with an established session. */
interface Live {
  readonly stream: XmppStream;
  readonly liveness: Liveness;
  readonly answers: Answers;
}

/**
 * An XMPP client that outlives its connections: unacknowledged messages, rooms and the XEP-0198 session stay, and the
 * next {@link connect} goes on with them. Making connections, and deciding when to try again, is the caller's.
 */
export class XmppClient {
  readonly options: XmppClientOptions;
  readonly #limits: StreamLimits;
  readonly #timeouts: XmppTimeouts;
  readonly #events = new Emitter<XmppEvents>();
  readonly #management = new StreamManagement();
  readonly #acknowledgements: Acknowledgements;
  readonly #core: SessionCore;
  readonly #sender: MessageSender;
  readonly #presence: OwnPresence;
  readonly #resource: string;
  /** The stream of the present connection attempt or session. */
  #stream: XmppStream | undefined;
  #live: Live | undefined;
  #jid: FullJid | undefined;
  #refusals = 0;
  /** Once a newer epoch has been proved, older keys are never tried again (lock rule 5). */
  #lockKeys: XmppClientOptions['lock']['keys'];

  constructor(options: XmppClientOptions) {
    this.options = options;
    this.#lockKeys = options.lock.keys;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
    this.#core = new SessionCore({
      client: options,
      timeouts: this.#timeouts,
      events: this.#events,
      send: (stanza, messageId) => this.#send(stanza, messageId),
      lastReceived: () => this.#stream?.lastReceived ?? 0,
      sendNonza: (element) => this.#live?.stream.send(element),
      online: () => this.online,
    });
    this.#acknowledgements = new Acknowledgements({
      management: this.#management,
      outbox: this.#core.outbox,
      requests: this.#core.requests,
      ping: () => this.#core.requests.send('get', ping(), this.#core.guard.domain),
      onQuality: (quality) => this.#events.emit('link-quality', quality),
    });
    this.#sender = new MessageSender(this.#core, () => this.online);
    this.#presence = new OwnPresence({
      send: (stanza) => this.#send(stanza),
      caps: () => this.#core.disco.caps(),
    });
    this.#resource = `${options.resourcePrefix}-${this.#core.newId().slice(0, 11)}`;
  }

  /** The address the server gave, once there was a session. */
  get jid(): FullJid | undefined {
    return this.#jid;
  }

  /** Whether a session is established on a living connection. */
  get online(): boolean {
    return this.#live !== undefined;
  }

  /** The archives of the account and of the rooms (XEP-0313). */
  get archive(): Pick<Archive, 'page' | 'peek' | 'find' | 'textField'> {
    return this.#core.archive;
  }

  /** The extensions in use, by name. */
  get extensions(): Extensions {
    return this.#core.extensions;
  }

  /** Whether that address is one of a room (XEP-0045). */
  isRoom(jid: BareJid): boolean {
    return this.#core.guard.resolve(jid)?.room === true;
  }

  /** Observes an event; returns a function that ends it. */
  on<Name extends keyof XmppEvents>(name: Name, listener: (...args: XmppEvents[Name]) => void): () => void {
    return this.#events.on(name, listener);
  }

  /**
   * Negotiates lock, SASL and session over `channel`. Rejects with an AppError of LOCK_*, STREAM_*, SASL_*, SCRAM_*,
   * PASSWORD_*, CHANNEL_BINDING_NOT_OFFERED, ACCOUNT_DISABLED, CONFLICT, BIND_FAILED, REDIRECT_REFUSED or the channel's own AppError; the channel is destroyed
   * then. Aborting `signal` during this rejects with its reason, afterwards it has no effect.
   */
  async connect(channel: SecureChannel, signal: AbortSignal): Promise<XmppSession> {
    this.#stream?.fail(new AppError('STREAM_CLOSED'));
    const stream = this.#openStream(channel);
    this.#stream = stream;
    const onAbort = (): void => {
      stream.fail(signal.reason instanceof AppError ? signal.reason : new AppError('STREAM_CLOSED'));
    };
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort);
    let begun: { readonly session: XmppSession; readonly announced: Promise<void> };
    try {
      const negotiated = await this.#negotiate(stream, channel);
      this.#refusals = 0;
      this.#lockKeys = this.#lockKeys.filter(({ epoch }) => epoch >= negotiated.lock.epoch);
      const announced = this.#begin(stream, negotiated);
      const { jid, resumed, lock } = negotiated;
      begun = { session: { jid, resumed, lock, streamManagement: this.#management.enabled }, announced };
    } catch (error) {
      throw this.#onConnectFailure(stream, error, signal);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
    await begun.announced;
    return begun.session;
  }

  /** Ends the session in an orderly way (unavailable, last ack, stream end), within `timeouts.close`. */
  async disconnect(): Promise<void> {
    const stream = this.#stream;
    if (stream === undefined) return;
    if (this.#management.enabled) stream.send(this.#management.answerElement());
    await stream.close();
  }

  /**
   * Queues a one-to-one message; it survives lost connections. Give `id` to send a failed one again; `label` is the id of
   * one of the policy's labels. Throws GUARD_REFUSED, LABEL_UNKNOWN or MESSAGE_TOO_LONG; what happens to it later is told
   * by `delivery`.
   */
  sendMessage(
    to: BareJid,
    body: string,
    id?: string,
    file?: SharedFile,
    label?: string,
    extras?: OutgoingExtras,
  ): ChatMessage {
    return this.#sender.toPerson(to, body, { id, file, label, extras });
  }

  /** As {@link sendMessage}, to a room; `stored` when the room reflects it. Throws NOT_CONNECTED if not in the room. */
  sendRoomMessage(
    room: BareJid,
    body: string,
    id?: string,
    file?: SharedFile,
    label?: string,
    extras?: OutgoingExtras,
  ): ChatMessage {
    return this.#sender.toRoom(room, body, { id, file, label, extras });
  }

  /**
   * Queues what is done to a message, as {@link sendMessage}; `label` is that message's. Give `id` for what a former session
   * left. Returns its id, under which `delivery` tells what becomes of it.
   */
  sendAction(
    to: BareJid,
    kind: ConversationKind,
    action: OutgoingAction,
    label?: string,
    id?: string,
  ): string {
    return this.#sender.action(to, kind, action, { label, id });
  }

  /**
   * Enters a room and stays in it over reconnects; `room` events tell how it goes. Throws GUARD_REFUSED.
   * @param knownUntil up to when it is known what was said in it, milliseconds since 1970: what is older is not asked for
   */
  joinRoom(room: BareJid, nick?: string, knownUntil?: number): void {
    const jid = requireBare(room);
    if (this.#core.guard.resolve(jid)?.room !== true)
      throw new AppError('GUARD_REFUSED', { reason: 'domain' });
    const name = nick ?? parseJid(this.#core.account)?.local ?? '';
    checkOutgoing(buildJoin(jid, name, { maxStanzas: 0 }, this.#core.disco.caps()), this.#core.guard);
    this.#core.rooms.join(jid, name, this.online, knownUntil);
  }

  leaveRoom(room: BareJid): void {
    const jid = requireBare(room);
    if (this.#core.rooms.leave(jid, this.online)) this.#events.emit('room-left', jid);
  }

  /** XEP-0045 8.1. Rejects with MESSAGE_REFUSED if the room does not let this user, NOT_CONNECTED outside it. */
  async setSubject(room: BareJid, subject: string): Promise<void> {
    const joined = this.#core.rooms.get(requireBare(room));
    if (!this.online || joined?.state !== 'joined') throw new AppError('NOT_CONNECTED');
    await joined.changeSubject(subject);
  }

  /** Sent now and again with each new session. */
  setPresence(availability: OwnAvailability, status: string): void {
    this.#presence.set(availability, status, this.online);
  }

  /** XEP-0363. Rejects with FILES_OFF, FILE_SLOT_REFUSED, FILE_ADDRESS_REFUSED, NOT_CONNECTED or STREAM_TIMEOUT. */
  async requestUploadSlot(request: SlotRequest): Promise<UploadSlot> {
    const { requests, guard } = this.#core;
    if (guard.policy.fileGate === undefined) throw new AppError('FILES_OFF');
    if (!this.online) throw new AppError('NOT_CONNECTED');
    return requestSlot(request, guard.domain, guard.policy.fileGate, requests);
  }

  /**
   * XEP-0077 3.3; `password` is UTF-8 and the caller's to erase. Rejects with PASSWORD_CHANGE_OFF, PASSWORD_TOO_WEAK,
   * PASSWORD_CHANGE_REFUSED, PASSWORD_CHANGE_UNKNOWN or NOT_CONNECTED.
   */
  async changePassword(password: Uint8Array): Promise<void> {
    const { account, guard, requests } = this.#core;
    const query = buildPasswordChange(account, password, this.options.password);
    if (!this.online) throw new AppError('NOT_CONNECTED');
    await requests.send('set', query, guard.domain).catch((error: unknown) => {
      throw passwordChangeError(error);
    });
  }

  /** XEP-0199 to the server; milliseconds. */
  async ping(): Promise<number> {
    if (!this.online) throw new AppError('NOT_CONNECTED');
    const start = performance.now();
    await this.#core.requests.send('get', ping(), this.#core.guard.domain);
    return performance.now() - start;
  }

  #openStream(channel: SecureChannel): XmppStream {
    const stream: XmppStream = new XmppStream({
      channel,
      domain: this.#core.guard.domain,
      limits: this.#limits,
      timeouts: this.#timeouts,
      gate: new Gate({
        config: () => this.#core.guard,
        received: () => this.#management.onReceived(),
        reply: (stanza) => this.#live && this.#send(stanza),
        audit: (record) => this.#events.emit('audit', record),
        trace: () =>
          this.#events.observed('stanza') ? (trace) => this.#events.emit('stanza', trace) : undefined,
      }),
      onEnd: (error) => this.#onStreamEnd(stream, error),
    });
    return stream;
  }

  #negotiate(stream: XmppStream, channel: SecureChannel): Promise<Negotiated> {
    const { lock, crypto, password } = this.options;
    return negotiate({
      stream,
      lock: {
        ...lock,
        keys: this.#lockKeys,
        domain: this.#core.guard.domain,
        channel,
        crypto,
        refusals: this.#refusals,
      },
      password,
      resource: this.#resource,
      management: this.#management,
      formerJid: this.#jid,
      onIdentity: (jid) => this.#core.setIdentity(jid),
      onStep: (step) => this.#events.emit('negotiated', step),
      onAcknowledged: (entries) => this.#acknowledgements.taken(entries),
    });
  }

  #onConnectFailure(stream: XmppStream, error: unknown, signal: AbortSignal): unknown {
    const failure = error instanceof AppError ? error : new AppError('INTERNAL', undefined, { cause: error });
    const condition = failure.cause instanceof ParserRefusal ? failure.cause.condition : undefined;
    stream.fail(failure, condition);
    // The guard goes on with the address of the session that may still be resumed.
    this.#core.setIdentity(this.#jid);
    this.#management.onStreamLost();
    if (failure.code === 'LOCK_REFUSED') this.#refusals += 1;
    return signal.aborted ? (signal.reason ?? failure) : failure;
  }

  /** The session stands: what it needs is asked for and what waited is written, in one go. Settles when the presence is sent. */
  #begin(stream: XmppStream, negotiated: Negotiated): Promise<void> {
    const liveness = new Liveness({
      timeouts: this.#timeouts,
      lastReceived: () => stream.lastReceived,
      probe: () => this.#acknowledgements.request(stream),
      // The link may only be late: a server that is told of an error ends the session, which is to be resumed.
      dead: () => stream.fail(new AppError('STREAM_TIMEOUT')),
    });
    const answers = new Answers(() => stream.send(this.#management.answerElement()));
    this.#live = { stream, liveness, answers };
    this.#acknowledgements.begin();
    this.#jid = negotiated.jid;
    if (negotiated.resumed) this.#resume(stream);
    else this.#core.renew(negotiated);
    this.#core.onStream(negotiated.features);
    for (const stanza of negotiated.early) this.#core.onStanza(stanza);
    const announced = negotiated.resumed ? Promise.resolve() : this.#presence.announce(stream);
    stream.handle((element) => this.#onElement(element));
    return announced;
  }

  #resume(stream: XmppStream): void {
    for (const { stanza } of this.#management.unacknowledged) stream.send(stanza);
    if (this.#management.unacknowledged.length > 0) this.#acknowledgements.request(stream);
    this.#presence.onResumed();
    for (const message of this.#core.outbox.open('contact')) {
      if (message.state === 'queued') this.#core.transmit(message);
    }
    this.#core.rooms.onResumed();
  }

  #onElement(element: Element): void {
    if (isStanza(element)) {
      this.#core.onStanza(element);
      return;
    }
    const live = this.#live;
    if (element.getNS() === NS.streamManagement && this.#management.enabled && live !== undefined) {
      if (element.name === 'r') live.answers.onRequest();
      else if (element.name === 'a') this.#acknowledgements.onAnswer(element);
      if (element.name === 'r' || element.name === 'a') return;
    }
    throw new AppError(
      'STREAM_MALFORMED',
      { reason: 'unexpected element' },
      { cause: new ParserRefusal('unsupported-stanza-type', 'unexpected element') },
    );
  }

  #onStreamEnd(stream: XmppStream, error: AppError | undefined): void {
    if (this.#stream === stream) this.#stream = undefined;
    const live = this.#live;
    if (live?.stream !== stream) return;
    this.#live = undefined;
    live.liveness.stop();
    live.answers.stop();
    this.#management.onStreamLost();
    this.#core.onStreamLost();
    // After an orderly end the server keeps nothing to resume.
    if (error === undefined) this.#management.takeUnacknowledged();
    if (!this.#management.resumable) this.#core.requests.abandon();
    this.#events.emit('closed', error);
  }

  /** Every stanza of a session leaves through here. */
  #send(stanza: Element, messageId?: string): void {
    const live = this.#live;
    if (live === undefined) throw new AppError('NOT_CONNECTED');
    live.stream.send(stanza);
    this.#management.onSent(messageId === undefined ? { stanza } : { stanza, messageId });
    if (this.#management.unacknowledged.length > MAX_UNACKNOWLEDGED) {
      live.stream.fail(new AppError('STREAM_LIMIT', { limit: 'unacknowledged stanzas' }), 'policy-violation');
    }
    // The ping that stands in for an acknowledgement must not ask for one itself.
    if (this.#management.enabled || stanza.name === 'message') {
      live.liveness.onSent(this.#management.unrequested);
    }
  }
}
