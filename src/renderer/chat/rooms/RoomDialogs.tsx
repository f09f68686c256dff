import type { ReactElement } from 'react';
import type { PresentationPolicy } from '../../../shared/app-state.ts';
import type { BareJid } from '../../../shared/jid.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import type { RoomDialogName } from '../../state/view-state.ts';
import { DestroyRoomDialog } from './DestroyRoomDialog.tsx';
import { InviteDialog } from './InviteDialog.tsx';
import { MembersDialog } from './MembersDialog.tsx';
import { OccupantDialog } from './OccupantDialog.tsx';
import { RoomSettingsDialog } from './RoomSettingsDialog.tsx';

/** The dialogs about the open room. */
export function RoomDialogs({
  name,
  room,
  policy,
}: {
  readonly name: RoomDialogName;
  readonly room: BareJid;
  readonly policy: PresentationPolicy;
}): ReactElement {
  const actions = useActions();
  const occupant = useWindowState((state) => state.view.occupant ?? '');
  const close = () => actions.show(undefined);
  switch (name) {
    case 'room-settings':
      return <RoomSettingsDialog room={room} onClose={close} />;
    case 'room-destroy':
      return <DestroyRoomDialog room={room} onClose={close} />;
    case 'room-invite':
      return <InviteDialog room={room} policy={policy} onClose={close} />;
    case 'room-members':
      return <MembersDialog room={room} policy={policy} onClose={close} />;
    case 'room-occupant':
      return <OccupantDialog room={room} nick={occupant} onClose={close} />;
  }
}
