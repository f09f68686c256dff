import { type ReactElement, useEffect, useRef, useState } from 'react';
import type { Room } from '../../../shared/chat-model.ts';
import { useWindowState } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { ROOM_HEAD_TEXT } from '../../text/conversation.ts';
import { SubjectEditor } from './SubjectEditor.tsx';

/** The room's subject; moderators may change it (XEP-0045 8.1). */
export function RoomSubject({ room }: { readonly room: Room }): ReactElement {
  const [editing, setEditing] = useState(false);
  const editButton = useRef<HTMLButtonElement>(null);
  const wasEditing = useRef(false);
  const mayEdit = useWindowState((state) => {
    const self = state.chat.occupants.get(room.jid)?.get(room.nick);
    return room.state === 'joined' && self?.self === true && self.role === 'moderator';
  });
  useEffect(() => {
    if (wasEditing.current && !editing) editButton.current?.focus();
    wasEditing.current = editing;
  }, [editing]);
  if (editing && mayEdit) return <SubjectEditor room={room} onDone={() => setEditing(false)} />;
  return (
    <div className="conversation-sub">
      <p className="subject" dir="auto" title={room.subject}>
        {room.subject === '' ? ROOM_HEAD_TEXT.noSubject : room.subject}
      </p>
      {mayEdit ? (
        <button
          type="button"
          ref={editButton}
          className="icon-button"
          aria-label={ROOM_HEAD_TEXT.changeSubject}
          title={ROOM_HEAD_TEXT.changeSubject}
          onClick={() => setEditing(true)}
        >
          <Icon name="edit" size={12} />
        </button>
      ) : null}
    </div>
  );
}
