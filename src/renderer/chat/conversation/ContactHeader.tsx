import type { ReactElement } from 'react';
import type { BareJid } from '../../../shared/jid.ts';
import { useWindowState } from '../../hooks/services.ts';
import { NameWarning } from '../../parts/NameWarning.tsx';
import { PresenceMark } from '../../parts/PresenceMark.tsx';
import { PRESENCE_TEXT } from '../../text/presence.ts';

/** Who this conversation is with. */
export function ContactHeader({ jid }: { readonly jid: BareJid }): ReactElement {
  const contact = useWindowState((state) => state.chat.contacts.get(jid));
  const availability = contact?.availability ?? 'offline';
  return (
    <div className="conversation-head">
      <PresenceMark availability={availability} />
      <div className="conversation-title">
        <h1 dir="auto">
          {contact?.name ?? jid} <NameWarning warning={contact?.warning} />
        </h1>
        <p className="conversation-sub">
          <span>{contact === undefined ? 'Not in your contacts' : PRESENCE_TEXT[availability]}</span>
          {contact?.status === undefined || contact.status === '' ? null : <bdi>{contact.status}</bdi>}
          <span className="conversation-jid">{jid}</span>
        </p>
      </div>
    </div>
  );
}
