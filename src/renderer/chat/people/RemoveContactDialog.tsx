import type { FormEvent, ReactElement } from 'react';
import type { Contact } from '../../../shared/chat-model.ts';
import { useActions } from '../../hooks/services.ts';
import { useDeed } from '../../hooks/use-deed.ts';
import { FormEnd } from '../../parts/FormEnd.tsx';
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
  const deed = useDeed();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await deed.run(() => actions.people.remove(jid))) onClose();
  };
  return (
    <Modal title={PEOPLE_TEXT.remove} onClose={onClose} size="small">
      <form className="form" onSubmit={submit}>
        <p dir="auto">{PEOPLE_TEXT.removeLead(name === '' ? jid : name)}</p>
        <p className="hint">{PEOPLE_TEXT.removeHint}</p>
        <FormEnd
          deed={deed}
          confirm={PEOPLE_TEXT.removeNow}
          doing={PEOPLE_TEXT.removing}
          danger
          onCancel={onClose}
        />
      </form>
    </Modal>
  );
}
