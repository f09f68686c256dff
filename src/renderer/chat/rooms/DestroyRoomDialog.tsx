import { type FormEvent, type ReactElement, useState } from 'react';
import type { ErrorReport } from '../../../shared/errors.ts';
import type { BareJid } from '../../../shared/jid.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { ErrorNotice } from '../../parts/ErrorNotice.tsx';
import { Modal } from '../../parts/Modal.tsx';
import { nameOf } from '../../state/directory.ts';
import { ROOM_TEXT } from '../../text/rooms.ts';
import { ReasonField } from './ReasonField.tsx';

/** Asks once more before a room is given up for good (XEP-0045 10.9). */
export function DestroyRoomDialog({
  room,
  onClose,
}: {
  readonly room: BareJid;
  readonly onClose: () => void;
}): ReactElement {
  const { rooms } = useActions();
  const name = useWindowState((state) => nameOf(state.chat, room));
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorReport>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    const failure = await rooms.destroy(room, reason);
    setBusy(false);
    if (failure === undefined) onClose();
    else setError(failure);
  };
  return (
    <Modal title={ROOM_TEXT.destroyTitle} onClose={onClose} size="small">
      <form className="form" onSubmit={submit}>
        <p dir="auto">{ROOM_TEXT.destroyLead(name)}</p>
        <p className="hint">{ROOM_TEXT.destroyHint}</p>
        <ReasonField value={reason} onChange={setReason} />
        {error === undefined ? null : <ErrorNotice error={error} />}
        <div className="button-row">
          <button type="submit" className="button button-danger" aria-disabled={busy}>
            {busy ? ROOM_TEXT.destroying : ROOM_TEXT.destroyNow}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {ROOM_TEXT.cancel}
          </button>
        </div>
      </form>
    </Modal>
  );
}
