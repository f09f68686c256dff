/**
 * What the chat window shows, as plain data. The session process owns it; the renderer keeps a read-only mirror that
 * it builds from {@link ChatEvent}s and changes only by sending {@link ChatCommand}s.
 */
import type { Acknowledgement } from './acknowledgements.ts';
import type { AdHocCommand, AdHocStage } from './adhoc-contract.ts';
import type { AdHocChatCommand } from './chat-adhoc-commands.ts';

import type { BoardCommand } from './chat-board-commands.ts';
import type { CollectionEvent } from './chat-collections.ts';
import type { FeedCommand } from './chat-feed-commands.ts';
import type { FileCommand } from './chat-file-commands.ts';
import type { HistoryCommand, SearchReply } from './chat-history-commands.ts';
import type { MessageCommand } from './chat-message-commands.ts';
import type { PeopleCommand } from './chat-people-commands.ts';
import type { RoomCommand } from './chat-room-commands.ts';
import type { TemplateCommand } from './chat-template-commands.ts';
import type { WatchCommand } from './chat-watch-commands.ts';
import type { DataForm } from './data-form.ts';
import type { FoundPerson, Profile } from './directory.ts';
import type { NameWarning } from './display-name.ts';
import type { ErrorReport } from './errors.ts';
import type { FeedListing, FeedPage } from './feed-contract.ts';
import type { SharedFile } from './file-contract.ts';
import type { BareJid } from './jid.ts';
import type { MessageLabel } from './labels.ts';
import type {
  MessageReaction,
  MessageReference,
  MessageReply,
  MessageRetraction,
  MessageVersion,
  PendingAction,
} from './message-actions.ts';
import type { AffiliatedPerson, RoomDetails, RoomPage } from './room-contract.ts';
import type { BoardOperation } from './whiteboard.ts';

/** RFC 6121 4.7.2.1 `show`, plus the two states that have no `show`. */
export type Availability = 'available' | 'chat' | 'away' | 'xa' | 'dnd' | 'offline';

export interface Contact {
  readonly jid: BareJid;
  readonly name: string;
  readonly groups: readonly string[];
  /** RFC 6121 2.1.2.5. */
  readonly subscription: 'none' | 'to' | 'from' | 'both';
  /** Their presence was asked for, and they have not answered (RFC 6121 2.1.2.2). */
  readonly asked?: true;
  readonly availability: Availability;
  /** RFC 6121 4.7.2.2, at most 1024 characters. */
  readonly status?: string;
  /** About the address. */
  readonly warning?: NameWarning;
}

/** XEP-0045: `joined` only after the self-presence with status 110. */
export type RoomState = 'left' | 'joining' | 'joined' | 'failed';

export interface Room {
  readonly jid: BareJid;
  readonly name: string;
  readonly state: RoomState;
  readonly nick: string;
  readonly subject: string;
  readonly occupantCount: number;
  readonly error?: ErrorReport;
}

/** An occupant of a room (XEP-0045 4.1). */
export interface Occupant {
  readonly nick: string;
  readonly role: 'moderator' | 'participant' | 'visitor' | 'none';
  readonly affiliation: 'owner' | 'admin' | 'member' | 'outcast' | 'none';
  readonly availability: Availability;
  readonly self: boolean;
  /** The real address, where the room shows it. */
  readonly jid?: BareJid;
  /** XEP-0317: titles that the room has given, fit to be shown. */
  readonly hats?: readonly string[];
  /** What to show in place of `nick`, which is not fit for it (display-name.ts). */
  readonly shownAs?: string;
  readonly warning?: NameWarning;
}

/**
 * Where an outgoing message is: `queued` on this computer, `sent` into the connection, `stored` acknowledged by the
 * server (XEP-0198) or reflected by the room, `delivered` acknowledged by the recipient (XEP-0184), `displayed` on their
 * screen (XEP-0333), `failed` refused.
 */
export type DeliveryState = 'queued' | 'sent' | 'stored' | 'delivered' | 'displayed' | 'failed';

/** A time of which messages may be missing, milliseconds since 1970. */
export interface MessageGap {
  readonly from: number;
  readonly to: number;
  /** True while the archive is asked for them. */
  readonly loading: boolean;
  /** The archive has them, and so many that it waits until somebody asks on. */
  readonly more?: true;
}

export interface ChatMessage {
  /** Unique in its conversation: the origin id of own messages, a local one otherwise. */
  readonly id: string;
  readonly direction: 'in' | 'out';
  /** The bare address in a one-to-one chat, the nickname in a room. */
  readonly sender: string;
  /** As with {@link Occupant}; in rooms only. */
  readonly shownAs?: string;
  readonly warning?: NameWarning;
  readonly body: string;
  /** When it was sent, milliseconds since 1970 (XEP-0203 `stamp` where it was delayed). */
  readonly at: number;
  readonly delayed: boolean;
  /** The file that the message tells of; `body` is its description then. */
  readonly file?: SharedFile;
  /** The form that says what `body` says. */
  readonly form?: DataForm;
  /** What it does to the room's whiteboard; `body` says the same. A window gets an empty list in its place. */
  readonly board?: readonly BoardOperation[];
  /** Absent: it has none, and the policy has no default. */
  readonly label?: MessageLabel;
  /** What was said after this message is not all here. */
  readonly gapAfter?: MessageGap;
  /** By which others refer to it. */
  readonly reference?: MessageReference;
  readonly reply?: MessageReply;
  /** All texts of a message that was corrected, oldest first; the last of them is `body`. */
  readonly versions?: readonly MessageVersion[];
  /** Sent as the correction of a message that is not here, or that it may not correct: it stands for itself. */
  readonly strayCorrection?: true;
  readonly reactions?: readonly MessageReaction[];
  readonly retraction?: MessageRetraction;
  /** Somebody of the sender's nickname wanted it taken back, and the room cannot prove that they wrote it. */
  readonly retractionClaim?: {
    /** When, milliseconds since 1970. */
    readonly at: number;
  };
  /** Who of the room has told it that they acknowledged its alert, the first one first. */
  readonly acknowledgements?: readonly Acknowledgement[];
  /** What this user did to it and the server does not have yet; one of a kind. */
  readonly pending?: readonly PendingAction[];
  /** Only on outgoing messages. */
  readonly delivery?: DeliveryState;
  readonly error?: ErrorReport;
}

export type ConversationKind = 'contact' | 'room';

export interface ConversationSummary {
  readonly jid: BareJid;
  readonly kind: ConversationKind;
  readonly unread: number;
  /** Time of the newest message, milliseconds since 1970, 0 when there is none. */
  readonly lastAt: number;
}

/** The connection panel's facts; every field was observed on this connection. */
export interface ConnectionInfo {
  readonly host: string;
  readonly port: number;
  readonly domain: string;
  readonly tlsVersion: string;
  readonly cipherSuite: string;
  readonly keyExchangeGroup: string;
  /** SHA-256 of the server's SubjectPublicKeyInfo, `sha256/` and base64. */
  readonly serverPin: string;
  readonly serverCertificateSubject: string;
  readonly serverCertificateNotAfter: string;
  readonly lock: {
    readonly verified: boolean;
    readonly binding: string;
    readonly epoch: number;
    readonly kid: string;
  };
  /** Who the card says the user is. */
  readonly identity: {
    readonly commonName: string;
    readonly upn: string;
    readonly issuer: string;
    readonly notAfter: string;
  };
  readonly jid: string;
  readonly streamManagement: { readonly enabled: boolean; readonly resumed: boolean };
  /** When this connection was made, milliseconds since 1970. */
  readonly since: number;
}

/** The part of the link's state that is shown all the time. */
export type LinkState =
  | { readonly kind: 'offline' }
  | { readonly kind: 'connecting'; readonly host: string }
  | {
      readonly kind: 'online';
      /** Smoothed, milliseconds; absent until it was measured on this connection. */
      readonly roundTripMs?: number;
      /** So slow that presence waits for the next message. */
      readonly slow?: boolean;
    }
  | { readonly kind: 'waiting'; readonly retryAt: number; readonly error: ErrorReport };

export interface ChatSnapshot {
  readonly self: { readonly jid: BareJid; readonly displayName: string };
  readonly link: LinkState;
  readonly connection?: ConnectionInfo;
  readonly contacts: readonly Contact[];
  readonly rooms: readonly Room[];
  readonly conversations: readonly ConversationSummary[];
}

/** Session to renderer. Sent in arrays, at most one array every 16 ms. */
export type ChatEvent =
  | { readonly type: 'snapshot'; readonly snapshot: ChatSnapshot }
  | { readonly type: 'link'; readonly link: LinkState }
  | { readonly type: 'connection'; readonly connection: ConnectionInfo }
  | { readonly type: 'contacts'; readonly upsert: readonly Contact[]; readonly remove: readonly BareJid[] }
  | { readonly type: 'rooms'; readonly upsert: readonly Room[]; readonly remove: readonly BareJid[] }
  | {
      readonly type: 'occupants';
      readonly room: BareJid;
      /** True: forget all occupants of the room first. */
      readonly reset: boolean;
      readonly upsert: readonly Occupant[];
      readonly remove: readonly string[];
    }
  | { readonly type: 'conversations'; readonly upsert: readonly ConversationSummary[] }
  /** Messages at the end of a conversation, or, having been missed, before message `before`. */
  | {
      readonly type: 'messages';
      readonly conversation: BareJid;
      readonly append: readonly ChatMessage[];
      readonly before?: string;
    }
  /** Replaces messages with the same id. */
  | {
      readonly type: 'message-updates';
      readonly conversation: BareJid;
      readonly messages: readonly ChatMessage[];
    }
  | CollectionEvent;

/** Renderer to session. Each is answered once, by `id`. */
export type ChatCommand =
  | CoreCommand
  | AdHocChatCommand
  | BoardCommand
  | FeedCommand
  | FileCommand
  | HistoryCommand
  | MessageCommand
  | PeopleCommand
  | TemplateCommand
  | RoomCommand
  | WatchCommand;

/** Conversations, rooms, presence and the connection. */
export type CoreCommand =
  | {
      readonly type: 'send-message';
      readonly conversation: BareJid;
      readonly kind: ConversationKind;
      readonly body: string;
      /** Id of a label of the policy's catalogue. */
      readonly label?: string;
      /** The id of the message that this one answers. */
      readonly reply?: string;
    }
  /** Sends a message whose delivery is `failed` once more, under the same id. */
  | { readonly type: 'retry-message'; readonly conversation: BareJid; readonly id: string }
  /**
   * Messages before message `before`, or the newest of all, at most `limit`: those in memory, then a page of the server's
   * archive. Answered with `messages`, and `complete` when there are no older ones.
   */
  | {
      readonly type: 'load-messages';
      readonly conversation: BareJid;
      readonly before?: string;
      readonly limit: number;
    }
  /** Asks the archive again for what is missing after message `message`. */
  | { readonly type: 'fill-gap'; readonly conversation: BareJid; readonly message: string }
  | { readonly type: 'mark-read'; readonly conversation: BareJid }
  | { readonly type: 'join-room'; readonly room: BareJid }
  | { readonly type: 'leave-room'; readonly room: BareJid }
  | { readonly type: 'set-subject'; readonly room: BareJid; readonly subject: string }
  | {
      readonly type: 'set-presence';
      readonly availability: Exclude<Availability, 'offline'>;
      readonly status: string;
    }
  /** Whether the window is in sight. */
  | { readonly type: 'set-attention'; readonly attentive: boolean }
  | { readonly type: 'reconnect-now' };

export type ChatReply =
  | {
      readonly ok: true;
      readonly messages?: readonly ChatMessage[];
      readonly complete?: boolean;
      readonly transfer?: string;
      readonly people?: readonly FoundPerson[];
      readonly profile?: Profile;
      readonly roomPage?: RoomPage;
      readonly roomDetails?: readonly RoomDetails[];
      readonly form?: DataForm;
      readonly affiliated?: readonly AffiliatedPerson[];
      readonly adHocCommands?: readonly AdHocCommand[];
      readonly adHocStage?: AdHocStage;
      readonly feedPage?: FeedPage;
      readonly feedListings?: readonly FeedListing[];
      /** The bytes of a picture. */
      readonly picture?: Uint8Array;
      readonly search?: SearchReply;
    }
  | { readonly ok: false; readonly error: ErrorReport };

/** The wire form on the MessagePort between the chat window's preload and the session process. */
export type ChatPortMessage =
  | { readonly kind: 'command'; readonly id: number; readonly command: ChatCommand }
  | { readonly kind: 'reply'; readonly id: number; readonly reply: ChatReply }
  | { readonly kind: 'events'; readonly events: readonly ChatEvent[] }
  /** Renderer to session: `count` event arrays were shown; the session holds back while 8 are unacknowledged. */
  | { readonly kind: 'ack'; readonly count: number };

/** Longest message body, in UTF-16 code units. */
export const MAX_BODY_LENGTH = 16_384;
