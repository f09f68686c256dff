import { type ReactElement, useState } from 'react';
import type { Occupant } from '../../../shared/chat-model.ts';
import type { ErrorReport } from '../../../shared/errors.ts';
import type { BareJid } from '../../../shared/jid.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { ErrorNotice } from '../../parts/ErrorNotice.tsx';
import { Modal } from '../../parts/Modal.tsx';
import { ROLE_TEXT, STANDING_TEXT } from '../../text/conversation.ts';
import { ROOM_TEXT } from '../../text/rooms.ts';
import { ReasonField } from './ReasonField.tsx';
import { useRights } from './use-rights.ts';

interface Deed {
  readonly label: string;
  readonly hint?: string;
  readonly danger?: boolean;
  readonly run: (reason: string) => Promise<ErrorReport | undefined>;
}

/** One occupant and what may be done about them: voice, moderator, member, putting out, banning. */
export function OccupantDialog({
  room,
  nick,
  onClose,
}: {
  readonly room: BareJid;
  readonly nick: string;
  readonly onClose: () => void;
}): ReactElement {
  const occupant = useWindowState(({ chat }) => chat.occupants.get(room)?.get(nick));
  const deeds = useDeeds(room, occupant);
  const [reason, setReason] = useState('');
  const [error, setError] = useState<ErrorReport>();
  const act = async ({ run }: Deed) => {
    const failure = await run(reason);
    if (failure === undefined) onClose();
    else setError(failure);
  };
  return (
    <Modal title={ROOM_TEXT.occupantTitle} onClose={onClose} size="small">
      <div className="form">
        <p>
          <bdi className="people-name">{occupant?.shownAs ?? nick}</bdi>
        </p>
        <p className="conversation-jid">{occupant?.jid ?? ROOM_TEXT.unknownPerson}</p>
        {occupant === undefined ? null : (
          <p className="hint">
            {[ROLE_TEXT[occupant.role], STANDING_TEXT[occupant.affiliation], ...(occupant.hats ?? [])].join(
              ' · ',
            )}
          </p>
        )}
        <ReasonField value={reason} onChange={setReason} />
        {error === undefined ? null : <ErrorNotice error={error} />}
        <div className="room-deeds">
          {deeds.map((deed) => (
            <button
              key={deed.label}
              type="button"
              className={deed.danger === true ? 'button button-danger' : 'button'}
              title={deed.hint}
              onClick={() => void act(deed)}
            >
              {deed.label}
            </button>
          ))}
        </div>
      </div>
    </Modal>
  );
}

function useDeeds(room: BareJid, occupant: Occupant | undefined): readonly Deed[] {
  const { rooms } = useActions();
  const rights = useRights(room);
  if (occupant === undefined || occupant.self) return [];
  const { nick, role, affiliation, jid } = occupant;
  const setRole = (to: Occupant['role']) => (reason: string) => rooms.setRole(room, nick, to, reason);
  const setAffiliation = (person: BareJid, to: Occupant['affiliation']) => (reason: string) =>
    rooms.setAffiliation(room, person, to, reason);
  const deeds: Deed[] = [];
  if (rights.moderate) {
    if (role === 'visitor') deeds.push({ label: ROOM_TEXT.grantVoice, run: setRole('participant') });
    if (role === 'participant') deeds.push({ label: ROOM_TEXT.revokeVoice, run: setRole('visitor') });
  }
  if (rights.members) {
    if (role !== 'moderator') deeds.push({ label: ROOM_TEXT.makeModerator, run: setRole('moderator') });
    else if (affiliation !== 'owner' && affiliation !== 'admin')
      deeds.push({ label: ROOM_TEXT.revokeModerator, run: setRole('participant') });
    if (affiliation === 'none' && jid !== undefined)
      deeds.push({ label: ROOM_TEXT.makeMember, run: setAffiliation(jid, 'member') });
  }
  if (rights.moderate)
    deeds.push({ label: ROOM_TEXT.kick, hint: ROOM_TEXT.kickHint, danger: true, run: setRole('none') });
  if (rights.members && jid !== undefined) {
    deeds.push({
      label: ROOM_TEXT.ban,
      hint: ROOM_TEXT.banHint,
      danger: true,
      run: setAffiliation(jid, 'outcast'),
    });
  }
  return deeds;
}
