/** Search without a store: in the messages that are in memory. Pure. */
import {
  CONTEXT_MESSAGES,
  SEARCH_PAGE,
  type SearchHit,
  type SearchReply,
} from '../../shared/chat-history-commands.ts';
import type { ChatMessage, ConversationKind } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import { fits, type SearchQuery } from '../../shared/search-query.ts';

/** The part of the chat model that is searched. */
export interface MessagesInMemory {
  readonly conversations: readonly { readonly jid: BareJid; readonly kind: ConversationKind }[];
  /** Oldest first. */
  log(conversation: BareJid): Iterable<ChatMessage>;
}

/** All that is in memory, newest first; `from` counts hits. */
export function searchMemory(model: MessagesInMemory, query: SearchQuery, from: number): SearchReply {
  const hits: SearchHit[] = [];
  for (const { jid, kind } of model.conversations) {
    for (const message of model.log(jid)) {
      const about = { ...message, conversation: jid, label: message.label?.text ?? '' };
      if (fits(query, about)) hits.push({ conversation: jid, kind, message });
    }
  }
  hits.sort((a, b) => b.message.at - a.message.at);
  const end = from + SEARCH_PAGE;
  return {
    hits: hits.slice(from, end),
    source: 'memory',
    ...(hits.length > end ? { next: end } : {}),
  };
}

/** Messages around one that is in memory; empty for any other. */
export function aroundInMemory(
  model: MessagesInMemory,
  conversation: BareJid,
  id: string,
): readonly ChatMessage[] {
  const messages = [...model.log(conversation)];
  const at = messages.findIndex((message) => message.id === id);
  return at < 0 ? [] : messages.slice(Math.max(0, at - CONTEXT_MESSAGES), at + CONTEXT_MESSAGES + 1);
}
