/** What is done for the commands about conversations, rooms, presence and the connection. */
import type { CoreCommand } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { XmppClient } from '../../xmpp/index.ts';
import type { History } from '../history/history.ts';
import type { LinkDesk } from '../link-desk.ts';
import type { Outbox } from '../messages/outbox.ts';
import { done, type Handlers } from './handlers.ts';

export interface CoreHandlerParts {
  readonly xmpp: Pick<XmppClient, 'leaveRoom' | 'setSubject' | 'setPresence'>;
  readonly joinRoom: (room: BareJid) => void;
  readonly outbox: Pick<Outbox, 'say' | 'retry'>;
  readonly history: Pick<History, 'older' | 'fillGap'>;
  readonly link: Pick<LinkDesk, 'attend'>;
  /** A conversation was seen up to its end. */
  readonly onRead: (conversation: BareJid) => void;
  readonly onReconnectNow: () => void;
}

export function coreHandlers({
  xmpp,
  joinRoom,
  outbox,
  history,
  link,
  onRead,
  onReconnectNow,
}: CoreHandlerParts): Handlers<CoreCommand> {
  return {
    'send-message': done(({ conversation, kind, body, label, reply }) =>
      outbox.say(conversation, kind, { body, ...(label === undefined ? {} : { label }) }, reply),
    ),
    'retry-message': done(({ conversation, id }) => outbox.retry(conversation, id)),
    'load-messages': ({ conversation, limit, before }) => history.older(conversation, limit, before),
    'fill-gap': done(({ conversation }) => history.fillGap(conversation)),
    'mark-read': done(({ conversation }) => onRead(conversation)),
    'join-room': done(({ room }) => joinRoom(room)),
    'leave-room': done(({ room }) => xmpp.leaveRoom(room)),
    'set-subject': done(({ room, subject }) => xmpp.setSubject(room, subject)),
    'set-presence': done(({ availability, status }) => xmpp.setPresence(availability, status)),
    'set-attention': done(({ attentive }) => link.attend(attentive)),
    'reconnect-now': done(() => onReconnectNow()),
  };
}
