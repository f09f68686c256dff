/**
 * How an extension of XMPP (one folder a XEP) takes part in a session. Most of the XEPs are read and written where their
 * payloads travel, in messages and rooms; what has stanzas, queries or a state of its own is an {@link Extension}, made in
 * `extensions.ts` and reached by `XmppClient.extensions`.
 */
import type { BareJid } from '../shared/jid.ts';
import type { XmppEvents } from './api.ts';
import type { Address, GuardConfig } from './guard/index.ts';
import type { QueryHandler } from './rfc6120-iq/queries.ts';
import type { Requests } from './rfc6120-iq/requests.ts';
import type { Element } from './xml.ts';

/** What an extension may use of the session. Everything it sends is counted and guarded. */
export interface ExtensionHost {
  /** By which addresses are judged at this moment; its `policy` is the sign-in's. */
  readonly guard: GuardConfig;
  /** The own bare address. Throws NOT_CONNECTED before the first session. */
  readonly account: BareJid;
  /** Own queries and their answers. */
  readonly requests: Requests;
  /** Writes a stanza. Throws NOT_CONNECTED or GUARD_REFUSED. */
  send(stanza: Element, messageId?: string): void;
  /** Writes what is no stanza; it is neither counted nor sent again. Nothing happens while there is no connection. */
  sendNonza(element: Element): void;
  /** Registers who answers a query (RFC 6120 8.2.3). */
  answer(type: 'get' | 'set', xmlns: string, name: string, handler: QueryHandler): void;
  /** 128 random bits, URL-safe. */
  newId(): string;
  /** Whether this user is in that room. */
  inRoom(room: BareJid): boolean;
  /** Whether there is a connection that stanzas can be written to. */
  readonly online: boolean;
  /** Whether that address is subscribed to this user's presence. */
  mayKnow(jid: BareJid): boolean;
  /** Tells the client's observers. */
  emit<Name extends keyof XmppEvents>(name: Name, ...args: XmppEvents[Name]): void;
  /** Has that room entered before others that wait. */
  preferRoom(room: BareJid | undefined): void;
}

export interface Extension {
  /** What service discovery tells of it (XEP-0030); never what the policy refuses. */
  readonly features?: readonly string[];
  /** The session stands on a connection, this one or a former one's; `features` are the stream's, after sign-in. */
  onStream?(features: Element): void;
  onStreamLost?(): void;
  /** A session was made that does not go on with a former one; the own presence follows. */
  onNewSession?(): void;
  /** Takes a message that the guard has let in; true when it is nobody else's. `sender` is absent for the own server. */
  onMessage?(stanza: Element, sender: Address | undefined): boolean;
  /** Takes a presence that the guard has let in; true when it is nobody else's. */
  onPresence?(stanza: Element, sender: Address): boolean;
}
