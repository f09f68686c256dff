/** What the session and the store's worker thread say to each other, and what is kept. */
import type { ChatMessage, ConversationKind } from '../shared/chat-model.ts';
import type { BareJid } from '../shared/jid.ts';
import type { SearchQuery } from '../shared/search-query.ts';
import type { ReferenceSpace } from './references.ts';

/** By what a message is known when it comes again (XEP-0359), and its place in its archive. */
export interface StoredKeys {
  readonly archiveId?: string | undefined;
  readonly strong: readonly string[];
  readonly weak?: string | undefined;
}

/** A message with what it is known by. */
export interface StoredMessage {
  readonly message: ChatMessage;
  readonly keys: readonly StoredKeys[];
}

/** Where a message stands in its conversation. */
export type Place =
  /** Behind all others. */
  | { readonly at: 'end' }
  /** Before all others. */
  | { readonly at: 'start' }
  /** Before the message with this id; behind all others where that is not kept. */
  | { readonly at: 'before'; readonly id: string }
  /** Only those that are kept already are changed. */
  | { readonly at: 'there' };

/** A run of messages that belong together, oldest first; one that is kept already is only changed. */
export interface PutRun {
  readonly conversation: BareJid;
  readonly kind: ConversationKind;
  readonly messages: readonly StoredMessage[];
  readonly place: Place;
}

/** A place in an archive. */
export interface StoredPlace {
  /** The archive's id of a message (XEP-0359), at most 512 UTF-16 code units; empty for the beginning. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Where something is missing of an archive: as `Hole` in `session/history/known-ranges.ts`. */
export interface StoredHole {
  readonly after?: StoredPlace;
  readonly start?: number;
  readonly until?: StoredPlace;
  readonly from: number;
  readonly to: number;
  readonly more?: boolean;
  /** By conversation, the id of the last message before it. */
  readonly tails: readonly (readonly [BareJid, string])[];
  readonly tailsCut?: boolean;
}

/** How far an archive is known. */
export interface StoredRanges {
  readonly newest?: StoredPlace;
  /** Oldest first. */
  readonly holes: readonly StoredHole[];
}

/** Whose archive it is: a room's, or the own account's, whose name is empty. */
export interface StoredArchive {
  readonly name: string;
  /** Absent: nothing is known of it any more. */
  readonly ranges?: StoredRanges | undefined;
}

/** What is written at once, all of it or nothing: messages, and how far the archives are known with them. */
export interface PutBatch {
  readonly runs: readonly PutRun[];
  readonly archives: readonly StoredArchive[];
}

/** The newest messages of one conversation, oldest first. */
export interface StoredTail {
  readonly conversation: BareJid;
  readonly kind: ConversationKind;
  readonly messages: readonly StoredMessage[];
}

export interface SearchHit {
  readonly conversation: BareJid;
  readonly kind: ConversationKind;
  readonly message: ChatMessage;
}

export interface SearchPage {
  /** Newest first. */
  readonly hits: readonly SearchHit[];
  /** Where the next page goes on; absent: these were the last. */
  readonly next?: number;
}

export interface StoreAccess {
  /** Absolute path of the database; its directory exists and is the user's alone. */
  readonly file: string;
  /** 32 octets. */
  readonly key: Uint8Array;
  /** How long messages are kept. */
  readonly days: number;
}

/** What became of the file that was there. */
export type OpenResult = 'opened' | 'set-aside';

/** By name, what goes in and what comes back. */
export interface StoreCalls {
  readonly open: { readonly args: StoreAccess; readonly result: OpenResult };
  readonly put: { readonly args: PutBatch; readonly result: undefined };
  /** How far each archive is known. */
  readonly archives: { readonly args: undefined; readonly result: readonly StoredArchive[] };
  /**
   * The newest messages of each conversation: `least` of them, and up to `each` until there is one with a place in its archive;
   * `total` of all together.
   */
  readonly tails: {
    readonly args: { readonly least: number; readonly each: number; readonly total: number };
    readonly result: readonly StoredTail[];
  };
  /** Own messages, and messages to which this user did something, of which nobody knows that it arrived, in order. */
  readonly unsent: { readonly args: undefined; readonly result: readonly SearchHit[] };
  readonly older: {
    readonly args: { readonly conversation: BareJid; readonly before?: string; readonly limit: number };
    readonly result: readonly StoredMessage[];
  };
  /** Messages around one that is kept: `each` before and behind it; empty where it is not. */
  readonly around: {
    readonly args: { readonly conversation: BareJid; readonly id: string; readonly each: number };
    readonly result: readonly StoredMessage[];
  };
  /** Messages that others know by that id, oldest first. */
  readonly called: {
    readonly args: { readonly conversation: BareJid; readonly space: ReferenceSpace; readonly id: string };
    readonly result: readonly StoredMessage[];
  };
  readonly search: {
    readonly args: { readonly query: SearchQuery; readonly limit: number; readonly from?: number };
    readonly result: SearchPage;
  };
  readonly close: { readonly args: undefined; readonly result: undefined };
}

export type StoreCall = keyof StoreCalls;

export type StoreRequest = {
  readonly [Call in StoreCall]: {
    readonly id: number;
    readonly call: Call;
    readonly args: StoreCalls[Call]['args'];
  };
}[StoreCall];

/** `code`: one of the HISTORY_STORE_… errors. */
export type StoreReply =
  | { readonly id: number; readonly ok: true; readonly result: unknown }
  | { readonly id: number; readonly ok: false; readonly code: StoreErrorCode };

export type StoreErrorCode = 'HISTORY_STORE_FULL' | 'HISTORY_STORE_DAMAGED' | 'HISTORY_STORE_FAILED';
