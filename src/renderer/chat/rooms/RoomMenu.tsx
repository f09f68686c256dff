import type { ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { Separator } from 'react-aria-components/Separator';
import type { BareJid } from '../../../shared/jid.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { ROOM_TEXT } from '../../text/rooms.ts';
import { useRights } from './use-rights.ts';

/** What can be done about the open room. */
export function RoomMenu({ room }: { readonly room: BareJid }): ReactElement {
  const { rooms, adHoc, leaveRoom } = useActions();
  const rights = useRights(room);
  const bookmark = useWindowState((state) => state.chat.collections.bookmarks.get(room));
  const support = useWindowState((state) => state.chat.collections.bookmarkSupport.get('support')?.support);
  const hasCommands = useWindowState(({ app }) => app?.kind === 'running' && app.policy.commands === true);
  const canKeep = support === 'kept';
  return (
    <MenuTrigger>
      <Button className="icon-button" aria-label={ROOM_TEXT.menu}>
        <Icon name="more" />
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu className="menu" aria-label={ROOM_TEXT.menu}>
          {rights.invite ? (
            <MenuItem onAction={() => rooms.show('room-invite')}>{ROOM_TEXT.invite}</MenuItem>
          ) : null}
          {bookmark?.autojoin === true ? (
            <MenuItem isDisabled={!canKeep} onAction={() => rooms.forget(room)}>
              {ROOM_TEXT.keepOff}
            </MenuItem>
          ) : (
            <MenuItem isDisabled={!canKeep} onAction={() => rooms.keep(room, true)}>
              {ROOM_TEXT.keepOn}
            </MenuItem>
          )}
          {rights.members ? (
            <MenuItem onAction={() => rooms.show('room-members')}>{ROOM_TEXT.members}</MenuItem>
          ) : null}
          {rights.configure ? (
            <MenuItem onAction={() => rooms.show('room-settings')}>{ROOM_TEXT.settings}</MenuItem>
          ) : null}
          {hasCommands ? <MenuItem onAction={() => adHoc.show(room)}>{ROOM_TEXT.commands}</MenuItem> : null}
          <Separator />
          <MenuItem onAction={() => leaveRoom(room)}>{ROOM_TEXT.leave}</MenuItem>
          {rights.destroy ? (
            <MenuItem className="menu-danger" onAction={() => rooms.show('room-destroy')}>
              {ROOM_TEXT.destroy}
            </MenuItem>
          ) : null}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
