import { type FormEvent, type ReactElement, useState } from 'react';
import { ACTIVITIES, isActivity, MAX_EXTRA_TEXT } from '../../../shared/presence-extras.ts';
import { useActions } from '../../hooks/services.ts';
import { useDeed } from '../../hooks/use-deed.ts';
import { useFocusFirst } from '../../hooks/use-focus-first.ts';
import { FormEnd } from '../../parts/FormEnd.tsx';
import { Modal } from '../../parts/Modal.tsx';
import { ACTIVITY_TEXT, EXTRAS_TEXT } from '../../text/extras.ts';
import { useOwnExtras } from './use-people.ts';

/** Tells the contacts what this user does, or nothing any more. */
export function ActivityDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const actions = useActions();
  const field = useFocusFirst<HTMLSelectElement>();
  const own = useOwnExtras()?.activity;
  const [general, setGeneral] = useState<string>(own?.general ?? '');
  const [text, setText] = useState(own?.text ?? '');
  const deed = useDeed();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const activity = isActivity(general) ? { general, text: text.trim() } : undefined;
    if (await deed.run(() => actions.people.tellActivity(activity))) onClose();
  };
  return (
    <Modal title={EXTRAS_TEXT.activityTitle} onClose={onClose} size="small">
      <form className="form" onSubmit={submit}>
        <label className="field-label" htmlFor="activity">
          {EXTRAS_TEXT.activityField}
        </label>
        <select
          id="activity"
          className="text-field"
          ref={field}
          value={general}
          onChange={(event) => setGeneral(event.target.value)}
        >
          <option value="">{EXTRAS_TEXT.none}</option>
          {ACTIVITIES.map((one) => (
            <option key={one} value={one}>
              {ACTIVITY_TEXT[one]}
            </option>
          ))}
        </select>
        <label className="field-label" htmlFor="activity-text">
          {EXTRAS_TEXT.description}
        </label>
        <input
          id="activity-text"
          type="text"
          dir="auto"
          className="text-field"
          maxLength={MAX_EXTRA_TEXT}
          disabled={general === ''}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <FormEnd deed={deed} confirm={EXTRAS_TEXT.tell} doing={EXTRAS_TEXT.telling} onCancel={onClose} />
      </form>
    </Modal>
  );
}
