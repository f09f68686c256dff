/** What the screens about rooms say. */
import type { Affiliation, RoomDetails } from '../../shared/room-contract.ts';

export const ROOM_TEXT = {
  join: 'Join a room',
  create: 'Create…',
  createHint: 'Makes a room of this name and opens its settings.',
  list: 'Rooms of this service',
  loading: 'Asking the service for its rooms…',
  empty: 'The service lists no rooms. A hidden room can still be joined by its exact name.',
  nothingFits: 'No listed room has this name. A hidden room can still be joined by its exact name.',
  more: 'More rooms',
  shown: (shown: number, total: number | undefined) =>
    total !== undefined && total > shown
      ? `${shown} of ${total} rooms`
      : shown === 1
        ? '1 room'
        : `${shown} rooms`,
  occupants: (count: number) => (count === 1 ? '1 person' : `${count} people`),
  menu: 'More about this room',
  invite: 'Invite…',
  settings: 'Settings…',
  members: 'Members…',
  commands: 'Commands…',
  keepOn: 'Join after each sign-in',
  keepOff: 'Do not join after sign-in any more',
  leave: 'Leave the room',
  destroy: 'Close for good…',
  settingsTitle: 'Settings of the room',
  settingsLoading: 'Asking the room for its settings…',
  save: 'Save',
  saving: 'Saving…',
  close: 'Close',
  destroyTitle: 'Close the room for good',
  destroyLead: (name: string) =>
    `Everybody is put out of ${name}, and the room is gone. This cannot be undone.`,
  destroyHint: 'What was said stays on the computers of those who were there, and in the server’s records.',
  destroyNow: 'Close the room',
  destroying: 'Closing…',
  reason: 'Reason',
  reasonHint: 'Optional. The people concerned read it.',
  inviteTitle: 'Invite to the room',
  address: 'Whom',
  addressHint: (domain: string) => `The part before the @ is enough for people of ${domain}.`,
  addressInvalid: 'That is no address. It looks like ana.ramirez, or ana.ramirez@chat.example.mil.',
  addressOutside: 'The policy does not let you talk to people of that domain.',
  inviteNow: 'Invite',
  inviting: 'Inviting…',
  invited: (name: string) => `${name} was invited.`,
  invitations: 'Invitations',
  invitationsOf: (count: number) => (count === 1 ? 'Invited to a room' : `Invited to ${count} rooms`),
  invitedBy: (name: string) => `by ${name}`,
  accept: 'Join',
  decline: 'Decline',
  membersTitle: 'Members of the room',
  membersOf: 'List',
  membersLoading: 'Asking the room…',
  membersEmpty: 'Nobody is on this list.',
  add: 'Add',
  remove: 'Remove',
  removeOf: (name: string) => `Remove ${name} from this list`,
  manage: (name: string) => `Manage ${name}`,
  occupantTitle: 'Occupant',
  kick: 'Put out',
  kickHint: 'They can come back.',
  ban: 'Ban',
  banHint: 'They cannot come back until they are taken off the list of the banned.',
  grantVoice: 'Let speak',
  revokeVoice: 'Do not let speak',
  makeModerator: 'Make moderator',
  revokeModerator: 'No moderator any more',
  makeMember: 'Make member',
  unknownPerson: 'The room does not say who this is, so nothing lasting can be done.',
} as const;

export const AFFILIATION_TEXT: Readonly<Record<Affiliation, string>> = {
  owner: 'Owners',
  admin: 'Administrators',
  member: 'Members',
  outcast: 'Banned',
  none: 'Others',
};

/** What a room is like, in the words of a list. */
export function roomTraits(details: RoomDetails): string {
  const traits: string[] = [];
  if (details.membersOnly) traits.push('members only');
  if (details.passwordProtected) traits.push('password');
  if (details.moderated) traits.push('moderated');
  if (!details.persistent) traits.push('temporary');
  return traits.join(' · ');
}
