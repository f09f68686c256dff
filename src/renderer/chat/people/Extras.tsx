import type { ReactElement } from 'react';
import type { Activity, Position } from '../../../shared/presence-extras.ts';
import { useTimeForm } from '../../hooks/use-time-form.ts';
import { ACTIVITY_TEXT, EXTRAS_TEXT } from '../../text/extras.ts';
import { formatMoment } from '../../text/time.ts';
import { formatDegrees, formatMgrs } from './position.ts';

/** A position in all its forms. */
export function PositionText({ position }: { readonly position: Position }): ReactElement {
  const { accuracy, at, description } = position;
  const form = useTimeForm();
  const mgrs = formatMgrs(position);
  const notes = [
    accuracy === undefined ? '' : EXTRAS_TEXT.within(Math.ceil(accuracy)),
    at === undefined ? '' : EXTRAS_TEXT.asOf(formatMoment(at, form)),
  ].filter((note) => note !== '');
  return (
    <div className="position">
      {description === '' ? null : <bdi>{description}</bdi>}
      {mgrs === undefined ? null : <span className="position-mgrs">{mgrs}</span>}
      <span>{formatDegrees(position)}</span>
      {notes.length === 0 ? null : <span className="hint">{notes.join(', ')}</span>}
    </div>
  );
}

export function activityText({ general, text }: Activity): string {
  return text === '' ? ACTIVITY_TEXT[general] : `${ACTIVITY_TEXT[general]}: ${text}`;
}
