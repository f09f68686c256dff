import type { ReactElement } from 'react';
import type { SearchHit } from '../../../shared/chat-history-commands.ts';
import type { ChatMessage, ConversationKind } from '../../../shared/chat-model.ts';
import type { BareJid } from '../../../shared/jid.ts';
import type { SearchQuery } from '../../../shared/search-query.ts';
import { useWindowState } from '../../hooks/services.ts';
import { MESSAGE_TEXT } from '../../text/messages.ts';
import { SEARCH_TEXT } from '../../text/search.ts';
import { formatDayAndTime, formatFull } from '../../text/time.ts';
import { LabelTag } from '../labels/LabelTag.tsx';
import { excerpt, highlight } from './highlight.ts';

/** A conversation as the side bar calls it; empty for none. */
export function useConversationName({
  conversation,
  kind,
}: {
  readonly conversation: BareJid | undefined;
  readonly kind: ConversationKind;
}): string {
  return useWindowState(({ chat }) => {
    if (conversation === undefined) return '';
    const known = kind === 'room' ? chat.rooms.get(conversation) : chat.contacts.get(conversation);
    return known?.name ?? conversation;
  });
}

/** Where a hit is, as the conversation is opened at it. */
export function placeOf({ conversation, kind, message }: SearchHit): {
  readonly conversation: BareJid;
  readonly kind: ConversationKind;
  readonly message: string;
} {
  return { conversation, kind, message: message.id };
}

/** Who said it, as the conversation shows it. */
export function senderOf(message: ChatMessage, conversation: BareJid, name: string): string {
  if (message.direction === 'out') return MESSAGE_TEXT.you;
  return message.sender === conversation ? name : (message.shownAs ?? message.sender);
}

/** A text with what was searched for marked. It is never more than text. */
export function Marked({
  text,
  query,
}: {
  readonly text: string;
  readonly query: SearchQuery;
}): ReactElement {
  return (
    <>
      {highlight(text, query).map(({ hit, at, text: part }) =>
        hit ? <mark key={at}>{part}</mark> : <span key={at}>{part}</span>,
      )}
    </>
  );
}

/** One hit: when, who, where, the label, and the line with the words. */
export function HitRow({
  hit,
  query,
  fromServer,
}: {
  readonly hit: SearchHit;
  readonly query: SearchQuery;
  /** It is not on this computer. */
  readonly fromServer: boolean;
}): ReactElement {
  const { message } = hit;
  const name = useConversationName(hit);
  const sender = senderOf(message, hit.conversation, name);
  return (
    <>
      <span className="search-hit-head">
        <time dateTime={new Date(message.at).toISOString()} title={formatFull(message.at)}>
          {formatDayAndTime(message.at)}
        </time>
        <bdi className="search-hit-sender">{sender}</bdi>
        {sender === name ? null : <bdi className="search-hit-place">{name}</bdi>}
        <LabelTag label={message.label} />
      </span>
      <span className="search-hit-said">
        {fromServer ? <span className="search-hit-server">{SEARCH_TEXT.fromServer}</span> : null}
        <span className="search-hit-text" dir="auto">
          <Marked text={excerpt(message.body, query)} query={query} />
        </span>
      </span>
    </>
  );
}
