import type { ReactElement } from 'react';
import { useNow } from '../../hooks/use-now.ts';
import { STATUS_TEXT } from '../../text/status.ts';

/** Seconds until the next try. Screen readers read it when they come by, not every second. */
export function Countdown({ until }: { readonly until: number }): ReactElement {
  const seconds = Math.max(0, Math.ceil((until - useNow(1000)) / 1000));
  return (
    <span className="countdown">
      {seconds === 0 ? STATUS_TEXT.tryingNow : STATUS_TEXT.nextTryInS(seconds)}
    </span>
  );
}
