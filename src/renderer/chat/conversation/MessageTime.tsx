import type { ReactElement } from 'react';
import { useTimeForm } from '../../hooks/use-time-form.ts';
import { formatBeside, formatDay, formatFull, formatTime } from '../../text/time.ts';

/** When a message was sent: once a minute in the form that was chosen, another form while the pointer is on the row. */
export function MessageTime({ at, shown }: { readonly at: number; readonly shown: boolean }): ReactElement {
  const form = useTimeForm();
  return (
    <time
      className={shown ? 'message-time' : 'message-time message-time-quiet'}
      dateTime={new Date(at).toISOString()}
      title={formatFull(at)}
    >
      <span className="message-zulu">{formatTime(at, form)}</span>
      <span className="message-local">{formatBeside(at, form)}</span>
    </time>
  );
}

/** The line before a day's first message. */
export function DayLine({ at }: { readonly at: number }): ReactElement {
  const form = useTimeForm();
  return (
    <p className="day">
      <span>{formatDay(at, form)}</span>
    </p>
  );
}
