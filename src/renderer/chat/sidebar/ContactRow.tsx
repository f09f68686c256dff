import { memo, type ReactElement } from 'react';
import type { Contact } from '../../../shared/chat-model.ts';
import { useActions } from '../../hooks/services.ts';
import { useUnread } from '../../hooks/use-unread.ts';
import { NameWarning } from '../../parts/NameWarning.tsx';
import { PresenceMark } from '../../parts/PresenceMark.tsx';
import { PEOPLE_TEXT } from '../../text/people.ts';
import { useBlocked } from '../people/use-people.ts';
import { SideRow } from './SideRow.tsx';

interface Props {
  readonly contact: Contact;
  readonly active: boolean;
}

/** One contact of the side bar. */
export const ContactRow = memo(function ContactRow({ contact, active }: Props): ReactElement {
  const actions = useActions();
  const unread = useUnread(contact.jid);
  const blocked = useBlocked(contact.jid);
  return (
    <SideRow
      kind="contact"
      unread={unread}
      quiet={contact.availability === 'offline' || blocked}
      active={active}
      title={`${contact.name}\n${contact.jid}${contact.status === undefined ? '' : `\n${contact.status}`}`}
      onOpen={() => actions.open({ jid: contact.jid, kind: 'contact' })}
    >
      <PresenceMark availability={blocked ? 'offline' : contact.availability} />
      <bdi className="row-name">{contact.name}</bdi>
      <NameWarning warning={contact.warning} />
      {blocked ? <span className="row-blocked">{PEOPLE_TEXT.isBlocked}</span> : null}
      {contact.status === undefined || contact.status === '' ? null : (
        <bdi className="row-status">{contact.status}</bdi>
      )}
    </SideRow>
  );
});
