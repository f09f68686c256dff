import { memo, type ReactElement } from 'react';
import type { Contact } from '../../../shared/chat-model.ts';
import { useActions } from '../../hooks/services.ts';
import { NameWarning } from '../../parts/NameWarning.tsx';
import { PresenceMark } from '../../parts/PresenceMark.tsx';
import { UnreadBadge } from './UnreadBadge.tsx';

interface Props {
  readonly contact: Contact;
  readonly unread: number;
  readonly active: boolean;
}

/** One contact of the side bar. */
export const ContactRow = memo(function ContactRow({ contact, unread, active }: Props): ReactElement {
  const actions = useActions();
  const classes = ['row', 'row-contact'];
  if (unread > 0) classes.push('row-unread');
  if (contact.availability === 'offline') classes.push('row-quiet');
  return (
    <li>
      <button
        type="button"
        className={classes.join(' ')}
        data-roving
        data-pane-focus={active ? '' : undefined}
        aria-current={active ? 'page' : undefined}
        title={`${contact.name}\n${contact.jid}${contact.status === undefined ? '' : `\n${contact.status}`}`}
        onClick={() => actions.open({ jid: contact.jid, kind: 'contact' })}
      >
        <PresenceMark availability={contact.availability} />
        <bdi className="row-name">{contact.name}</bdi>
        <NameWarning warning={contact.warning} />
        {contact.status === undefined || contact.status === '' ? null : (
          <bdi className="row-status">{contact.status}</bdi>
        )}
        <UnreadBadge count={unread} />
      </button>
    </li>
  );
});
