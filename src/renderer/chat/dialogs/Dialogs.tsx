import type { ReactElement } from 'react';
import type { PresentationPolicy } from '../../../shared/app-state.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import type { ConversationKey } from '../../state/view-state.ts';
import { AdHocDialog } from '../adhoc/AdHocDialog.tsx';
import { FeedsDialog } from '../feeds/FeedsDialog.tsx';
import { PublishDialog } from '../feeds/PublishDialog.tsx';
import { LabelDialog } from '../labels/LabelDialog.tsx';
import { PeopleDialogs } from '../people/PeopleDialogs.tsx';
import { PolicyDialog } from '../policy/PolicyDialog.tsx';
import { RoomDialogs } from '../rooms/RoomDialogs.tsx';
import { ExportDialog } from '../search/ExportDialog.tsx';
import { SearchDialog } from '../search/SearchDialog.tsx';
import { TemplateDialog } from '../templates/TemplateDialog.tsx';
import { WatchDialogs } from '../watch/WatchDialogs.tsx';
import { ConnectionDialog } from './ConnectionDialog.tsx';
import { JoinRoomDialog } from './JoinRoomDialog.tsx';
import { Palette } from './Palette.tsx';
import { SettingsDialog } from './SettingsDialog.tsx';
import { ShortcutsDialog } from './ShortcutsDialog.tsx';
import { StatusDialog } from './StatusDialog.tsx';
import { Switcher } from './Switcher.tsx';

function ExportOf({
  target,
  onClose,
}: {
  readonly target: ConversationKey | undefined;
  readonly onClose: () => void;
}): ReactElement | null {
  const chosen = useWindowState((state) => state.view.exportScope);
  if (chosen !== undefined) return <ExportDialog scope={chosen} kind="room" onClose={onClose} />;
  if (target === undefined) return null;
  const scope = { kind: 'conversation', conversation: target.jid } as const;
  return <ExportDialog scope={scope} kind={target.kind} onClose={onClose} />;
}

/** The dialog that is open, if one is. */
export function Dialogs({ policy }: { readonly policy: PresentationPolicy }): ReactElement | null {
  const actions = useActions();
  const dialog = useWindowState((state) => state.view.dialog);
  const active = useWindowState((state) => state.view.active);
  const feed = useWindowState((state) => state.view.feed);
  const close = () => actions.show(undefined);
  switch (dialog) {
    case 'switcher':
      return <Switcher onClose={close} />;
    case 'search':
      return <SearchDialog mayExport={policy.exports === true} onClose={close} />;
    case 'export':
      return <ExportOf target={active} onClose={close} />;
    case 'adhoc':
      return <AdHocDialog policy={policy} onClose={close} />;
    case 'feeds':
      return (
        <FeedsDialog services={policy.feeds?.services ?? []} people={policy.feeds?.people} onClose={close} />
      );
    case 'feed-publish':
      return feed === undefined ? null : <PublishDialog address={feed} onClose={close} />;
    case 'palette':
      return <Palette onClose={close} />;
    case 'settings':
      return <SettingsDialog onClose={close} />;
    case 'shortcuts':
      return <ShortcutsDialog onClose={close} />;
    case 'connection':
      return <ConnectionDialog onClose={close} />;
    case 'join-room':
      return (
        <JoinRoomDialog services={policy.roomServices} mayCreate={policy.rooms.create} onClose={close} />
      );
    case 'status':
      return <StatusDialog onClose={close} />;
    case 'policy':
      return <PolicyDialog onClose={close} />;
    case 'label':
      return active === undefined ? null : <LabelDialog target={active} onClose={close} />;
    case 'template':
      return active === undefined ? null : (
        <TemplateDialog target={active} templates={policy.templates} onClose={close} />
      );
    case 'inbox':
    case 'watchwords':
    case 'tile-add':
    case 'layouts':
      return <WatchDialogs name={dialog} onClose={close} />;
    case 'room-settings':
    case 'room-destroy':
    case 'room-invite':
    case 'room-members':
    case 'room-occupant':
      return active?.kind === 'room' ? <RoomDialogs name={dialog} room={active.jid} policy={policy} /> : null;
    case undefined:
      return null;
    default:
      return <PeopleDialogs name={dialog} policy={policy} />;
  }
}
