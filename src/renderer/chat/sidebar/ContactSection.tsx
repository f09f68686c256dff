import { type ReactElement, useMemo, useRef } from 'react';
import type { Contact } from '../../../shared/chat-model.ts';
import { tooltipOf } from '../../commands/table.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { useUnreadOf } from '../../hooks/use-unread.ts';
import { CONTACTS_SECTION, groupedContacts, strangers } from '../../state/directory.ts';
import { COMMAND_TEXT } from '../../text/commands.ts';
import { PEOPLE_TEXT } from '../../text/people.ts';
import { SIDEBAR_TEXT } from '../../text/sidebar.ts';
import { RequestList } from '../people/RequestList.tsx';
import { ContactList } from './ContactList.tsx';
import { SideSection } from './SideSection.tsx';

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
  const others = useStrangers();
  const groups = useMemo(() => groupedContacts(contacts, others, filter), [contacts, others, filter]);
  const count = useMemo(() => new Set(groups.flatMap((group) => group.contacts)).size, [groups]);
  const unread = useUnreadOf('contact');
  const search = {
    icon: 'search',
    label: COMMAND_TEXT.directory,
    tooltip: tooltipOf('directory'),
    onDo: () => actions.people.show('directory'),
  } as const;
  const add = {
    icon: 'plus',
    label: PEOPLE_TEXT.add,
    onDo: () => actions.people.show('contact-add'),
  } as const;
  return (
    <SideSection
      title={SIDEBAR_TEXT.contacts}
      sectionKey={CONTACTS_SECTION}
      count={count}
      unread={unread}
      deeds={directory ? [search, add] : [add]}
      waiting={<RequestList />}
      empty={{
        none: SIDEBAR_TEXT.youHaveNoContactsYet,
        begin: SIDEBAR_TEXT.addYourFirstContact,
        fits: SIDEBAR_TEXT.noContactFitsTheFilter,
      }}
      isEmpty={groups.length === 0}
    >
      <ContactList groups={groups} />
    </SideSection>
  );
}
