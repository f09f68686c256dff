import { createContext, useCallback, useContext, useEffect, useRef, useState } from 'react';
import type { SessionInfo } from '../../contract.ts';
import { type Api, ApiError } from '../api.ts';
import { poll } from './poll.ts';

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
    const { again: lookNow, end } = poll<T>({
      ask: (background, signal) => api.ask<T>(path, { background, signal }),
      everyMs,
      onValue: (value) => setState({ path, value }),
      onError: (error) => setState((before) => ({ ...before, path, error: asApiError(error) })),
    });
    again.current = lookNow;
    return end;
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
