import { type FormEvent, type ReactElement, useState } from 'react';
import type { PresentationPolicy } from '../../../shared/app-state.ts';
import type { BareJid } from '../../../shared/jid.ts';
import { useActions } from '../../hooks/services.ts';
import { useDeed } from '../../hooks/use-deed.ts';
import { useFocusFirst } from '../../hooks/use-focus-first.ts';
import { FormEnd } from '../../parts/FormEnd.tsx';
import { Modal } from '../../parts/Modal.tsx';
import { ROOM_TEXT } from '../../text/rooms.ts';
import { typedAddress } from '../people/contact-address.ts';
import { PersonField } from './PersonField.tsx';
import { ReasonField } from './ReasonField.tsx';

/** Invites one person after the other. */
export function InviteDialog({
  room,
  policy,
  onClose,
}: {
  readonly room: BareJid;
  readonly policy: PresentationPolicy;
  readonly onClose: () => void;
}): ReactElement {
  const { rooms } = useActions();
  const field = useFocusFirst<HTMLInputElement>();
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState<'invalid' | 'outside'>();
  const [invited, setInvited] = useState('');
  const deed = useDeed();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const address = typedAddress(typed, policy.domain, policy.people);
    setProblem(address.ok ? undefined : address.problem);
    if (!address.ok || deed.busy) return;
    const isDone = await deed.run(() => rooms.invite(room, address.jid, reason));
    setInvited(isDone ? address.jid : '');
    if (isDone) setTyped('');
    field.current?.focus();
  };
  return (
    <Modal title={ROOM_TEXT.inviteTitle} onClose={onClose} size="small">
      <form className="form" onSubmit={submit}>
        <PersonField policy={policy} value={typed} problem={problem} onChange={setTyped} fieldRef={field} />
        <ReasonField value={reason} onChange={setReason} />
        <FormEnd
          deed={deed}
          confirm={ROOM_TEXT.inviteNow}
          doing={ROOM_TEXT.inviting}
          onCancel={onClose}
          cancel={ROOM_TEXT.close}
          note={
            <p className="hint" role="status">
              {invited === '' ? null : ROOM_TEXT.invited(invited)}
            </p>
          }
        />
      </form>
    </Modal>
  );
}
