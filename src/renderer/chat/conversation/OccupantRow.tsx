import type { ReactElement } from 'react';
import type { Occupant } from '../../../shared/chat-model.ts';
import { useActions } from '../../hooks/services.ts';
import { Icon } from '../../parts/Icon.tsx';
import { NameWarning } from '../../parts/NameWarning.tsx';
import { PresenceMark } from '../../parts/PresenceMark.tsx';
import { ROLE_TEXT, ROOM_HEAD_TEXT, STANDING_TEXT } from '../../text/conversation.ts';
import { ROOM_TEXT } from '../../text/rooms.ts';

interface Props {
  readonly occupant: Occupant;
  readonly position: number;
  readonly count: number;
  /** Distance from the top of the list in pixels. */
  readonly offset: number;
  /** Whether this user may do something about occupants. */
  readonly manages: boolean;
}

/** What is said beside the name: only what makes this occupant different. */
function roleText({ role, affiliation }: Occupant): string {
  if (affiliation === 'owner' || affiliation === 'admin') return STANDING_TEXT[affiliation];
  return role === 'moderator' || role === 'visitor' ? ROLE_TEXT[role] : '';
}

const nameOf = ({ shownAs, nick }: Occupant): string => shownAs ?? nick;

/** One occupant of a room. */
export function OccupantRow({ occupant, position, count, offset, manages }: Props): ReactElement {
  const { rooms } = useActions();
  const name = nameOf(occupant);
  const hat = occupant.hats?.[0];
  const others = (occupant.hats?.length ?? 1) - 1;
  return (
    <li
      className="occupant"
      style={{ transform: `translateY(${offset}px)` }}
      aria-posinset={position}
      aria-setsize={count}
      title={occupant.jid === undefined ? nameOf(occupant) : `${nameOf(occupant)}\n${occupant.jid}`}
    >
      <PresenceMark availability={occupant.availability} />
      <bdi className="row-name">{nameOf(occupant)}</bdi>
      <NameWarning warning={occupant.warning} />
      {hat === undefined ? null : (
        <span className="occupant-hat" title={occupant.hats?.join('\n')}>
          <bdi>{hat}</bdi>
          {others === 0 ? null : ` +${others}`}
        </span>
      )}
      {occupant.self ? <span className="row-note">{ROOM_HEAD_TEXT.you}</span> : null}
      <span className="row-note">{roleText(occupant)}</span>
      {manages && !occupant.self ? (
        <button
          type="button"
          className="icon-button"
          aria-label={ROOM_TEXT.manage(name)}
          onClick={() => rooms.show('room-occupant', occupant.nick)}
        >
          <Icon name="more" size={14} />
        </button>
      ) : null}
    </li>
  );
}
