import type { ReactElement } from 'react';
import { useTimeForm } from '../hooks/use-time-form.ts';
import { formatFull, formatIso, formatMoment } from '../text/time.ts';

/** A day and a time in the form that the user chose, the other forms in the tooltip. */
export function Moment({ at }: { readonly at: number | string }): ReactElement {
  const form = useTimeForm();
  const time = typeof at === 'string' ? Date.parse(at) : at;
  if (Number.isNaN(time)) return <span>{at}</span>;
  return (
    <time dateTime={new Date(time).toISOString()} title={formatFull(time)}>
      {typeof at === 'string' ? formatIso(at, form) : formatMoment(at, form)}
    </time>
  );
}
