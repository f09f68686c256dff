/** What is known about rooms besides being in them: lists, configuration, affiliations, invitations, bookmarks. */
import type { Occupant } from './chat-model.ts';
import type { BareJid } from './jid.ts';

/** A room as its service lists it (XEP-0045 6.3). */
export interface RoomListing {
  readonly jid: BareJid;
  /** Fit to be shown; the localpart where the room has no name. */
  readonly name: string;
}

/** A part of a service's list. */
export interface RoomPage {
  readonly rooms: readonly RoomListing[];
  /** Asks for the rooms after these; absent when there are none, or none that would be shown. */
  readonly next?: string;
  /** How many rooms the service says there are. */
  readonly total?: number;
}

/** What a room tells of itself to whoever asks (XEP-0045 6.4). */
export interface RoomDetails extends RoomListing {
  readonly description: string;
  readonly subject: string;
  readonly occupants?: number;
  readonly membersOnly: boolean;
  readonly moderated: boolean;
  /** It goes on without occupants. */
  readonly persistent: boolean;
  /** Everybody in it can see who an occupant really is. */
  readonly nonAnonymous: boolean;
  readonly passwordProtected: boolean;
  /** What is said there is kept (XEP-0313). */
  readonly archived: boolean;
}

export type Affiliation = Occupant['affiliation'];
export type Role = Occupant['role'];

/** Somebody on one of a room's lists. */
export interface AffiliatedPerson {
  readonly jid: string;
  readonly nick: string;
  readonly reason: string;
}

/** An invitation that was not answered yet. */
export interface RoomInvitation {
  /** The room's address: of several to one room the last counts. */
  readonly id: BareJid;
  readonly room: BareJid;
  /** Who invites, as far as that is known: a person, or an occupant's address in the room. */
  readonly from: string;
  /** At most one line; empty where none was given. */
  readonly reason: string;
  /** By the room (XEP-0045 7.8.2) or by the person (XEP-0249); only to the room can it be declined. */
  readonly by: 'room' | 'person';
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A room that the user keeps (XEP-0402). */
export interface RoomBookmark {
  /** The room's address. */
  readonly id: BareJid;
  readonly name: string;
  readonly nick?: string;
  /** Entered after each sign-in. */
  readonly autojoin: boolean;
  /** Another client keeps more in it than this one knows of. */
  readonly foreign: boolean;
}

/** Whether the server keeps bookmarks: not asked yet, yes, no, or only where others could read them. */
export type BookmarkSupport = 'unknown' | 'kept' | 'unsupported' | 'unsafe';

export interface BookmarkNotice {
  readonly id: 'support';
  readonly support: BookmarkSupport;
}

/** Longest reason, UTF-16 code units. */
export const MAX_REASON = 256;
/** Rooms that can be described in one go. */
export const MAX_DESCRIBED = 20;
