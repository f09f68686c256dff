import { createContext, useCallback, useContext, useEffect, useRef, useState } from 'react';
import type { SessionInfo } from '../../contract.ts';
import { type Api, ApiError } from '../api.ts';

export interface Desk {
  readonly api: Api;
  readonly session: SessionInfo;
}

export const DeskContext = createContext<Desk | undefined>(undefined);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === undefined) throw new Error('no session');
  return desk;
}

export interface Loaded<T> {
  readonly value: T | undefined;
  readonly error: ApiError | undefined;
  /** Reads it again now. */
  readonly reload: () => void;
}

function asApiError(error: unknown): ApiError {
  return error instanceof ApiError
    ? error
    : new ApiError({ code: 'internal', status: 0, title: String(error) });
}

/** What is at an address, again every so many milliseconds; the first time it is the person's doing. */
export function useLoaded<T>(path: string | undefined, everyMs: number | undefined): Loaded<T> {
  const { api } = useDesk();
  const [state, setState] = useState<{ path?: string; value?: T; error?: ApiError }>({});
  const again = useRef<() => void>(() => undefined);
  useEffect(() => {
    if (path === undefined) return;
    const gone = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (background: boolean): void => {
      api
        .ask<T>(path, { background, signal: gone.signal })
        .then(
          (value) => setState({ path, value }),
          (error: unknown) => {
            if (!gone.signal.aborted) setState((before) => ({ ...before, path, error: asApiError(error) }));
          },
        )
        .finally(() => {
          if (!gone.signal.aborted && everyMs !== undefined) timer = setTimeout(() => look(true), everyMs);
        });
    };
    again.current = () => {
      clearTimeout(timer);
      look(false);
    };
    look(false);
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, [api, path, everyMs]);
  const reload = useCallback(() => again.current(), []);
  // What an earlier address held is not shown as this one's.
  const mine = state.path === path;
  return { value: mine ? state.value : undefined, error: mine ? state.error : undefined, reload };
}

export interface Doing {
  readonly busy: boolean;
  readonly error: ApiError | undefined;
  readonly run: (work: () => Promise<void>) => void;
  readonly clear: () => void;
}

/** Something that takes a moment and may fail. */
export function useDoing(): Doing {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | undefined>(undefined);
  const run = useCallback((work: () => Promise<void>) => {
    setBusy(true);
    setError(undefined);
    work()
      .catch((failure: unknown) => setError(asApiError(failure)))
      .finally(() => setBusy(false));
  }, []);
  return { busy, error, run, clear: useCallback(() => setError(undefined), []) };
}
