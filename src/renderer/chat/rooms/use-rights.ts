import type { BareJid } from '../../../shared/jid.ts';
import { useWindowState } from '../../hooks/services.ts';

/** What this user may do in a room, by the room's word and the policy's. */
export interface RoomRights {
  readonly invite: boolean;
  readonly configure: boolean;
  readonly destroy: boolean;
  /** Lists of members, administrators and the banned. */
  readonly members: boolean;
  /** Voice, and putting occupants out. */
  readonly moderate: boolean;
}

const NONE: RoomRights = { invite: false, configure: false, destroy: false, members: false, moderate: false };

export function useRights(room: BareJid): RoomRights {
  const policy = useWindowState(({ app }) => (app?.kind === 'running' ? app.policy.rooms : undefined));
  const self = useWindowState(({ chat }) => {
    const nick = chat.rooms.get(room)?.nick;
    return nick === undefined ? undefined : chat.occupants.get(room)?.get(nick);
  });
  if (self === undefined || policy === undefined) return NONE;
  const owner = self.affiliation === 'owner';
  return {
    invite: policy.invite,
    configure: owner && policy.create,
    destroy: owner,
    members: owner || self.affiliation === 'admin',
    moderate: self.role === 'moderator',
  };
}
