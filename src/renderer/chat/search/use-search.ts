import { useEffect, useRef, useState } from 'react';
import type { SearchHit, SearchReply } from '../../../shared/chat-history-commands.ts';
import type { ErrorReport } from '../../../shared/errors.ts';
import { type ParsedQuery, parseQuery } from '../../../shared/search-query.ts';
import { useActions } from '../../hooks/services.ts';

/** After a key, before the session is asked; milliseconds. */
const TYPING_MS = 120;

export interface SearchState {
  readonly parsed: ParsedQuery;
  readonly hits: readonly SearchHit[];
  readonly next: number | undefined;
  /** Absent before the first answer. */
  readonly source: SearchReply['source'] | undefined;
  readonly busy: boolean;
  readonly error: ErrorReport | undefined;
  more(): void;
}

const NOTHING = { hits: [], next: undefined, source: undefined, error: undefined } as const;

/** What the session finds for what is typed; an answer to what was typed before is dropped. */
export function useSearch(text: string): SearchState {
  const actions = useActions();
  const parsed = parseQuery(text);
  const turn = useRef(0);
  const [found, setFound] = useState<Omit<SearchState, 'parsed' | 'busy' | 'more'>>(NOTHING);
  const [busy, setBusy] = useState(false);
  const isQuery = parsed.kind === 'query';

  const ask = async (query: string, former: readonly SearchHit[], from: number | undefined) => {
    turn.current += 1;
    const mine = turn.current;
    setBusy(true);
    const reply = await actions.history.search(query, from);
    if (mine !== turn.current) return;
    setBusy(false);
    if ('error' in reply) setFound({ ...NOTHING, error: reply.error });
    else
      setFound({
        hits: [...former, ...reply.hits],
        next: reply.next,
        source: reply.source,
        error: undefined,
      });
  };
  const start = useRef(ask);
  start.current = ask;

  useEffect(() => {
    turn.current += 1;
    if (!isQuery) {
      setFound(NOTHING);
      setBusy(false);
      return undefined;
    }
    const timer = setTimeout(() => void start.current(text, [], undefined), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, isQuery]);

  return {
    parsed,
    ...found,
    busy,
    more: () => {
      if (!busy && found.next !== undefined) void ask(text, found.hits, found.next);
    },
  };
}
