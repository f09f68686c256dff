/** The XMPP client: one object for the life of a sign-in, fed with one secure channel per connection. */
import type { ChatMessage } from '../shared/chat-model.ts';
import { AppError } from '../shared/errors.ts';
import type { BareJid, FullJid } from '../shared/jid.ts';
import type { OwnAvailability, SecureChannel, XmppClientOptions, XmppEvents, XmppSession } from './api.ts';

/**
 * An XMPP client that outlives its connections: unacknowledged messages, rooms and the XEP-0198 session stay, and the
 * next {@link connect} goes on with them. Making connections, and deciding when to try again, is the caller's.
 */
export class XmppClient {
  readonly options: XmppClientOptions;

  constructor(options: XmppClientOptions) {
    this.options = options;
  }

  /** The address the server gave, once there was a session. */
  get jid(): FullJid | undefined {
    return undefined;
  }

  /** Whether a session is established on a living connection. */
  get online(): boolean {
    return false;
  }

  /**
   * Negotiates lock, SASL EXTERNAL and session over `channel`. Rejects with an AppError of LOCK_*, STREAM_*, SASL_*,
   * ACCOUNT_DISABLED, CONFLICT, BIND_FAILED, REDIRECT_REFUSED or the channel's own AppError; the channel is destroyed
   * then. Aborting `signal` during this rejects with its reason, afterwards it has no effect.
   */
  connect(_channel: SecureChannel, _signal: AbortSignal): Promise<XmppSession> {
    return Promise.reject(new AppError('NOT_CONNECTED'));
  }

  /** Ends the session in an orderly way (unavailable, last ack, stream end), within `timeouts.close`. */
  disconnect(): Promise<void> {
    return Promise.resolve();
  }

  /** Observes an event; returns a function that ends it. */
  on<Name extends keyof XmppEvents>(_name: Name, _listener: (...args: XmppEvents[Name]) => void): () => void {
    return () => undefined;
  }

  /**
   * Queues a one-to-one message; it survives lost connections. Give `id` to send a failed one again.
   * Throws GUARD_REFUSED or MESSAGE_TOO_LONG; what happens to it later is told by `delivery`.
   */
  sendMessage(_to: BareJid, _body: string, _id?: string): ChatMessage {
    throw new AppError('NOT_CONNECTED');
  }

  /** As {@link sendMessage}, to a room; `stored` when the room reflects it. Throws NOT_CONNECTED if not in the room. */
  sendRoomMessage(_room: BareJid, _body: string, _id?: string): ChatMessage {
    throw new AppError('NOT_CONNECTED');
  }

  /** Enters a room and stays in it over reconnects; `room` events tell how it goes. Throws GUARD_REFUSED. */
  joinRoom(_room: BareJid, _nick?: string): void {}

  leaveRoom(_room: BareJid): void {}

  /** XEP-0045 8.1. Rejects with MESSAGE_REFUSED if the room does not let this user. */
  setSubject(_room: BareJid, _subject: string): Promise<void> {
    return Promise.reject(new AppError('NOT_CONNECTED'));
  }

  /** Sent now and again with each new session. */
  setPresence(_availability: OwnAvailability, _status: string): void {}

  /** Asks to see a contact's presence; within the policy's domains only (GUARD_REFUSED). */
  requestSubscription(_to: BareJid): void {}

  answerSubscription(_to: BareJid, _allow: boolean): void {}

  /** XEP-0199 to the server; milliseconds. */
  ping(): Promise<number> {
    return Promise.reject(new AppError('NOT_CONNECTED'));
  }
}
