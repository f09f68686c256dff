import { type ReactElement, useId } from 'react';
import { MAX_REASON } from '../../../shared/room-contract.ts';
import { ROOM_TEXT } from '../../text/rooms.ts';

/** Why something is done to people or a room. */
export function ReasonField({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
}): ReactElement {
  const id = useId();
  return (
    <>
      <label className="field-label" htmlFor={id}>
        {ROOM_TEXT.reason}
      </label>
      <input
        id={id}
        type="text"
        className="text-field"
        spellCheck={false}
        maxLength={MAX_REASON}
        aria-describedby={`${id}-note`}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <p id={`${id}-note`} className="hint">
        {ROOM_TEXT.reasonHint}
      </p>
    </>
  );
}
