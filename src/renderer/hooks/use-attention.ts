import { useEffect } from 'react';
import { useActions } from './services.ts';

/** A window that is only passed by on the way to another one stays in sight. */
const OUT_OF_SIGHT_MS = 30_000;

/** Tells the session whether this window is in sight: what can wait is sent later while it is not (XEP-0352). */
export function useAttention(): void {
  const { attend } = useActions();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      clearTimeout(timer);
      if (document.visibilityState === 'visible') attend(true);
      else timer = setTimeout(() => attend(false), OUT_OF_SIGHT_MS);
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [attend]);
}
