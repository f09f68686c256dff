/** Looking at something again and again. */

export interface Poll {
  /** Looks now; what was on its way is overtaken. */
  readonly again: () => void;
  readonly end: () => void;
}

export interface PollOptions<T> {
  /** @param background false where a person wanted it */
  readonly ask: (background: boolean, signal: AbortSignal) => Promise<T>;
  /** Milliseconds from an answer to the next look; never again without. */
  readonly everyMs: number | undefined;
  readonly onValue: (value: T) => void;
  readonly onError: (error: unknown) => void;
}

/**
 * Asks at once and then again, one look at a time. Only the latest look tells something and is followed by another: an answer
 * that was overtaken says what was.
 */
export function poll<T>({ ask, everyMs, onValue, onError }: PollOptions<T>): Poll {
  const gone = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let latest = 0;
  const look = (background: boolean): void => {
    latest += 1;
    const turn = latest;
    const ifLatest =
      <A>(then: (answer: A) => void) =>
      (answer: A): void => {
        if (turn !== latest || gone.signal.aborted) return;
        if (everyMs !== undefined) timer = setTimeout(() => look(true), everyMs);
        then(answer);
      };
    ask(background, gone.signal).then(ifLatest(onValue), ifLatest(onError));
  };
  look(false);
  return {
    again: () => {
      clearTimeout(timer);
      look(false);
    },
    end: () => {
      gone.abort();
      clearTimeout(timer);
    },
  };
}
