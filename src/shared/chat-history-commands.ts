/** What the chat window asks the session to do about the past; see `ChatCommand`. */
import type { ChatMessage, ConversationKind } from './chat-model.ts';
import type { BareJid } from './jid.ts';

/** Hits of one page. */
export const SEARCH_PAGE = 50;
/** Messages before and behind a hit that show what it was about. */
export const CONTEXT_MESSAGES = 12;
/** Messages before and behind one that the conversation is opened at. */
export const CONTEXT_PAGE = 40;
/** And behind it where all of them are in memory. */
export const MAX_BEHIND = 460;
/** Messages that are asked for at once behind those that stand apart. */
export const MAX_NEWER = 200;

export type HistoryCommand =
  /** Answered with `search`: {@link SEARCH_PAGE} hits, newest first. `from`: `next` of the page before. */
  | { readonly type: 'search'; readonly query: string; readonly from?: number }
  /**
   * Answered with `search`: what the next archives of the server have, newest first in each. `from`: `next` of the answer before;
   * without it the search begins anew.
   */
  | { readonly type: 'search-server'; readonly query: string; readonly from?: number }
  /** Answered with `messages`: those around one that was found, oldest first. */
  | { readonly type: 'load-around'; readonly conversation: BareJid; readonly id: string }
  /**
   * Answered with `messages` around one message, from memory, this computer or the server's archive, and with `complete` where
   * there are none before them: the conversation is opened there.
   */
  | { readonly type: 'open-at'; readonly conversation: BareJid; readonly id: string }
  /** Answered with `messages` behind message `after`, at most `limit`, and `complete` where there are no newer ones. */
  | {
      readonly type: 'load-newer';
      readonly conversation: BareJid;
      readonly after: string;
      readonly limit: number;
    };

export interface SearchHit {
  readonly conversation: BareJid;
  readonly kind: ConversationKind;
  readonly message: ChatMessage;
}

export interface SearchReply {
  readonly hits: readonly SearchHit[];
  /** Where the next page goes on; absent: these were the last. */
  readonly next?: number;
  /** What was looked through: this computer's history, what is in memory, or archives of the server. */
  readonly source: 'history' | 'memory' | 'server';
  /** Of a search of the server: how many archives there are, were asked, and cannot be searched by words or refused. */
  readonly archives?: { readonly total: number; readonly asked: number; readonly silent: number };
}
