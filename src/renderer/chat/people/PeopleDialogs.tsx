import type { ReactElement } from 'react';
import type { PresentationPolicy } from '../../../shared/app-state.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import type { PeopleDialogName } from '../../state/view-state.ts';
import { ActivityDialog } from './ActivityDialog.tsx';
import { AddContactDialog } from './AddContactDialog.tsx';
import { BlockedDialog } from './BlockedDialog.tsx';
import { DirectoryDialog } from './DirectoryDialog.tsx';
import { EditContactDialog } from './EditContactDialog.tsx';
import { PositionDialog } from './PositionDialog.tsx';
import { ProfileDialog } from './ProfileDialog.tsx';
import { RemoveContactDialog } from './RemoveContactDialog.tsx';

/** The dialogs about people. */
export function PeopleDialogs({
  name,
  policy,
}: {
  readonly name: PeopleDialogName;
  readonly policy: PresentationPolicy;
}): ReactElement | null {
  const actions = useActions();
  const person = useWindowState((state) => state.view.person);
  const contact = useWindowState((state) =>
    person === undefined ? undefined : state.chat.contacts.get(person),
  );
  const close = () => actions.show(undefined);
  switch (name) {
    case 'contact-add':
      return <AddContactDialog policy={policy} person={person} onClose={close} />;
    case 'contact-edit':
      return contact === undefined ? null : <EditContactDialog contact={contact} onClose={close} />;
    case 'contact-remove':
      return contact === undefined ? null : <RemoveContactDialog contact={contact} onClose={close} />;
    case 'directory':
      return <DirectoryDialog onClose={close} />;
    case 'profile':
      return person === undefined ? null : <ProfileDialog person={person} onClose={close} />;
    case 'position':
      return <PositionDialog onClose={close} />;
    case 'activity':
      return <ActivityDialog onClose={close} />;
    case 'blocked':
      return <BlockedDialog onClose={close} />;
  }
}
