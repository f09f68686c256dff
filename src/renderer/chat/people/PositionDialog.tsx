import { type FormEvent, type ReactElement, useState } from 'react';
import { MAX_EXTRA_TEXT } from '../../../shared/presence-extras.ts';
import { useActions } from '../../hooks/services.ts';
import { useDeed } from '../../hooks/use-deed.ts';
import { useFocusFirst } from '../../hooks/use-focus-first.ts';
import { FormEnd } from '../../parts/FormEnd.tsx';
import { Modal } from '../../parts/Modal.tsx';
import { EXTRAS_TEXT } from '../../text/extras.ts';
import { PositionText } from './Extras.tsx';
import { formatDegrees, formatMgrs, parsePosition } from './position.ts';
import { useOwnExtras } from './use-people.ts';

/** Tells the contacts where this user is, or takes it back. */
export function PositionDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const actions = useActions();
  const field = useFocusFirst<HTMLInputElement>();
  const own = useOwnExtras()?.position;
  const [typed, setTyped] = useState('');
  const [description, setDescription] = useState('');
  const [invalid, setInvalid] = useState(false);
  const deed = useDeed();
  const position = parsePosition(typed);
  const tell = async (told: Parameters<typeof actions.people.tellPosition>[0]) => {
    if (await deed.run(() => actions.people.tellPosition(told))) onClose();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setInvalid(position === undefined);
    if (position !== undefined) void tell({ ...position, description: description.trim() });
  };
  return (
    <Modal title={EXTRAS_TEXT.positionTitle} onClose={onClose} size="small">
      <form className="form" onSubmit={submit}>
        <p className="hint">{EXTRAS_TEXT.positionLead}</p>
        {own === undefined ? null : (
          <div className="own-extra">
            <p className="field-label">{EXTRAS_TEXT.now}</p>
            <PositionText position={own} />
          </div>
        )}
        <label className="field-label" htmlFor="position">
          {EXTRAS_TEXT.positionField}
        </label>
        <input
          id="position"
          type="text"
          className="text-field"
          ref={field}
          spellCheck={false}
          autoComplete="off"
          maxLength={64}
          aria-invalid={invalid}
          aria-describedby="position-note"
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setInvalid(false);
          }}
        />
        <p id="position-note" className={invalid ? 'field-error' : 'hint'} role="status">
          {invalid
            ? EXTRAS_TEXT.positionInvalid
            : position === undefined
              ? EXTRAS_TEXT.positionHint
              : [formatMgrs(position), formatDegrees(position)].filter(Boolean).join(' · ')}
        </p>
        <label className="field-label" htmlFor="position-description">
          {EXTRAS_TEXT.description}
        </label>
        <input
          id="position-description"
          type="text"
          dir="auto"
          className="text-field"
          maxLength={MAX_EXTRA_TEXT}
          value={description}
          onChange={(event) => setDescription(event.target.value)}
        />
        <FormEnd deed={deed} confirm={EXTRAS_TEXT.tell} doing={EXTRAS_TEXT.telling} onCancel={onClose}>
          {own === undefined ? null : (
            <button type="button" className="button" onClick={() => void tell(undefined)}>
              {EXTRAS_TEXT.takeBack}
            </button>
          )}
        </FormEnd>
      </form>
    </Modal>
  );
}
