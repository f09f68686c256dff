import { type FormEvent, type ReactElement, type ReactNode, useState } from 'react';
import {
  MAX_CONTACT_GROUPS,
  MAX_CONTACT_NAME,
  MAX_GROUP_NAME,
} from '../../../shared/chat-people-commands.ts';
import type { ErrorReport } from '../../../shared/errors.ts';
import { useDeed } from '../../hooks/use-deed.ts';
import { FormEnd } from '../../parts/FormEnd.tsx';
import { PEOPLE_TEXT } from '../../text/people.ts';
import { typedGroups } from './contact-address.ts';

interface Props {
  readonly name: string;
  readonly groups: readonly string[];
  /** Groups that there are, for the browser to offer. */
  readonly known: readonly string[];
  readonly confirm: string;
  /** Fields before and after name and groups. */
  readonly before?: ReactNode;
  readonly after?: ReactNode;
  /** Resolves with the error, with `invalid` for a field of the caller's that is wrong, or with nothing. */
  readonly onSave: (name: string, groups: readonly string[]) => Promise<ErrorReport | 'invalid' | undefined>;
  readonly onClose: () => void;
}

/** Name and groups of a contact, and what the dialog around it adds. */
export function ContactForm({
  name: initialName,
  groups: initialGroups,
  known,
  confirm,
  before,
  after,
  onSave,
  onClose,
}: Props): ReactElement {
  const [name, setName] = useState(initialName);
  const [typed, setTyped] = useState(initialGroups.join(', '));
  const [invalid, setInvalid] = useState(false);
  const deed = useDeed();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const groups = typedGroups(typed);
    setInvalid(groups === undefined);
    if (groups === undefined) return;
    let isValid = true;
    const isSaved = await deed.run(async () => {
      const failure = await onSave(name.trim(), groups);
      isValid = failure !== 'invalid';
      return failure === 'invalid' ? undefined : failure;
    });
    if (isSaved && isValid) onClose();
  };
  return (
    <form className="form" onSubmit={submit}>
      {before}
      <label className="field-label" htmlFor="contact-name">
        {PEOPLE_TEXT.name}
      </label>
      <input
        id="contact-name"
        type="text"
        dir="auto"
        className="text-field"
        spellCheck={false}
        maxLength={MAX_CONTACT_NAME}
        aria-describedby="contact-name-note"
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <p id="contact-name-note" className="hint">
        {PEOPLE_TEXT.nameHint}
      </p>
      <label className="field-label" htmlFor="contact-groups">
        {PEOPLE_TEXT.groups}
      </label>
      <input
        id="contact-groups"
        type="text"
        dir="auto"
        className="text-field"
        spellCheck={false}
        list="contact-known-groups"
        aria-invalid={invalid}
        aria-describedby="contact-groups-note"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <datalist id="contact-known-groups">
        {known.map((group) => (
          <option key={group} value={group} />
        ))}
      </datalist>
      <p id="contact-groups-note" className={invalid ? 'field-error' : 'hint'} role="status">
        {invalid ? PEOPLE_TEXT.groupsTooMany(MAX_CONTACT_GROUPS, MAX_GROUP_NAME) : PEOPLE_TEXT.groupsHint}
      </p>
      {after}
      <FormEnd deed={deed} confirm={confirm} doing={PEOPLE_TEXT.saving} onCancel={onClose} />
    </form>
  );
}
