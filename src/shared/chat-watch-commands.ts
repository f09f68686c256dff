/** What the windows ask the session to do about watching; see {@link ChatCommand}. */
import type { BareJid } from './jid.ts';
import type { AlertSound, NotifyLevel, Severity, WatchTile } from './watch-contract.ts';

export type WatchCommand =
  | { readonly type: 'set-notify-level'; readonly conversation: BareJid; readonly level: NotifyLevel }
  /** Replaces the user's own list. */
  | {
      readonly type: 'set-watchwords';
      readonly words: readonly string[];
      readonly severity: Severity;
      readonly sound: AlertSound;
      readonly repeat: boolean;
    }
  /** The user has seen these alerts. Ids that are unknown or were acknowledged before do nothing. */
  | { readonly type: 'acknowledge-alerts'; readonly alerts: readonly string[] }
  /** Keeps an arrangement under a name; replaces the one that has it. */
  | { readonly type: 'save-layout'; readonly name: string; readonly tiles: readonly WatchTile[] }
  | { readonly type: 'delete-layout'; readonly name: string }
  /** Which conversations the user has before the eyes in this window now; they are not announced. */
  | { readonly type: 'attend'; readonly conversations: readonly BareJid[] };
