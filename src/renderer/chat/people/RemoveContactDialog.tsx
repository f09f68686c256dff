import { type FormEvent, type ReactElement, useState } from 'react';
import type { Contact } from '../../../shared/chat-model.ts';
import type { ErrorReport } from '../../../shared/errors.ts';
import { useActions } from '../../hooks/services.ts';
import { ErrorNotice } from '../../parts/ErrorNotice.tsx';
import { Modal } from '../../parts/Modal.tsx';
import { PEOPLE_TEXT } from '../../text/people.ts';

/** Asks once more before a contact is removed. */
export function RemoveContactDialog({
  contact: { jid, name },
  onClose,
}: {
  readonly contact: Contact;
  readonly onClose: () => void;
}): ReactElement {
  const actions = useActions();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorReport>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    const failure = await actions.people.remove(jid);
    setBusy(false);
    if (failure === undefined) onClose();
    else setError(failure);
  };
  return (
    <Modal title={PEOPLE_TEXT.remove} onClose={onClose} size="small">
      <form className="form" onSubmit={submit}>
        <p dir="auto">{PEOPLE_TEXT.removeLead(name === '' ? jid : name)}</p>
        <p className="hint">{PEOPLE_TEXT.removeHint}</p>
        {error === undefined ? null : <ErrorNotice error={error} />}
        <div className="button-row">
          <button type="submit" className="button button-primary" aria-disabled={busy}>
            {busy ? PEOPLE_TEXT.removing : PEOPLE_TEXT.removeNow}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {PEOPLE_TEXT.cancel}
          </button>
        </div>
      </form>
    </Modal>
  );
}
