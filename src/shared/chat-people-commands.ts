/** What the chat window asks the session to do about people; see `ChatCommand`. */
import type { DirectorySearch } from './directory.ts';
import type { BareJid } from './jid.ts';
import type { Activity, Position } from './presence-extras.ts';

/** A contact's name, in UTF-16 code units; RFC 6121 2.1.2.4 sets no limit. */
export const MAX_CONTACT_NAME = 128;
/** Groups of one contact, and the length of a group's name. */
export const MAX_CONTACT_GROUPS = 16;
export const MAX_GROUP_NAME = 64;

/** Somebody who asks to see this user's presence. */
export interface ContactRequest {
  /** The address. */
  readonly id: BareJid;
  /** What they say to it, safe to show; empty where they say nothing. */
  readonly text: string;
  /** When it came here; milliseconds since 1970. */
  readonly at: number;
}

/** Somebody whom the server keeps away. */
export interface BlockedAddress {
  /** The address: of a person, or of a whole domain. */
  readonly id: string;
}

export type PeopleCommand =
  /** Adds a contact, or changes name and groups; `ask`: asks to see their presence as well. */
  | {
      readonly type: 'put-contact';
      readonly contact: BareJid;
      readonly name: string;
      readonly groups: readonly string[];
      readonly ask: boolean;
    }
  | { readonly type: 'remove-contact'; readonly contact: BareJid }
  /** Answers a request. Accepting adds whoever asked to the contacts, and asks to see their presence. */
  | { readonly type: 'answer-contact'; readonly contact: BareJid; readonly accept: boolean }
  | { readonly type: 'block-contact'; readonly contact: BareJid }
  /** `address`: one of the collection `blocked`. */
  | { readonly type: 'unblock-contact'; readonly address: string }
  /** Tells the contacts where this user is; absent: no more. */
  | { readonly type: 'tell-position'; readonly position?: Position }
  /** Tells the contacts what this user does; absent: no more. */
  | { readonly type: 'tell-activity'; readonly activity?: Activity }
  /** Answered with `people`, and `complete` when there are no more. */
  | { readonly type: 'search-directory'; readonly search: DirectorySearch }
  /** Answered with `profile`, or without where the directory has none. */
  | { readonly type: 'load-profile'; readonly person: BareJid };
