import type { ReactElement } from 'react';
import { useWindowState } from '../../hooks/services.ts';
import { type ContactGroup as Group, groupKey, NO_GROUP } from '../../state/directory.ts';
import { SIDEBAR_TEXT } from '../../text/sidebar.ts';
import { ContactRow } from './ContactRow.tsx';
import { SectionHead } from './SectionHead.tsx';

interface Props {
  readonly group: Group;
  /** True when it is the only group; the one without a name then needs no head. */
  readonly only: boolean;
}

/** One roster group. */
export function ContactGroup({ group, only }: Props): ReactElement {
  const summaries = useWindowState((state) => state.chat.summaries);
  const active = useWindowState((state) => state.view.active?.jid);
  const key = groupKey(group.name);
  const collapsed = useWindowState((state) => state.view.collapsed.has(key));
  const headless = only && group.name === NO_GROUP;
  let unread = 0;
  for (const contact of group.contacts) unread += summaries.get(contact.jid)?.unread ?? 0;
  return (
    <>
      {headless ? null : (
        <SectionHead
          title={group.name === NO_GROUP ? SIDEBAR_TEXT.noGroup : group.name}
          sectionKey={key}
          collapsed={collapsed}
          count={group.contacts.length}
          unread={unread}
          level={3}
        />
      )}
      {collapsed && !headless ? null : (
        <ul className="rows">
          {group.contacts.map((contact) => (
            <ContactRow
              key={contact.jid}
              contact={contact}
              unread={summaries.get(contact.jid)?.unread ?? 0}
              active={contact.jid === active}
            />
          ))}
        </ul>
      )}
    </>
  );
}
