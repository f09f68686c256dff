/** The types of the XMPP layer's public face: what goes into {@link XmppClient} and what it tells its observers. */
import type { Duplex } from 'node:stream';
import type {
  Availability,
  ChatMessage,
  Contact,
  ConversationKind,
  DeliveryState,
  Occupant,
  RoomState,
} from '../shared/chat-model.ts';
import type { CryptoPort, ScramHash } from '../shared/crypto.ts';
import type { AppError, ErrorReport } from '../shared/errors.ts';
import type { BareJid, FullJid } from '../shared/jid.ts';
import type { PasswordPolicy } from '../shared/password-contract.ts';
import type { AuditRecord, GuardPolicy } from '../shared/session-contract.ts';
import type { LinkQuality } from './link-quality.ts';
import type { MessageKeys } from './xep-0359-stanza-ids/doubles.ts';

/**
 * A connection whose TLS handshake is complete and whose server was verified. The XMPP layer owns it from the moment
 * it is passed to {@link XmppClient.connect} and destroys it in the end, whatever happens.
 */
export interface SecureChannel extends Duplex {
  /** RFC 9266 `tls-exporter`, 32 bytes; absent below TLS 1.3. */
  readonly tlsExporter?: Uint8Array | undefined;
  /** RFC 5929 `tls-server-end-point`: the hash of the server's certificate. */
  readonly tlsServerEndPoint: Uint8Array;
  /** Lets what comes wait up to `ms` milliseconds after a read, to be read together; 0: read it as it comes. */
  pace?(ms: number): void;
}

export type LockBinding = 'tls-exporter' | 'tls-server-end-point';

/**
 * What the parser accepts, RFC 6120 11.4 and 13.12. Before sign-in exceeding a limit ends the stream, after it the stanza
 * is dropped: whoever may write to this user can make the server send one.
 */
export interface StreamLimits {
  /** Bytes of one element directly below the stream once the user is signed in. */
  readonly stanzaBytes: number;
  /** The same before that. */
  readonly stanzaBytesBeforeSignIn: number;
  /** Levels of elements, the stanza itself being 1. */
  readonly depth: number;
  /** Attributes of one element, namespace declarations included. */
  readonly attributes: number;
  /** UTF-16 code units of one attribute's value. */
  readonly attributeLength: number;
  /** Child elements of one element. */
  readonly children: number;
  /** Elements of one stanza. */
  readonly elements: number;
  /** In place of `stanzaBytes` for the answer to a query of ours: a roster of 20,000. */
  readonly answerBytes: number;
  /** In place of `elements` and `children`, likewise. */
  readonly answerElements: number;
}

/** Milliseconds. The defaults suit a round trip of two seconds. */
export interface XmppTimeouts {
  /** One step of negotiation (stream header, features, SASL, bind). */
  readonly step: number;
  /** The whole lock exchange (lock rule 3). */
  readonly lock: number;
  /** An answer to an iq. */
  readonly iq: number;
  /** The orderly end of a stream. */
  readonly close: number;
  /** Silence from the server after which it is asked for a sign of life. */
  readonly idle: number;
  /** How long that sign of life may take before the connection counts as dead. */
  readonly dead: number;
  /** Silence of a room after which it is asked whether this user is in it (XEP-0410). */
  readonly roomSilence: number;
}

/** Sign-in by password in place of the card (RFC 5802). */
export interface PasswordSignIn extends PasswordPolicy {
  /** The account's localpart, prepared. */
  readonly username: string;
  /**
   * The keys of the password under the server's salt. Rejects with PASSWORD_NEEDED where they cannot be had without
   * asking the user.
   */
  keys(
    hash: ScramHash,
    salt: Uint8Array,
    iterations: number,
  ): Promise<{ readonly clientKey: Uint8Array; readonly serverKey: Uint8Array }>;
}

export interface XmppClientOptions {
  /** What the guard decides by; its `domain` is the stream's `to`, and the user's own domain. */
  readonly policy: GuardPolicy;
  /** The resource is this, a hyphen and random characters; stays the same for the life of the client. */
  readonly resourcePrefix: string;
  readonly lock: {
    readonly kid: string;
    readonly bindings: readonly LockBinding[];
    /** This machine's keys, newest epoch first. */
    readonly keys: readonly { readonly epoch: number; readonly key: Uint8Array }[];
  };
  /** Absent: the card's certificate signs in (SASL EXTERNAL). */
  readonly password?: PasswordSignIn;
  readonly crypto: CryptoPort;
  readonly limits?: Partial<StreamLimits>;
  readonly timeouts?: Partial<XmppTimeouts>;
}

/** What one connection came to. */
export interface XmppSession {
  readonly jid: FullJid;
  /** True: the former session goes on (XEP-0198 5). False: a new one; roster, presence and rooms are made anew. */
  readonly resumed: boolean;
  readonly lock: {
    readonly binding: LockBinding;
    readonly epoch: number;
    /** Older epochs whose keys this machine no longer needs (lock rule 5). */
    readonly supersededEpochs: readonly number[];
  };
  /** Whether the server acknowledges stanzas at all (XEP-0198). */
  readonly streamManagement: boolean;
}

/** A message of a conversation, own ones of other resources included (XEP-0280). */
export interface ConversationMessage {
  readonly conversation: BareJid;
  readonly kind: ConversationKind;
  readonly message: ChatMessage;
  /** By which another copy of it is known. */
  readonly keys?: MessageKeys;
  /** The stanza id of the message that it corrects (XEP-0308). */
  readonly replaces?: string;
}

/** What somebody did to a message; ids are those on the wire, and whether they may is the session's to say. */
export type MessageAction =
  | { readonly type: 'react'; readonly id: string; readonly emojis: readonly string[] }
  | { readonly type: 'retract'; readonly id: string }
  /** `by`: the moderator's address in the room. */
  | {
      readonly type: 'moderate';
      readonly id: string;
      readonly by: string | undefined;
      readonly reason: string;
    }
  | { readonly type: 'displayed'; readonly id: string }
  /** In a room: they have seen the alert that it raised. */
  | { readonly type: 'acknowledge'; readonly id: string };

export interface ConversationAction {
  readonly conversation: BareJid;
  readonly kind: ConversationKind;
  /** As with `MessageReference`; absent: it cannot be told. */
  readonly author: string | undefined;
  /** The bare address one to one, the nickname in a room. */
  readonly name: string;
  /** When it was sent, milliseconds since 1970. */
  readonly at: number;
  readonly action: MessageAction;
  /** A room told of it whoever comes in, though it has no text. */
  readonly repeated?: true;
}

/** The room has shown an own message to all, and its archive's id of it. */
export interface ReflectedMessage {
  readonly conversation: BareJid;
  readonly id: string;
  readonly keys: MessageKeys;
}

export interface DeliveryChange {
  readonly conversation: BareJid;
  readonly kind: ConversationKind;
  readonly id: string;
  readonly state: DeliveryState;
  /** Only with `failed`. */
  readonly error?: ErrorReport;
}

export interface RoomChange {
  readonly jid: BareJid;
  readonly name: string;
  readonly state: RoomState;
  readonly nick: string;
  readonly subject: string;
  readonly occupantCount: number;
  readonly error?: ErrorReport;
}

export interface OccupantsChange {
  readonly room: BareJid;
  /** True: forget all occupants of the room first. */
  readonly reset: boolean;
  readonly upsert: readonly Occupant[];
  readonly remove: readonly string[];
}

/** A contact as the roster and presence together show it; `Contact` of the chat model. */
export interface ContactsChange {
  /** True: forget all contacts first. */
  readonly reset: boolean;
  readonly upsert: readonly Contact[];
  readonly remove: readonly BareJid[];
}

/** One stanza or nonza as it passed the guard; holds no content. For diagnosis. */
export interface StanzaTrace {
  readonly direction: 'in' | 'out';
  /** Local name and `type`, such as `message/chat`. */
  readonly kind: string;
  /** Namespaces of the direct children. */
  readonly payloads: readonly string[];
  readonly verdict: 'allow' | 'rewrite' | 'refuse';
  /** Why, when it was refused or rewritten. */
  readonly reason?: string;
}

/** Name and arguments of everything {@link XmppClient.on} can observe. */
export interface XmppEvents {
  /** A step of signing in was passed; for diagnosis. */
  negotiated: readonly [step: 'lock' | 'sasl' | 'bind'];
  /** A connection that had been established ended; once each. No error: it was asked for. */
  closed: readonly [error: AppError | undefined];
  /** Measured whenever the server acknowledges. */
  'link-quality': readonly [quality: LinkQuality];
  contacts: readonly [change: ContactsChange];
  message: readonly [message: ConversationMessage];
  'message-action': readonly [action: ConversationAction];
  /** A person writes to this user, or has stopped (XEP-0085). */
  typing: readonly [from: BareJid, typing: boolean];
  reflected: readonly [message: ReflectedMessage];
  /** A room told a message that it had told before, at that place in its archive. */
  repeated: readonly [room: BareJid, archiveId: string];
  delivery: readonly [change: DeliveryChange];
  room: readonly [change: RoomChange];
  /** The room is gone from the list (left). */
  'room-left': readonly [room: BareJid];
  occupants: readonly [change: OccupantsChange];
  audit: readonly [record: AuditRecord];
  stanza: readonly [trace: StanzaTrace];
}

export type OwnAvailability = Exclude<Availability, 'offline'>;
