import { type ReactElement, useMemo } from 'react';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { useUnreadIn } from '../../hooks/use-unread.ts';
import { ROOMS_SECTION, sortedRooms } from '../../state/directory.ts';
import { SIDEBAR_TEXT } from '../../text/sidebar.ts';
import { InvitationList } from '../rooms/InvitationList.tsx';
import { RoomRow } from './RoomRow.tsx';
import { SideSection } from './SideSection.tsx';

/** The rooms of this user, and the way into others. */
export function RoomSection(): ReactElement {
  const actions = useActions();
  const rooms = useWindowState((state) => state.chat.rooms);
  const filter = useWindowState((state) => state.view.filter);
  const active = useWindowState((state) => state.view.active?.jid);
  const shown = useMemo(() => sortedRooms(rooms, filter), [rooms, filter]);
  const unread = useUnreadIn(shown);
  return (
    <SideSection
      title={SIDEBAR_TEXT.rooms}
      sectionKey={ROOMS_SECTION}
      count={shown.length}
      unread={unread}
      deeds={[{ icon: 'plus', label: SIDEBAR_TEXT.joinARoom, onDo: () => actions.show('join-room') }]}
      waiting={<InvitationList />}
      empty={{
        none: SIDEBAR_TEXT.youAreInNoRoom,
        begin: SIDEBAR_TEXT.findARoom,
        fits: SIDEBAR_TEXT.noRoomFitsTheFilter,
      }}
      isEmpty={shown.length === 0}
    >
      <ul className="rows">
        {shown.map((room) => (
          <RoomRow key={room.jid} room={room} active={room.jid === active} />
        ))}
      </ul>
    </SideSection>
  );
}
