import type { ReactElement } from 'react';
import type { Occupant } from '../../../shared/chat-model.ts';
import { NameWarning } from '../../parts/NameWarning.tsx';
import { PresenceMark } from '../../parts/PresenceMark.tsx';

interface Props {
  readonly occupant: Occupant;
  readonly position: number;
  readonly count: number;
  /** Distance from the top of the list in pixels. */
  readonly offset: number;
}

/** What is said beside the name: only what makes this occupant different. */
function roleText({ role, affiliation }: Occupant): string {
  if (affiliation === 'owner' || affiliation === 'admin') return affiliation;
  return role === 'moderator' || role === 'visitor' ? role : '';
}

const nameOf = ({ shownAs, nick }: Occupant): string => shownAs ?? nick;

/** One occupant of a room. */
export function OccupantRow({ occupant, position, count, offset }: Props): ReactElement {
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
      {occupant.self ? <span className="row-note">you</span> : null}
      <span className="row-note">{roleText(occupant)}</span>
    </li>
  );
}
