/** From a message of a room to what it drew, and whose that is. */
import type { ChatMessage, Occupant, Room } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import { SELF } from '../../shared/message-actions.ts';
import type { ConversationAction, ConversationMessage } from '../../xmpp/index.ts';
import type { LoggedEntry, TakenBack } from './board-log.ts';

/** What is known of rooms and of who is in them. */
export interface EntryOptions {
  room(jid: BareJid): Room | undefined;
  occupant(room: BareJid, nick: string): Occupant | undefined;
  /** With its sender's name as it is to be shown. */
  present(message: ConversationMessage): ChatMessage;
}

/** What a message of a room drew. `archived`: it is known from the archive, which holds no clearing that the server refused. */
export function entryOf(
  options: EntryOptions,
  message: ConversationMessage,
  archived: boolean,
): LoggedEntry | undefined {
  const { conversation: room, kind, keys } = message;
  const {
    board: operations,
    reference,
    sender: nick,
    direction,
    at,
    label,
    file,
    delayed,
    retraction,
  } = message.message;
  if (kind !== 'room' || operations === undefined || retraction !== undefined) return undefined;
  const ownNick = options.room(room)?.nick;
  const author = authorOf(direction === 'out' ? SELF : reference?.author, nick, ownNick);
  const past = archived || delayed;
  const { sender, shownAs } = options.present(message);
  const archiveId = keys?.archiveId ?? reference?.archive;
  return {
    archiveId,
    ids: [message.message.id, reference?.id, reference?.stanza].filter((id) => id !== undefined),
    entry: {
      id: message.message.id,
      author,
      name: shownAs ?? sender,
      own: author === SELF,
      at,
      operations,
      mayClear: past || options.occupant(room, nick)?.role === 'moderator',
      state: 'kept',
      ...(label === undefined ? {} : { label }),
      ...(file === undefined ? {} : { file }),
    },
  };
}

/**
 * Whose an element is. Occupant ids where the room gives them; else the nickname, live and in the archive alike, because a board
 * that is read later has to come to the same as one that was watched.
 */
function authorOf(told: string | undefined, nick: string, ownNick: string | undefined): string {
  if (told === SELF || told?.startsWith('occupant:') === true) return told;
  return nick === ownNick ? SELF : `nick:${nick}`;
}

export function takenBackBy(action: ConversationAction, ownNick: string | undefined): TakenBack | undefined {
  const { action: what, author, name } = action;
  if (what.type === 'moderate') return { id: what.id, author: undefined, byRoom: true };
  if (what.type !== 'retract') return undefined;
  return { id: what.id, author: authorOf(author, name, ownNick), byRoom: false };
}
