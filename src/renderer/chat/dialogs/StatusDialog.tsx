import { type FormEvent, type ReactElement, useState } from 'react';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { useFocusFirst } from '../../hooks/use-focus-first.ts';
import { Modal } from '../../parts/Modal.tsx';
import { DIALOGS_TEXT } from '../../text/dialogs.ts';

/** Longest status message that the session accepts, in UTF-16 code units (RFC 6121 4.7.2.2 sets none). */
const MAX_STATUS_LENGTH = 1024;

/** The words beside one's own presence, for all contacts to see. */
export function StatusDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const actions = useActions();
  const field = useFocusFirst<HTMLInputElement>();
  const presence = useWindowState((state) => state.view.presence);
  const [status, setStatus] = useState(presence.status);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    actions.setPresence(presence.availability, status.trim());
    onClose();
  };
  return (
    <Modal title={DIALOGS_TEXT.statusMessage} onClose={onClose} size="small">
      <form className="form" onSubmit={submit}>
        <label className="field-label" htmlFor="status">
          {DIALOGS_TEXT.shownToYourContactsAnd}
        </label>
        <input
          id="status"
          type="text"
          dir="auto"
          className="text-field"
          ref={field}
          maxLength={MAX_STATUS_LENGTH}
          value={status}
          onChange={(event) => setStatus(event.target.value)}
        />
        <div className="button-row">
          <button type="submit" className="button button-primary">
            {DIALOGS_TEXT.setStatus}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {DIALOGS_TEXT.cancel}
          </button>
        </div>
      </form>
    </Modal>
  );
}
