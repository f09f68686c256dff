import type { ReactElement } from 'react';
import type { WatchDialogName } from '../../state/view-state.ts';
import { AddTileDialog } from './AddTileDialog.tsx';
import { InboxDialog } from './InboxDialog.tsx';
import { LayoutsDialog } from './LayoutsDialog.tsx';
import { WatchwordsDialog } from './WatchwordsDialog.tsx';

/** The dialogs about watching. */
export function WatchDialogs({
  name,
  onClose,
}: {
  readonly name: WatchDialogName;
  readonly onClose: () => void;
}): ReactElement {
  switch (name) {
    case 'inbox':
      return <InboxDialog onClose={onClose} />;
    case 'watchwords':
      return <WatchwordsDialog onClose={onClose} />;
    case 'tile-add':
      return <AddTileDialog onClose={onClose} />;
    case 'layouts':
      return <LayoutsDialog onClose={onClose} />;
  }
}
