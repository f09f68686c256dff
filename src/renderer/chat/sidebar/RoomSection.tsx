import { type ReactElement, useMemo } from 'react';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { useUnreadIn } from '../../hooks/use-unread.ts';
import { Icon } from '../../parts/Icon.tsx';
import { ROOMS_SECTION, sortedRooms } from '../../state/directory.ts';
import { SIDEBAR_TEXT } from '../../text/sidebar.ts';
import { InvitationList } from '../rooms/InvitationList.tsx';
import { RoomRow } from './RoomRow.tsx';
import { SectionHead } from './SectionHead.tsx';

/** The rooms of this user, and the way into others. */
export function RoomSection(): ReactElement {
  const actions = useActions();
  const rooms = useWindowState((state) => state.chat.rooms);
  const filter = useWindowState((state) => state.view.filter);
  const active = useWindowState((state) => state.view.active?.jid);
  const collapsed = useWindowState((state) => state.view.collapsed.has(ROOMS_SECTION));
  const shown = useMemo(() => sortedRooms(rooms, filter), [rooms, filter]);
  const unread = useUnreadIn(shown);
  return (
    <>
      <SectionHead
        title={SIDEBAR_TEXT.rooms}
        sectionKey={ROOMS_SECTION}
        collapsed={collapsed}
        count={shown.length}
        unread={unread}
        level={2}
      >
        <button
          type="button"
          className="icon-button"
          aria-label={SIDEBAR_TEXT.joinARoom}
          title={SIDEBAR_TEXT.joinARoom}
          onClick={() => actions.show('join-room')}
        >
          <Icon name="plus" size={14} />
        </button>
      </SectionHead>
      <InvitationList />
      {collapsed ? null : (
        <ul className="rows">
          {shown.map((room) => (
            <RoomRow key={room.jid} room={room} active={room.jid === active} />
          ))}
        </ul>
      )}
      {!collapsed && shown.length === 0 ? (
        <p className="rows-empty">
          {filter === '' ? SIDEBAR_TEXT.youAreInNoRoom : SIDEBAR_TEXT.noRoomFitsTheFilter}
        </p>
      ) : null}
    </>
  );
}
