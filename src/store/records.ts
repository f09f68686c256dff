/** What is asked of one message. Pure. */
import type { ChatMessage } from '../shared/chat-model.ts';
import type { BareJid } from '../shared/jid.ts';
import type { Searchable } from '../shared/search-query.ts';
import type { SearchHit } from './contract.ts';

/** Whether nobody knows yet that an own message arrived, or that what this user did to a message did. */
export function isUnsent({ direction, delivery, pending }: ChatMessage): boolean {
  return (direction === 'out' && (delivery === 'queued' || delivery === 'sent')) || pending !== undefined;
}

/** To what the seal of a message is bound. */
export function placeName(conversation: BareJid, id: string): string {
  return `${conversation}\n${id}`;
}

export function searchable({ conversation, message }: SearchHit): Searchable {
  return { ...message, conversation, label: message.label?.text ?? '' };
}
