import { memo, type ReactElement } from 'react';
import type { Contact } from '../../../shared/chat-model.ts';
import { useActions } from '../../hooks/services.ts';
import { useUnread } from '../../hooks/use-unread.ts';
import { NameWarning } from '../../parts/NameWarning.tsx';
import { PresenceMark } from '../../parts/PresenceMark.tsx';
import { PEOPLE_TEXT } from '../../text/people.ts';
import { useBlocked } from '../people/use-people.ts';
import { UnreadBadge } from './UnreadBadge.tsx';

interface Props {
  readonly contact: Contact;
  readonly active: boolean;
}

/** One contact of the side bar. */
export const ContactRow = memo(function ContactRow({ contact, active }: Props): ReactElement {
  const actions = useActions();
  const unread = useUnread(contact.jid);
  const blocked = useBlocked(contact.jid);
  const classes = ['row', 'row-contact'];
  if (unread > 0) classes.push('row-unread');
  if (contact.availability === 'offline' || blocked) classes.push('row-quiet');
  return (
    <button
      type="button"
      className={classes.join(' ')}
      data-roving
      data-pane-focus={active ? '' : undefined}
      aria-current={active ? 'page' : undefined}
      title={`${contact.name}\n${contact.jid}${contact.status === undefined ? '' : `\n${contact.status}`}`}
      onClick={() => actions.open({ jid: contact.jid, kind: 'contact' })}
    >
      <PresenceMark availability={blocked ? 'offline' : contact.availability} />
      <bdi className="row-name">{contact.name}</bdi>
      <NameWarning warning={contact.warning} />
      {blocked ? <span className="row-blocked">{PEOPLE_TEXT.isBlocked}</span> : null}
      {contact.status === undefined || contact.status === '' ? null : (
        <bdi className="row-status">{contact.status}</bdi>
      )}
      <UnreadBadge count={unread} />
    </button>
  );
});
