import { memo, type ReactElement } from 'react';
import type { Room } from '../../../shared/chat-model.ts';
import { useActions } from '../../hooks/services.ts';
import { useUnread } from '../../hooks/use-unread.ts';
import { Icon } from '../../parts/Icon.tsx';
import { SIDEBAR_TEXT } from '../../text/sidebar.ts';
import { UnreadBadge } from './UnreadBadge.tsx';

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
  const classes = ['row', 'row-room'];
  if (unread > 0) classes.push('row-unread');
  if (room.state !== 'joined') classes.push('row-quiet');
  return (
    <li>
      <button
        type="button"
        className={classes.join(' ')}
        data-roving
        data-pane-focus={active ? '' : undefined}
        aria-current={active ? 'page' : undefined}
        title={room.subject === '' ? room.name : `${room.name}\n${room.subject}`}
        onClick={() => actions.open({ jid: room.jid, kind: 'room' })}
      >
        <Icon name="room" size={12} />
        <bdi className="row-name">{room.name}</bdi>
        <RoomState room={room} />
        <UnreadBadge count={unread} />
      </button>
    </li>
  );
});
