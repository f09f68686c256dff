import type { ReactElement } from 'react';
import type { Contact } from '../../../shared/chat-model.ts';
import { useActions } from '../../hooks/services.ts';
import { Modal } from '../../parts/Modal.tsx';
import { PEOPLE_TEXT } from '../../text/people.ts';
import { ContactForm } from './ContactForm.tsx';
import { useGroups } from './use-people.ts';

/** Another name and other groups for a contact. */
export function EditContactDialog({
  contact: { jid, name, groups },
  onClose,
}: {
  readonly contact: Contact;
  readonly onClose: () => void;
}): ReactElement {
  const actions = useActions();
  const known = useGroups();
  return (
    <Modal title={PEOPLE_TEXT.edit} onClose={onClose} size="small">
      <p className="hint conversation-jid">{jid}</p>
      <ContactForm
        name={name}
        groups={groups}
        known={known}
        confirm={PEOPLE_TEXT.save}
        onSave={(next, chosen) =>
          actions.people.put({ contact: jid, name: next, groups: chosen, ask: false })
        }
        onClose={onClose}
      />
    </Modal>
  );
}
