import type { Occupant } from '../../shared/chat-model.ts';
import type { ConversationKey } from '../state/view-state.ts';
import { useWindowState } from './services.ts';

/** This user as an occupant of the room; `undefined` one to one and outside it. */
export function useOwnOccupant({ jid, kind }: ConversationKey): Occupant | undefined {
  return useWindowState(({ chat }) => {
    const nick = kind === 'room' ? chat.rooms.get(jid)?.nick : undefined;
    return nick === undefined ? undefined : chat.occupants.get(jid)?.get(nick);
  });
}
