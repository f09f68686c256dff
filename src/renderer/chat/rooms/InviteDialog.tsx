import { type FormEvent, type ReactElement, useState } from 'react';
import type { PresentationPolicy } from '../../../shared/app-state.ts';
import type { ErrorReport } from '../../../shared/errors.ts';
import type { BareJid } from '../../../shared/jid.ts';
import { useActions } from '../../hooks/services.ts';
import { useFocusFirst } from '../../hooks/use-focus-first.ts';
import { ErrorNotice } from '../../parts/ErrorNotice.tsx';
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
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorReport>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const address = typedAddress(typed, policy.domain, policy.people);
    setProblem(address.ok ? undefined : address.problem);
    if (!address.ok || busy) return;
    setBusy(true);
    const failure = await rooms.invite(room, address.jid, reason);
    setBusy(false);
    setError(failure);
    setInvited(failure === undefined ? address.jid : '');
    if (failure === undefined) setTyped('');
    field.current?.focus();
  };
  return (
    <Modal title={ROOM_TEXT.inviteTitle} onClose={onClose} size="small">
      <form className="form" onSubmit={submit}>
        <PersonField policy={policy} value={typed} problem={problem} onChange={setTyped} fieldRef={field} />
        <ReasonField value={reason} onChange={setReason} />
        {error === undefined ? null : <ErrorNotice error={error} />}
        <p className="hint" role="status">
          {invited === '' ? null : ROOM_TEXT.invited(invited)}
        </p>
        <div className="button-row">
          <button type="submit" className="button button-primary" aria-disabled={busy}>
            {busy ? ROOM_TEXT.inviting : ROOM_TEXT.inviteNow}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {ROOM_TEXT.close}
          </button>
        </div>
      </form>
    </Modal>
  );
}
