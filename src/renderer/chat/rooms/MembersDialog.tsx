import { type FormEvent, type ReactElement, useEffect, useId, useState } from 'react';
import type { PresentationPolicy } from '../../../shared/app-state.ts';
import type { ErrorReport } from '../../../shared/errors.ts';
import { type BareJid, toBareJid } from '../../../shared/jid.ts';
import type { AffiliatedPerson, Affiliation } from '../../../shared/room-contract.ts';
import { useActions } from '../../hooks/services.ts';
import { ErrorNotice } from '../../parts/ErrorNotice.tsx';
import { Modal } from '../../parts/Modal.tsx';
import { SCROLLABLE } from '../../parts/scrollable.ts';
import { AFFILIATION_TEXT, ROOM_TEXT } from '../../text/rooms.ts';
import { typedAddress } from '../people/contact-address.ts';
import { PersonField } from './PersonField.tsx';

const LISTS = ['member', 'admin', 'owner', 'outcast'] as const satisfies readonly Affiliation[];

/** The room's lists of people (XEP-0045 9 and 10): who is on them, adding, removing. */
export function MembersDialog({
  room,
  policy,
  onClose,
}: {
  readonly room: BareJid;
  readonly policy: PresentationPolicy;
  readonly onClose: () => void;
}): ReactElement {
  const { rooms } = useActions();
  const id = useId();
  const [list, setList] = useState<Affiliation>('member');
  const [people, setPeople] = useState<readonly AffiliatedPerson[]>();
  const [asked, setAsked] = useState(0);
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<'invalid' | 'outside'>();
  const [error, setError] = useState<ErrorReport>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` counts the changes after which the list is asked for anew
  useEffect(() => {
    let over = false;
    rooms.affiliated(room, list).then((reply) => {
      if (over) return;
      setPeople(reply.ok ? (reply.affiliated ?? []) : []);
      if (!reply.ok) setError(reply.error);
    });
    return () => {
      over = true;
    };
  }, [rooms, room, list, asked]);
  const change = async (person: BareJid, affiliation: Affiliation) => {
    const failure = await rooms.setAffiliation(room, person, affiliation, '');
    setError(failure);
    setAsked((count) => count + 1);
    return failure === undefined;
  };
  const add = async (event: FormEvent) => {
    event.preventDefault();
    const address = typedAddress(typed, policy.domain, policy.people);
    setProblem(address.ok ? undefined : address.problem);
    if (address.ok && (await change(address.jid, list))) setTyped('');
  };
  return (
    <Modal title={ROOM_TEXT.membersTitle} onClose={onClose} size="medium">
      <form className="form" onSubmit={add}>
        <label className="field-label" htmlFor={id}>
          {ROOM_TEXT.membersOf}
        </label>
        <select
          id={id}
          className="text-field"
          value={list}
          onChange={(event) => {
            setPeople(undefined);
            setList(LISTS.find((one) => one === event.target.value) ?? 'member');
          }}
        >
          {LISTS.map((one) => (
            <option key={one} value={one}>
              {AFFILIATION_TEXT[one]}
            </option>
          ))}
        </select>
        {people === undefined || people.length === 0 ? (
          <p className="hint" role="status">
            {people === undefined ? ROOM_TEXT.membersLoading : ROOM_TEXT.membersEmpty}
          </p>
        ) : (
          <ul className="room-people" aria-label={AFFILIATION_TEXT[list]} {...SCROLLABLE}>
            {people.map((person) => (
              <PersonRow key={person.jid} person={person} onRemove={(jid) => void change(jid, 'none')} />
            ))}
          </ul>
        )}
        <PersonField policy={policy} value={typed} problem={problem} onChange={setTyped} />
        {error === undefined ? null : <ErrorNotice error={error} />}
        <div className="button-row">
          <button type="submit" className="button button-primary">
            {ROOM_TEXT.add}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {ROOM_TEXT.close}
          </button>
        </div>
      </form>
    </Modal>
  );
}

function PersonRow({
  person,
  onRemove,
}: {
  readonly person: AffiliatedPerson;
  readonly onRemove: (jid: BareJid) => void;
}): ReactElement {
  const jid = toBareJid(person.jid);
  return (
    <li className="people-row">
      <span className="people-row-text">
        <bdi>{person.jid}</bdi>
        {person.reason === '' ? null : <bdi className="hint">{person.reason}</bdi>}
      </span>
      {jid === undefined ? null : (
        <button
          type="button"
          className="button button-small"
          title={ROOM_TEXT.removeOf(person.jid)}
          onClick={() => onRemove(jid)}
        >
          {ROOM_TEXT.remove}
          <span className="visually-hidden"> {person.jid}</span>
        </button>
      )}
    </li>
  );
}
