import { type ReactElement, type Ref, useId } from 'react';
import type { PresentationPolicy } from '../../../shared/app-state.ts';
import { useWindowState } from '../../hooks/services.ts';
import { ROOM_TEXT } from '../../text/rooms.ts';

interface Props {
  readonly policy: PresentationPolicy;
  readonly value: string;
  readonly problem: 'invalid' | 'outside' | undefined;
  readonly onChange: (value: string) => void;
  readonly fieldRef?: Ref<HTMLInputElement>;
}

/** Contacts offered while an address is typed. */
const MAX_OFFERED = 200;

/** An address of a person; contacts are offered. */
export function PersonField({ policy, value, problem, onChange, fieldRef }: Props): ReactElement {
  const id = useId();
  const contacts = useWindowState((state) => state.chat.contacts);
  const note =
    problem === undefined
      ? ROOM_TEXT.addressHint(policy.domain)
      : problem === 'invalid'
        ? ROOM_TEXT.addressInvalid
        : ROOM_TEXT.addressOutside;
  return (
    <>
      <label className="field-label" htmlFor={id}>
        {ROOM_TEXT.address}
      </label>
      <input
        id={id}
        ref={fieldRef}
        type="text"
        className="text-field"
        list={`${id}-contacts`}
        autoComplete="off"
        spellCheck={false}
        maxLength={3071}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-note`}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={`${id}-contacts`}>
        {[...contacts.values()].slice(0, MAX_OFFERED).map(({ jid, name }) => (
          <option key={jid} value={jid} label={name} />
        ))}
      </datalist>
      <p id={`${id}-note`} className={problem === undefined ? 'hint' : 'field-error'} role="status">
        {note}
      </p>
    </>
  );
}
