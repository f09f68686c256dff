/** Looking at something again and again. */

export interface Poll {
  /** Looks now, unless it has ended; what was on its way is overtaken. */
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
  let current = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = async (background: boolean): Promise<void> => {
    const { signal } = current;
    const tell = await ask(background, signal).then(
      (value) => () => onValue(value),
      (error: unknown) => () => onError(error),
    );
    if (signal.aborted) return;
    if (everyMs !== undefined) timer = setTimeout(() => void look(true), everyMs);
    tell();
  };
  const end = (): void => {
    current.abort();
    clearTimeout(timer);
  };
  void look(false);
  return {
    again: () => {
      // Only the end leaves it so.
      if (current.signal.aborted) return;
      end();
      current = new AbortController();
      void look(false);
    },
    end,
  };
}
