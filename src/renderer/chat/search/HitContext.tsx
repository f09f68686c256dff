import { type ReactElement, useEffect, useRef, useState } from 'react';
import type { SearchHit } from '../../../shared/chat-history-commands.ts';
import type { ChatMessage } from '../../../shared/chat-model.ts';
import type { SearchQuery } from '../../../shared/search-query.ts';
import { useActions } from '../../hooks/services.ts';
import { SCROLLABLE } from '../../parts/scrollable.ts';
import { SEARCH_TEXT } from '../../text/search.ts';
import { formatDayAndTime, formatFull } from '../../text/time.ts';
import { LabelTag } from '../labels/LabelTag.tsx';
import { Marked, placeOf, senderOf, useConversationName } from './HitRow.tsx';

interface Props {
  readonly hit: SearchHit;
  readonly query: SearchQuery;
  /** What is shown, when it has come. */
  readonly onMessages: (messages: readonly ChatMessage[]) => void;
}

/** What was said around a hit, the hit in the middle. */
export function HitContext({ hit, query, onMessages }: Props): ReactElement {
  const actions = useActions();
  const name = useConversationName(hit);
  const list = useRef<HTMLOListElement>(null);
  const row = useRef<HTMLLIElement>(null);
  const [messages, setMessages] = useState<readonly ChatMessage[]>([hit.message]);
  useEffect(() => {
    let wanted = true;
    void actions.history.loadAround(hit.conversation, hit.message.id).then((around) => {
      if (!wanted || around.length === 0) return;
      setMessages(around);
      onMessages(around);
    });
    return () => {
      wanted = false;
    };
  }, [actions, hit, onMessages]);
  // The hit stays in the middle when what is around it comes.
  useEffect(() => {
    if (messages.length < 2 || list.current === null || row.current === null) return;
    const { offsetTop, offsetHeight } = row.current;
    list.current.scrollTop = offsetTop - (list.current.clientHeight - offsetHeight) / 2;
  }, [messages]);
  return (
    <>
      <div className="search-context-head">
        <bdi>{name}</bdi>
        <button type="button" className="button button-small" onClick={() => actions.jump.to(placeOf(hit))}>
          {SEARCH_TEXT.open}
        </button>
      </div>
      <ol ref={list} className="search-context-list" aria-label={SEARCH_TEXT.context} {...SCROLLABLE}>
        {messages.map((message) => (
          <li
            key={message.id}
            ref={message.id === hit.message.id ? row : undefined}
            aria-current={message.id === hit.message.id}
            className="search-context-message"
          >
            <span className="search-hit-head">
              <time dateTime={new Date(message.at).toISOString()} title={formatFull(message.at)}>
                {formatDayAndTime(message.at)}
              </time>
              <bdi className="search-hit-sender">{senderOf(message, hit.conversation, name)}</bdi>
              <LabelTag label={message.label} />
            </span>
            <span className="search-context-text" dir="auto">
              <Marked text={message.body} query={query} />
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}
