import type { ReactElement } from 'react';
import type { Room } from '../../../shared/chat-model.ts';
import type { BareJid } from '../../../shared/jid.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { ROOM_HEAD_TEXT } from '../../text/conversation.ts';
import { RoomMenu } from '../rooms/RoomMenu.tsx';
import { NotifyButton } from '../watch/NotifyButton.tsx';
import { BoardButton } from '../whiteboard/BoardButton.tsx';
import { RoomSubject } from './RoomSubject.tsx';

/** The room's name and subject, its occupants, and what can be done about it. */
export function RoomHeader({
  jid,
  room,
}: {
  readonly jid: BareJid;
  readonly room: Room | undefined;
}): ReactElement {
  const actions = useActions();
  const occupantsShown = useWindowState((state) => state.view.occupantsShown);
  const joined = room?.state === 'joined';
  return (
    <div className="conversation-head">
      <Icon name="room" />
      <div className="conversation-title">
        <h1 dir="auto" title={jid}>
          {room?.name ?? jid}
        </h1>
        {room === undefined ? null : <RoomSubject room={room} />}
      </div>
      {joined ? (
        <div className="conversation-actions">
          <BoardButton room={jid} />
          <NotifyButton jid={jid} kind="room" />
          <button
            type="button"
            className="button button-small"
            aria-pressed={occupantsShown}
            aria-label={ROOM_HEAD_TEXT.occupantsOf(room.occupantCount)}
            onClick={() => actions.toggleOccupants()}
          >
            <Icon name="people" size={14} />
            {room.occupantCount}
          </button>
          <RoomMenu room={jid} />
        </div>
      ) : null}
    </div>
  );
}
