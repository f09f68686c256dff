import type { Catalogue } from './error-text.ts';

export const ROOM_ERRORS = {
  ROOM_FORBIDDEN: {
    title: 'The room does not let you do that.',
    action: 'Ask an owner or administrator of the room.',
  },
  ROOM_NOT_FOUND: {
    title: 'There is no such room, or it does not show itself to you.',
    action: 'Check the name, or ask whoever told you of it.',
  },
  ROOM_REFUSED: {
    title: 'The room service refused ({condition}).',
    action: 'Try again or ask IT.',
  },
  ROOM_FORM_STALE: {
    title: 'These settings are not the ones that the room asked for.',
    action: 'Open the settings again and repeat the change.',
  },
  ROOM_FORM_FIELD: {
    title: 'The setting “{field}” is not filled in rightly.',
    action: 'Correct it and save again.',
  },
  ROOM_CREATE_OFF: {
    title: 'Your organisation’s policy has no rooms made by analysts.',
    action: 'Ask operations for the room.',
  },
  ROOM_INVITE_OFF: {
    title: 'Your organisation’s policy has no invitations.',
    action: 'Ask an owner of the room, or operations.',
  },
  INVITATION_GONE: {
    title: 'This invitation is not open any more.',
    action: 'Join the room by its name.',
  },
  BOARD_PICTURE: {
    title:
      'Only a picture (PNG or JPEG, at most 5 MiB) that was shared in this room can lie behind its whiteboard.',
    action: 'Share the picture in the room as a file first.',
  },
  BOARD_PICTURE_UNFIT: {
    title: 'The picture is damaged, is no PNG or JPEG, or has too many pixels to be shown.',
    action: 'Save the file to look at it, or ask for a smaller picture.',
  },
  BOOKMARKS_UNSUPPORTED: {
    title: 'The server does not keep your list of rooms.',
    action:
      'The rooms of the policy are joined all the same. IT can switch bookmarks (XEP-0402) on at the server.',
  },
  BOOKMARKS_UNSAFE: {
    title: 'The server would show your list of rooms to others, so it was not saved.',
    action: 'Tell IT: the node urn:xmpp:bookmarks:1 has to have the access model “whitelist”.',
  },
  BOOKMARK_FOREIGN: {
    title: 'Another program keeps more in this bookmark than Sallyport knows of.',
    action: 'Change it there, or remove it here and add it anew.',
  },
} as const satisfies Catalogue;
