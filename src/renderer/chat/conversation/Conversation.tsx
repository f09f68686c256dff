import { memo, type ReactElement } from 'react';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { ErrorNotice } from '../../parts/ErrorNotice.tsx';
import { NO_MESSAGES } from '../../state/chat-state.ts';
import type { ConversationKey } from '../../state/view-state.ts';
import { ROOM_HEAD_TEXT } from '../../text/conversation.ts';
import { DropOverlay } from '../files/DropOverlay.tsx';
import { TransferList } from '../files/TransferList.tsx';
import { useFileDrop } from '../files/use-file-drop.ts';
import { Board } from '../whiteboard/Board.tsx';
import { Composer } from './Composer.tsx';
import { ContactHeader } from './ContactHeader.tsx';
import { IncomingAnnouncer } from './IncomingAnnouncer.tsx';
import { MessageList } from './MessageList.tsx';
import { OccupantList } from './OccupantList.tsx';
import { RoomHeader } from './RoomHeader.tsx';
import { UndeliveredBar } from './UndeliveredBar.tsx';

/** What a message changes nothing about is not drawn again with it. */
const Head = { room: memo(RoomHeader), contact: memo(ContactHeader) };
const Transfers = memo(TransferList);
const Writing = memo(Composer);
const Occupants = memo(OccupantList);

/** One conversation: head, messages, composer, and the occupants of a room. */
export function Conversation({ target }: { readonly target: ConversationKey }): ReactElement {
  const actions = useActions();
  const { jid, kind } = target;
  const messages = useWindowState((state) => state.chat.conversations.get(jid) ?? NO_MESSAGES);
  const room = useWindowState((state) => state.chat.rooms.get(jid));
  const occupantsShown = useWindowState((state) => state.view.occupantsShown);
  const hasBoards = useWindowState(({ app }) => app?.kind === 'running' && app.policy.rooms.whiteboard);
  const boardShown = useWindowState((state) => state.view.board === jid);
  const absent = kind === 'room' && room?.state !== 'joined';
  const drop = useFileDrop(target, !absent);
  return (
    <>
      <main className="conversation" {...drop.handlers}>
        {drop.over ? <DropOverlay jid={jid} /> : null}
        {kind === 'room' ? <Head.room jid={jid} room={room} /> : <Head.contact jid={jid} />}
        <MessageList target={target} messages={messages} />
        <IncomingAnnouncer target={target} log={messages.log} />
        <UndeliveredBar jid={jid} log={messages.log} />
        <Transfers jid={jid} />
        {absent ? (
          <div className="room-absent">
            {room?.error === undefined ? null : <ErrorNotice error={room.error} />}
            <p>{room?.state === 'joining' ? ROOM_HEAD_TEXT.entering : ROOM_HEAD_TEXT.absent}</p>
            {room?.state === 'joining' ? null : (
              <button type="button" className="button button-primary" onClick={() => actions.joinRoom(jid)}>
                {room?.error === undefined ? ROOM_HEAD_TEXT.join : ROOM_HEAD_TEXT.tryAgain}
              </button>
            )}
          </div>
        ) : (
          <Writing target={target} />
        )}
      </main>
      {kind === 'room' && hasBoards && boardShown && !absent ? <Board room={jid} /> : null}
      {kind === 'room' && occupantsShown && !absent ? <Occupants room={jid} /> : null}
    </>
  );
}
