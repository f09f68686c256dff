import { memo, type ReactElement } from 'react';
import type { Room } from '../../../shared/chat-model.ts';
import { useActions } from '../../hooks/services.ts';
import { useUnread } from '../../hooks/use-unread.ts';
import { Icon } from '../../parts/Icon.tsx';
import { SIDEBAR_TEXT } from '../../text/sidebar.ts';
import { SideRow } from './SideRow.tsx';

interface Props {
  readonly room: Room;
  readonly active: boolean;
}

function RoomState({ room }: { readonly room: Room }): ReactElement {
  switch (room.state) {
    case 'joined':
      return (
        <span className="row-count">
          {room.occupantCount}
          <span className="visually-hidden"> {SIDEBAR_TEXT.occupants}</span>
        </span>
      );
    case 'joining':
      return <span className="row-note">{SIDEBAR_TEXT.joining}</span>;
    case 'failed':
      return <span className="row-note row-note-danger">{SIDEBAR_TEXT.notEntered}</span>;
    case 'left':
      return <span className="row-note">{SIDEBAR_TEXT.left}</span>;
  }
}

/** One room of the side bar. */
export const RoomRow = memo(function RoomRow({ room, active }: Props): ReactElement {
  const actions = useActions();
  const unread = useUnread(room.jid);
  return (
    <li>
      <SideRow
        kind="room"
        unread={unread}
        quiet={room.state !== 'joined'}
        active={active}
        title={room.subject === '' ? room.name : `${room.name}\n${room.subject}`}
        onOpen={() => actions.open({ jid: room.jid, kind: 'room' })}
      >
        <Icon name="room" size={12} />
        <bdi className="row-name">{room.name}</bdi>
        <RoomState room={room} />
      </SideRow>
    </li>
  );
});
