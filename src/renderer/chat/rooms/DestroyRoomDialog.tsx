import { type FormEvent, type ReactElement, useState } from 'react';
import type { BareJid } from '../../../shared/jid.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { useDeed } from '../../hooks/use-deed.ts';
import { FormEnd } from '../../parts/FormEnd.tsx';
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
  const deed = useDeed();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await deed.run(() => rooms.destroy(room, reason))) onClose();
  };
  return (
    <Modal title={ROOM_TEXT.destroyTitle} onClose={onClose} size="small">
      <form className="form" onSubmit={submit}>
        <p dir="auto">{ROOM_TEXT.destroyLead(name)}</p>
        <p className="hint">{ROOM_TEXT.destroyHint}</p>
        <ReasonField value={reason} onChange={setReason} />
        <FormEnd
          deed={deed}
          confirm={ROOM_TEXT.destroyNow}
          doing={ROOM_TEXT.destroying}
          danger
          onCancel={onClose}
        />
      </form>
    </Modal>
  );
}
