import { type ReactElement, useMemo } from 'react';
import { useWindowState } from '../../hooks/services.ts';
import { CONTACTS_SECTION, groupedContacts } from '../../state/directory.ts';
import { ContactGroup } from './ContactGroup.tsx';
import { SectionHead } from './SectionHead.tsx';

/** The contacts in their groups. */
export function ContactSection(): ReactElement {
  const contacts = useWindowState((state) => state.chat.contacts);
  const summaries = useWindowState((state) => state.chat.summaries);
  const filter = useWindowState((state) => state.view.filter);
  const collapsed = useWindowState((state) => state.view.collapsed.has(CONTACTS_SECTION));
  const groups = useMemo(() => groupedContacts(contacts, summaries, filter), [contacts, summaries, filter]);
  let unread = 0;
  for (const summary of summaries.values()) if (summary.kind === 'contact') unread += summary.unread;
  return (
    <>
      <SectionHead
        title="Contacts"
        sectionKey={CONTACTS_SECTION}
        collapsed={collapsed}
        count={new Set(groups.flatMap((group) => group.contacts.map((contact) => contact.jid))).size}
        unread={unread}
        level={2}
      />
      {collapsed
        ? null
        : groups.map((group) => <ContactGroup key={group.name} group={group} only={groups.length === 1} />)}
      {!collapsed && groups.length === 0 ? (
        <p className="rows-empty">
          {filter === '' ? 'You have no contacts yet.' : 'No contact fits the filter.'}
        </p>
      ) : null}
    </>
  );
}
