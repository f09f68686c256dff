import type { ReactElement } from 'react';
import { useNow } from '../../hooks/use-now.ts';
import { useTimeForm } from '../../hooks/use-time-form.ts';
import { formatBeside, formatFull, formatLocal, formatTime } from '../../text/time.ts';

/** What time it is, in the form that was chosen and another beside it. */
export function Clock(): ReactElement {
  const form = useTimeForm();
  const now = useNow(60_000);
  return (
    <time className="clock" dateTime={new Date(now).toISOString().slice(0, 16)} title={formatFull(now)}>
      <strong>{form === 'local' ? formatLocal(now) : formatTime(now, form)}</strong>
      <span>{formatBeside(now, form)}</span>
    </time>
  );
}
