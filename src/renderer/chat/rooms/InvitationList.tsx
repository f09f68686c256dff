import type { ReactElement } from 'react';
import { parseJid } from '../../../shared/jid.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { ROOM_TEXT } from '../../text/rooms.ts';

/** Rooms that this user is invited to. They wait here until they are answered; nothing opens by itself. */
export function InvitationList(): ReactElement | null {
  const actions = useActions();
  const invitations = useWindowState((state) => state.chat.collections.invitations);
  const contacts = useWindowState((state) => state.chat.contacts);
  if (invitations.size === 0) return null;
  return (
    <section className="requests" aria-label={ROOM_TEXT.invitations}>
      <p className="requests-head" role="status">
        {ROOM_TEXT.invitationsOf(invitations.size)}
      </p>
      <ul className="requests-list">
        {[...invitations.values()].map(({ id, room, from, reason }) => {
          const bare = from.split('/', 1)[0] ?? from;
          const known = [...contacts.values()].find(({ jid }) => jid === bare)?.name;
          const who = bare === room ? from : known || bare;
          const name = parseJid(room)?.local ?? room;
          const answer = async (accept: boolean) => {
            if (await actions.rooms.answer(id, accept)) actions.open({ jid: room, kind: 'room' });
          };
          return (
            <li key={id} className="request">
              <p className="request-who">
                <bdi className="people-name">{name}</bdi>
              </p>
              <p className="conversation-jid">{room}</p>
              <bdi className="request-text">{ROOM_TEXT.invitedBy(who)}</bdi>
              {reason === '' ? null : <bdi className="request-text">{reason}</bdi>}
              <div className="button-row">
                <button type="button" className="button button-small" onClick={() => void answer(true)}>
                  {ROOM_TEXT.accept}
                  <span className="visually-hidden"> {name}</span>
                </button>
                <button type="button" className="button button-small" onClick={() => void answer(false)}>
                  {ROOM_TEXT.decline}
                  <span className="visually-hidden"> {name}</span>
                </button>
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
