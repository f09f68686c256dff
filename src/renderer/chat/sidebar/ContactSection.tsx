import { type ReactElement, useMemo } from 'react';
import { tooltipOf } from '../../commands/table.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { CONTACTS_SECTION, groupedContacts } from '../../state/directory.ts';
import { COMMAND_TEXT } from '../../text/commands.ts';
import { PEOPLE_TEXT } from '../../text/people.ts';
import { SIDEBAR_TEXT } from '../../text/sidebar.ts';
import { RequestList } from '../people/RequestList.tsx';
import { ContactGroup } from './ContactGroup.tsx';
import { SectionHead } from './SectionHead.tsx';

/** The contacts in their groups. */
export function ContactSection(): ReactElement {
  const actions = useActions();
  const directory = useWindowState(({ app }) => app?.kind === 'running' && app.policy.people.directory);
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
        title={SIDEBAR_TEXT.contacts}
        sectionKey={CONTACTS_SECTION}
        collapsed={collapsed}
        count={new Set(groups.flatMap((group) => group.contacts.map((contact) => contact.jid))).size}
        unread={unread}
        level={2}
      >
        {directory ? (
          <button
            type="button"
            className="icon-button"
            aria-label={COMMAND_TEXT.directory}
            title={tooltipOf('directory')}
            onClick={() => actions.people.show('directory')}
          >
            <Icon name="search" size={14} />
          </button>
        ) : null}
        <button
          type="button"
          className="icon-button"
          aria-label={PEOPLE_TEXT.add}
          title={PEOPLE_TEXT.add}
          onClick={() => actions.people.show('contact-add')}
        >
          <Icon name="plus" size={14} />
        </button>
      </SectionHead>
      <RequestList />
      {collapsed
        ? null
        : groups.map((group) => <ContactGroup key={group.name} group={group} only={groups.length === 1} />)}
      {!collapsed && groups.length === 0 ? (
        <p className="rows-empty">
          {filter === '' ? SIDEBAR_TEXT.youHaveNoContactsYet : SIDEBAR_TEXT.noContactFitsTheFilter}
        </p>
      ) : null}
    </>
  );
}
