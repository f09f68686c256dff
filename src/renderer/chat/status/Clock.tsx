import type { ReactElement } from 'react';
import { useNow } from '../../hooks/use-now.ts';
import { formatLocal, formatZulu } from '../../text/time.ts';

/** Zulu time, and local time beside it. */
export function Clock(): ReactElement {
  const now = useNow(60_000);
  return (
    <time className="clock" dateTime={new Date(now).toISOString().slice(0, 16)}>
      <strong>{formatZulu(now)}</strong>
      <span>{formatLocal(now)}</span>
    </time>
  );
}
