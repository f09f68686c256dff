import { type ReactElement, useState } from 'react';
import type { Acknowledgement } from '../../../shared/acknowledgements.ts';
import { SELF } from '../../../shared/message-actions.ts';
import { useTimeForm } from '../../hooks/use-time-form.ts';
import { Icon } from '../../parts/Icon.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { NameWarning } from '../../parts/NameWarning.tsx';
import { formatFull, formatTime } from '../../text/time.ts';
import { WATCH_TEXT } from '../../text/watch.ts';

function nameOf({ author, name }: Acknowledgement): string {
  return author === SELF ? WATCH_TEXT.you : name;
}

/** Who in the room acknowledged the alert that a message raised: the first and how many more; a press shows all. */
export function AcknowledgedNote({
  acknowledgements,
}: {
  readonly acknowledgements: readonly Acknowledgement[];
}): ReactElement | null {
  const [open, setOpen] = useState(false);
  const form = useTimeForm();
  const [first] = acknowledgements;
  if (first === undefined) return null;
  const more = acknowledgements.length - 1;
  const said = (
    <>
      <Icon name="check" size={14} />
      <bdi>{WATCH_TEXT.acknowledgedBy(nameOf(first), formatTime(first.at, form), more)}</bdi>
      <NameWarning warning={first.warning} />
    </>
  );
  if (more === 0) {
    return (
      <p className="acknowledged" title={formatFull(first.at)}>
        {said}
      </p>
    );
  }
  return (
    <>
      <button
        type="button"
        className="acknowledged"
        aria-expanded={open}
        title={formatFull(first.at)}
        onClick={() => setOpen(!open)}
      >
        {said}
      </button>
      {open ? (
        <ol className="versions" aria-label={WATCH_TEXT.acknowledgements}>
          {acknowledgements.map((one) => (
            <li key={`${one.author} ${one.name}`}>
              <span className="version-time">
                <Moment at={one.at} />
              </span>{' '}
              <bdi>{nameOf(one)}</bdi> <NameWarning warning={one.warning} />
              {one.waits === true ? ` (${WATCH_TEXT.acknowledgementWaits})` : null}
            </li>
          ))}
        </ol>
      ) : null}
    </>
  );
}
