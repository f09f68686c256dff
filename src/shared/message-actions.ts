/**
 * What is done with a message after it was sent: answered, corrected, reacted to, retracted, moderated. Everything that was
 * there stays: the record of a room shows what was said, and what became of it.
 */
import type { MessageLabel } from './labels.ts';

/** By which others refer to a message (XEP-0359), and whose it is. */
export interface MessageReference {
  /** The id that its sender gave it: the origin id, else the stanza's. */
  readonly id?: string;
  /** The stanza's own id where it differs, by which XEP-0308 corrects. */
  readonly stanza?: string;
  /** The id that the room's archive gave it. */
  readonly archive?: string;
  /**
   * Whose it is, and who may change it: `self`, a bare address, `occupant:` and the occupant id (XEP-0421), or `nick:` and what
   * stands for one stay of a nickname in a room without occupant ids. Absent: it cannot be told, and nobody may change it.
   */
  readonly author?: string;
  /** Its sender wants to know when it is displayed (XEP-0333). */
  readonly markable?: true;
}

/** The author that is this user. */
export const SELF = 'self';

/** What a message answers (XEP-0461). */
export interface MessageReply {
  /** The id on the wire of what is answered. */
  readonly reference: string;
  /** Where the quote for other clients stands in the text, code points (XEP-0428); absent once it is taken out. */
  readonly fallback?: readonly [start: number, end: number];
  /** The message as this client has it; absent while it is not here. Nothing below is known then either. */
  readonly id?: string;
  /** Whose it is, as it is shown; absent: this user's own. */
  readonly sender?: string;
  readonly excerpt?: string;
  readonly label?: MessageLabel;
}

/** A text of a message that its sender corrected (XEP-0308). */
export interface MessageVersion {
  /** The id on the wire of the correction; absent for the first text. */
  readonly id?: string;
  readonly body: string;
  /** When it was sent, milliseconds since 1970. */
  readonly at: number;
  readonly label?: MessageLabel;
}

/** What one person thinks of a message (XEP-0444); none: they took it back. */
export interface MessageReaction {
  /** As with {@link MessageReference}. */
  readonly author: string;
  /** As it is shown. */
  readonly name: string;
  readonly emojis: readonly string[];
  /** When it was sent, milliseconds since 1970; an older one does not undo it. */
  readonly at: number;
}

/** A message that its sender (XEP-0424) or the room (XEP-0425) took back. The text stays readable here. */
export interface MessageRetraction {
  readonly at: number;
  readonly by: 'sender' | 'room';
  /** The moderator's nickname as it is shown, where the room told it. */
  readonly moderator?: string;
  /** One line of at most {@link MAX_REASON} UTF-16 code units. */
  readonly reason?: string;
  /** The archive did not keep what was there, and it is not here either. */
  readonly gone?: true;
}

/** What this user did to a message, while the server has not taken it: it waits for a connection, or is on its way. */
export type PendingAction =
  | {
      readonly type: 'react';
      /** Under which it is sent, and sent again. */
      readonly id: string;
      /** The reactions of before, which are there again where the server refuses. */
      readonly former: readonly MessageReaction[];
    }
  | { readonly type: 'retract'; readonly id: string }
  /** The alert that it raised was acknowledged, and the room is told (docs/acknowledgements.md). */
  | { readonly type: 'acknowledge'; readonly id: string };

/** Oldest message that may be corrected, milliseconds; both ways. */
export const MAX_CORRECTION_AGE_MS = 24 * 3_600_000;
/** Texts of one message, the first among them. */
export const MAX_VERSIONS = 20;
/** Reactions of one person to one message. */
export const MAX_EMOJIS = 8;
/** People whose reactions to one message are kept. */
export const MAX_REACTING = 500;
export const MAX_REASON = 512;
/** UTF-16 code units of what is quoted of a message. */
export const MAX_EXCERPT = 240;

/** UTF-16 code units of one emoji: the longest of Unicode have 15. */
const MAX_EMOJI = 32;
/** The flag that knows sets of strings; older compilers do not know it. */
const UNICODE_SETS = 'v';
/** One emoji of Unicode's list, and nothing that could be read as text. */
const EMOJI = new RegExp('^\\p{RGI_Emoji}$', UNICODE_SETS);
/** Asks for the coloured form of the sign before it. */
const COLOURED = '\ufe0f';

/** The emoji in its full form (some clients leave out what asks for colour); `undefined` for anything else. */
export function asEmoji(text: string): string | undefined {
  if (text === '' || text.length > MAX_EMOJI) return undefined;
  if (EMOJI.test(text)) return text;
  return EMOJI.test(text + COLOURED) ? text + COLOURED : undefined;
}

/** The beginning of a text as it is quoted: at most three lines. */
export function excerptOf(body: string): string {
  const text = body.split('\n', 3).join('\n').trim();
  return text.length <= MAX_EXCERPT ? text : `${cut(text, MAX_EXCERPT - 2)} …`;
}

/** Cuts without breaking a pair of surrogates. */
function cut(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

/** What stands before an answer for clients that know no replies (XEP-0461 3.1): the quote, each line after `> `. */
export function quoteOf(sender: string, excerpt: string): string {
  return `${`${sender}: ${excerpt}`
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n')}\n`;
}

/** A text without the code points from `start` to `end`; itself where there are none such. */
export function withoutRange(body: string, [start, end]: readonly [number, number]): string {
  const points = [...body];
  if (start < 0 || end <= start || end > points.length) return body;
  return points.slice(0, start).join('') + points.slice(end).join('');
}
