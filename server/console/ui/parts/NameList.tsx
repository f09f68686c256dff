/** A card with a list of names, each with what undoes it, and a field to add one: what is off, what is on hold. */
import { type ReactElement, useState } from 'react';
import { Field } from './Field.tsx';

export interface NameListProps {
  readonly title: string;
  readonly names: readonly string[];
  /** What stands where there is no name. */
  readonly none: string;
  /** Before each name. */
  readonly mark?: string;
  /** The field's. */
  readonly label: string;
  readonly hint?: string;
  /** Below the title: what has to be known of this list. */
  readonly note?: string | undefined;
  /** What adds a name, and what takes one away; absent for those who only look. */
  readonly deeds:
    | {
        readonly add: string;
        readonly undo: string;
        /** What `undo` is called beside this name, for those who hear it alone. */
        readonly undoOf: (name: string) => string;
        readonly onAdd: (name: string) => void;
        readonly onUndo: (name: string) => void;
      }
    | undefined;
}

export function NameList(props: NameListProps): ReactElement {
  const { title, names, none, mark, label, hint, note, deeds } = props;
  const [name, setName] = useState('');
  const typed = name.trim();
  return (
    <section className="card" aria-label={title}>
      <h2>
        {title} <span className="count">{names.length}</span>
      </h2>
      {note === undefined ? null : <p className="quiet">{note}</p>}
      {names.length === 0 ? <p className="quiet">{none}</p> : null}
      <ul className="off-list">
        {names.map((listed) => (
          <li key={listed}>
            {mark === undefined ? null : <span className="mark danger">{mark}</span>}
            <bdi className="grow">{listed}</bdi>
            {deeds === undefined ? null : (
              <button
                type="button"
                className="button"
                aria-label={deeds.undoOf(listed)}
                onClick={() => deeds.onUndo(listed)}
              >
                {deeds.undo}
              </button>
            )}
          </li>
        ))}
      </ul>
      {deeds === undefined ? null : (
        <form
          className="inline-form"
          onSubmit={(event) => {
            event.preventDefault();
            deeds.onAdd(typed);
            setName('');
          }}
        >
          <Field
            label={label}
            value={name}
            onChange={setName}
            maxLength={1023}
            className="grow"
            {...(hint === undefined ? {} : { placeholder: hint })}
          />
          <button type="submit" className="button" disabled={typed === ''}>
            {deeds.add}
          </button>
        </form>
      )}
    </section>
  );
}
