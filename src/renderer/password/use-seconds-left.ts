import { useEffect, useState } from 'react';
import type { ErrorReport } from '../../shared/errors.ts';

const SECOND = 1_000;

/** Counts down the seconds that an error says to wait; `undefined` for one that says none, 0 when they are over. */
export function useSecondsLeft(error: ErrorReport | undefined): number | undefined {
  const from = error?.detail?.seconds;
  const [left, setLeft] = useState<number>();
  useEffect(() => {
    if (typeof from !== 'number' || error === undefined) {
      setLeft(undefined);
      return undefined;
    }
    const end = Date.now() + from * SECOND;
    setLeft(from);
    const timer = setInterval(() => setLeft(Math.max(0, Math.ceil((end - Date.now()) / SECOND))), SECOND / 4);
    return () => clearInterval(timer);
  }, [from, error]);
  return typeof from === 'number' ? (left ?? from) : undefined;
}
