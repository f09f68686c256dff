/** What the chat window asks the session to do with messages that are there; see {@link ChatCommand}. */
import type { BareJid } from './jid.ts';

/** `id` is that of a message of the conversation. */
export type MessageCommand =
  /** Another text for an own message (XEP-0308). */
  | {
      readonly type: 'correct-message';
      readonly conversation: BareJid;
      readonly id: string;
      readonly body: string;
      /** As with `send-message`. */
      readonly label?: string;
    }
  /** What this user thinks of a message, in place of what they thought before (XEP-0444). */
  | {
      readonly type: 'react';
      readonly conversation: BareJid;
      readonly id: string;
      readonly emojis: readonly string[];
    }
  /** Takes an own message back (XEP-0424). */
  | { readonly type: 'retract-message'; readonly conversation: BareJid; readonly id: string }
  /** Has the room take back anybody's message (XEP-0425). */
  | {
      readonly type: 'moderate-message';
      readonly conversation: BareJid;
      readonly id: string;
      readonly reason: string;
    }
  /** The user writes, or has stopped (XEP-0085); of a person only. */
  | { readonly type: 'typing'; readonly conversation: BareJid; readonly typing: boolean };
