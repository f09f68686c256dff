import type { ReactElement } from 'react';
import type { Contact } from '../../../shared/chat-model.ts';
import type { BareJid } from '../../../shared/jid.ts';
import { useWindowState } from '../../hooks/services.ts';
import { NameWarning } from '../../parts/NameWarning.tsx';
import { PresenceMark } from '../../parts/PresenceMark.tsx';
import { PEOPLE_TEXT } from '../../text/people.ts';
import { PRESENCE_TEXT } from '../../text/presence.ts';
import { SIDEBAR_TEXT } from '../../text/sidebar.ts';
import { ContactMenu } from '../people/ContactMenu.tsx';
import { activityText } from '../people/Extras.tsx';
import { formatMgrs } from '../people/position.ts';
import { useBlocked } from '../people/use-people.ts';
import { NotifyButton } from '../watch/NotifyButton.tsx';

/** Who this conversation is with. */
export function ContactHeader({ jid }: { readonly jid: BareJid }): ReactElement {
  const contact = useWindowState((state) => state.chat.contacts.get(jid));
  const blocked = useBlocked(jid);
  const extras = useWindowState((state) => state.chat.collections.extras.get(jid));
  const mgrs = extras?.position === undefined ? undefined : formatMgrs(extras.position);
  const availability = contact?.availability ?? 'offline';
  return (
    <div className="conversation-head">
      <PresenceMark availability={blocked ? 'offline' : availability} />
      <div className="conversation-title">
        <h1 dir="auto">
          {contact?.name ?? jid} <NameWarning warning={contact?.warning} />
        </h1>
        <p className="conversation-sub">
          <span title={blocked ? PEOPLE_TEXT.isBlockedLead : undefined}>{presenceOf(contact, blocked)}</span>
          {contact?.status === undefined || contact.status === '' ? null : <bdi>{contact.status}</bdi>}
          {extras?.activity === undefined || blocked ? null : <bdi>{activityText(extras.activity)}</bdi>}
          {mgrs === undefined || blocked ? null : <span>{mgrs}</span>}
          <span className="conversation-jid">{jid}</span>
        </p>
      </div>
      <div className="conversation-actions">
        <NotifyButton jid={jid} kind="contact" />
        <ContactMenu jid={jid} />
      </div>
    </div>
  );
}

/** What is known of somebody's presence, and why not more. */
function presenceOf(contact: Contact | undefined, blocked: boolean): string {
  if (blocked) return PEOPLE_TEXT.isBlocked;
  if (contact === undefined) return SIDEBAR_TEXT.strangers;
  if (contact.availability !== 'offline') return PRESENCE_TEXT[contact.availability];
  if (contact.asked === true) return `${PEOPLE_TEXT.noPresence}: ${PEOPLE_TEXT.asked}`;
  const shared = contact.subscription === 'to' || contact.subscription === 'both';
  return shared ? PRESENCE_TEXT.offline : PEOPLE_TEXT.noPresence;
}
