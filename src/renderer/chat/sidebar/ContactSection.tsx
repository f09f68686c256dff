import { type ReactElement, useMemo, useRef } from 'react';
import type { Contact } from '../../../shared/chat-model.ts';
import { tooltipOf } from '../../commands/table.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { useUnreadOf } from '../../hooks/use-unread.ts';
import { Icon } from '../../parts/Icon.tsx';
import { CONTACTS_SECTION, groupedContacts, strangers } from '../../state/directory.ts';
import { COMMAND_TEXT } from '../../text/commands.ts';
import { PEOPLE_TEXT } from '../../text/people.ts';
import { SIDEBAR_TEXT } from '../../text/sidebar.ts';
import { RequestList } from '../people/RequestList.tsx';
import { ContactList } from './ContactList.tsx';
import { SectionHead } from './SectionHead.tsx';

/** People who are in no list; the same array as long as they are the same people, however much they write. */
function useStrangers(): readonly Contact[] {
  const known = useRef<readonly Contact[]>([]);
  return useWindowState(({ chat }) => {
    const now = strangers(chat.contacts, chat.summaries);
    const same =
      now.length === known.current.length && now.every(({ jid }, index) => jid === known.current[index]?.jid);
    if (!same) known.current = now;
    return known.current;
  });
}

/** The contacts in their groups. */
export function ContactSection(): ReactElement {
  const actions = useActions();
  const directory = useWindowState(({ app }) => app?.kind === 'running' && app.policy.people.directory);
  const contacts = useWindowState((state) => state.chat.contacts);
  const filter = useWindowState((state) => state.view.filter);
  const collapsed = useWindowState((state) => state.view.collapsed.has(CONTACTS_SECTION));
  const others = useStrangers();
  const groups = useMemo(() => groupedContacts(contacts, others, filter), [contacts, others, filter]);
  const count = useMemo(() => new Set(groups.flatMap((group) => group.contacts)).size, [groups]);
  const unread = useUnreadOf('contact');
  return (
    <>
      <SectionHead
        title={SIDEBAR_TEXT.contacts}
        sectionKey={CONTACTS_SECTION}
        collapsed={collapsed}
        count={count}
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
      {collapsed ? null : <ContactList groups={groups} />}
      {!collapsed && groups.length === 0 ? (
        <p className="rows-empty">
          {filter === '' ? SIDEBAR_TEXT.youHaveNoContactsYet : SIDEBAR_TEXT.noContactFitsTheFilter}
        </p>
      ) : null}
    </>
  );
}
