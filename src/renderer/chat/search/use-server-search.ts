import { useEffect, useRef, useState } from 'react';
import type { SearchHit, SearchReply } from '../../../shared/chat-history-commands.ts';
import type { ErrorReport } from '../../../shared/errors.ts';
import { useActions } from '../../hooks/services.ts';

/** Hits after which the user is asked whether to go on. */
const ENOUGH = 100;

export interface ServerSearchState {
  readonly hits: readonly SearchHit[];
  /** Absent before the first answer. */
  readonly archives: SearchReply['archives'] | undefined;
  readonly running: boolean;
  /** It was stopped, or has found much, and can go on. */
  readonly hasMore: boolean;
  readonly error: ErrorReport | undefined;
  /** Begins, or goes on. */
  start(): void;
  stop(): void;
}

interface Found {
  /** For which text. */
  readonly text: string;
  readonly hits: readonly SearchHit[];
  readonly archives: SearchReply['archives'] | undefined;
  readonly next: number | undefined;
  readonly error: ErrorReport | undefined;
  readonly running: boolean;
}

/** The same each time: what is made of it is made once. */
const NO_HITS: readonly SearchHit[] = [];

function nothing(text: string): Found {
  return { text, hits: NO_HITS, archives: undefined, next: undefined, error: undefined, running: false };
}

/** The server's archives searched for what is typed, step by step until it is stopped; another text begins anew. */
export function useServerSearch(text: string): ServerSearchState {
  const { history } = useActions();
  const turn = useRef(0);
  const latest = useRef(text);
  latest.current = text;
  const [kept, setKept] = useState(() => nothing(text));
  const found = kept.text === text ? kept : nothing(text);
  // Nobody waits for an answer any more.
  useEffect(
    () => () => {
      turn.current += 1;
    },
    [],
  );
  const start = async () => {
    turn.current += 1;
    const mine = turn.current;
    let now: Found = {
      ...(found.next === undefined ? nothing(text) : found),
      error: undefined,
      running: true,
    };
    setKept(now);
    const limit = now.hits.length + ENOUGH;
    do {
      const reply = await history.searchServer(text, now.next);
      if (mine !== turn.current || latest.current !== text) return;
      now =
        'error' in reply
          ? { ...now, next: undefined, error: reply.error }
          : { ...now, hits: [...now.hits, ...reply.hits], archives: reply.archives, next: reply.next };
      const running = now.next !== undefined && now.hits.length < limit;
      now = { ...now, running };
      setKept(now);
    } while (now.running);
  };
  const { running } = found;
  return {
    ...found,
    hasMore: !running && found.next !== undefined,
    start: () => {
      if (!running) void start();
    },
    stop: () => {
      turn.current += 1;
      setKept({ ...found, running: false });
    },
  };
}
