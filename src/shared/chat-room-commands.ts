/** What the chat window asks the session to do with rooms besides talking in them; see `ChatCommand`. */
import type { FormAnswer } from './data-form.ts';
import type { BareJid } from './jid.ts';
import type { Affiliation, Role } from './room-contract.ts';

export type RoomCommand =
  /** Answered with `roomPage`; `after` is the `next` of the page before. */
  | { readonly type: 'list-rooms'; readonly service: string; readonly after?: string }
  /** Answered with `roomDetails` of those rooms that tell of themselves, at most MAX_DESCRIBED. */
  | { readonly type: 'describe-rooms'; readonly rooms: readonly BareJid[] }
  /** This room is on the screen: of those that wait to be entered it is the first. */
  | { readonly type: 'look-at-room'; readonly room: BareJid }
  /** Answered with `form`. */
  | { readonly type: 'room-form'; readonly room: BareJid }
  | { readonly type: 'configure-room'; readonly room: BareJid; readonly answers: readonly FormAnswer[] }
  | { readonly type: 'destroy-room'; readonly room: BareJid; readonly reason: string }
  | {
      readonly type: 'invite-to-room';
      readonly room: BareJid;
      readonly person: BareJid;
      readonly reason: string;
    }
  | { readonly type: 'answer-invitation'; readonly room: BareJid; readonly accept: boolean }
  | {
      readonly type: 'set-role';
      readonly room: BareJid;
      readonly nick: string;
      readonly role: Role;
      readonly reason: string;
    }
  | {
      readonly type: 'set-affiliation';
      readonly room: BareJid;
      readonly person: BareJid;
      readonly affiliation: Affiliation;
      readonly reason: string;
    }
  /** Answered with `affiliated`. */
  | { readonly type: 'list-affiliated'; readonly room: BareJid; readonly affiliation: Affiliation }
  | { readonly type: 'keep-room'; readonly room: BareJid; readonly autojoin: boolean }
  | { readonly type: 'forget-room'; readonly room: BareJid };
