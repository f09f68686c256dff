import { type FormEvent, type ReactElement, useState } from 'react';
import { type DirectorySearch, type FoundPerson, isSearch, MAX_SEARCH } from '../../../shared/directory.ts';
import type { ErrorReport } from '../../../shared/errors.ts';
import { useActions } from '../../hooks/services.ts';
import { useFocusFirst } from '../../hooks/use-focus-first.ts';
import { ErrorNotice } from '../../parts/ErrorNotice.tsx';
import { Modal } from '../../parts/Modal.tsx';
import { DIRECTORY_TEXT } from '../../text/directory.ts';

type Outcome =
  | { readonly kind: 'nothing' | 'busy' | 'short' }
  | { readonly kind: 'failed'; readonly error: ErrorReport }
  | { readonly kind: 'found'; readonly people: readonly FoundPerson[]; readonly complete: boolean };

const FIELDS = [
  { part: 'name', label: DIRECTORY_TEXT.name },
  { part: 'title', label: DIRECTORY_TEXT.personTitle },
  { part: 'unit', label: DIRECTORY_TEXT.unit },
] as const;

/** Looks people up in the organisation's directory. */
export function DirectoryDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const actions = useActions();
  const field = useFocusFirst<HTMLInputElement>();
  const [wanted, setWanted] = useState<DirectorySearch>({ name: '', title: '', unit: '' });
  const [outcome, setOutcome] = useState<Outcome>({ kind: 'nothing' });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (outcome.kind === 'busy') return;
    if (!isSearch(wanted)) {
      setOutcome({ kind: 'short' });
      return;
    }
    setOutcome({ kind: 'busy' });
    const reply = await actions.people.search(wanted);
    setOutcome(
      reply.ok
        ? { kind: 'found', people: reply.people ?? [], complete: reply.complete === true }
        : { kind: 'failed', error: reply.error },
    );
  };
  return (
    <Modal title={DIRECTORY_TEXT.title} onClose={onClose} size="large">
      <form className="directory-form" onSubmit={submit}>
        {FIELDS.map(({ part, label }, index) => (
          <div key={part} className="directory-field">
            <label className="field-label" htmlFor={`directory-${part}`}>
              {label}
            </label>
            <input
              id={`directory-${part}`}
              type="text"
              dir="auto"
              className="text-field"
              ref={index === 0 ? field : undefined}
              spellCheck={false}
              maxLength={MAX_SEARCH}
              value={wanted[part]}
              onChange={(event) => setWanted({ ...wanted, [part]: event.target.value })}
            />
          </div>
        ))}
        <button type="submit" className="button button-primary" aria-disabled={outcome.kind === 'busy'}>
          {outcome.kind === 'busy' ? DIRECTORY_TEXT.searching : DIRECTORY_TEXT.search}
        </button>
      </form>
      <p className={outcome.kind === 'short' ? 'field-error' : 'hint'} role="status">
        {statusOf(outcome)}
      </p>
      {outcome.kind === 'failed' ? <ErrorNotice error={outcome.error} /> : null}
      {outcome.kind === 'found' && outcome.people.length > 0 ? (
        <ul className="people-list directory-results" aria-label={DIRECTORY_TEXT.results}>
          {outcome.people.map((person) => (
            <FoundRow key={person.jid} person={person} />
          ))}
        </ul>
      ) : null}
    </Modal>
  );
}

function statusOf(outcome: Outcome): string | null {
  switch (outcome.kind) {
    case 'nothing':
      return DIRECTORY_TEXT.lead;
    case 'short':
      return DIRECTORY_TEXT.short;
    case 'found':
      if (outcome.people.length === 0) return DIRECTORY_TEXT.nobody;
      return outcome.complete
        ? DIRECTORY_TEXT.found(outcome.people.length)
        : DIRECTORY_TEXT.more(outcome.people.length);
    default:
      return null;
  }
}

function FoundRow({ person: { jid, name, title, unit } }: { readonly person: FoundPerson }): ReactElement {
  const actions = useActions();
  const shown = name === '' ? jid : name;
  return (
    <li className="people-row">
      <span className="people-row-text">
        <bdi className="people-name">{shown}</bdi>
        <span className="people-row-sub">
          {[title, unit].map((text, index) =>
            // Two facts in a fixed order; either may be missing.
            text === '' ? null : <bdi key={index === 0 ? 'title' : 'unit'}>{text}</bdi>,
          )}
          <span>{jid}</span>
        </span>
      </span>
      <button
        type="button"
        className="button button-small"
        aria-label={DIRECTORY_TEXT.profileOf(shown)}
        onClick={() => actions.people.show('profile', jid)}
      >
        {DIRECTORY_TEXT.profile}
      </button>
      <button
        type="button"
        className="button button-small"
        aria-label={DIRECTORY_TEXT.writeTo(shown)}
        onClick={() => actions.open({ jid, kind: 'contact' })}
      >
        {DIRECTORY_TEXT.write}
      </button>
    </li>
  );
}
