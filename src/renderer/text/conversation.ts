/** What an open conversation says around its messages. */
import type { Occupant } from '../../shared/chat-model.ts';

const numbers = new Intl.NumberFormat('en-GB');

export const CONVERSATION_TEXT = {
  none: 'No conversation is open',
  unread: (count: number) => {
    if (count === 0) return 'Nothing is unread.';
    return `${count} unread ${count === 1 ? 'message waits' : 'messages wait'}.`;
  },
  messages: 'Messages',
  incoming: 'Incoming messages',
  announced: (count: number, label: string | undefined) =>
    `${count} new messages${label === undefined ? '' : `, up to ${label}`}`,
  unreadMark: 'New',
  sinceYouWereHere: (count: number) => `${count} new since you were here`,
  newest: 'Jump to latest',
  below: (count: number) => `${count} new ${count === 1 ? 'message' : 'messages'}`,
  delayed: 'delayed',
  sentEarlier: (at: string) => `Sent ${at}, arrived later`,
  historyFailed: 'Older messages could not be loaded.',
  historyLoading: 'Loading messages…',
  historyEmpty: {
    contact: 'No messages yet. Write the first one below.',
    room: 'No messages yet. Everybody in the room reads what you write.',
    absent: 'What is said here is shown once you have joined.',
  },
  historyOldest: 'This is the oldest message of this conversation.',
  gapLoading: (span: string) => `Loading messages between ${span}…`,
  gap: (span: string) => `Messages between ${span} are not here.`,
  gapMore: (length: string, span: string) => `${length} of messages are not loaded, between ${span}.`,
  loadGap: 'Load',
  tryAgain: 'Try again',
  notDelivered: 'Not delivered.',
  sendAgain: 'Send again',
  undelivered: 'Not delivered',
  undeliveredOf: (count: number) =>
    count === 1 ? 'One message was not delivered.' : `${count} messages were not delivered.`,
  sendAllAgain: (count: number) => (count === 1 ? 'Send it again' : 'Send all again'),
} as const;

/** What the field says in which messages are written. */
export const COMPOSER_TEXT = {
  field: (name: string) => `Message to ${name}`,
  placeholder: 'Write a message',
  send: 'Send',
  labelMissing: (keys: string) => `Not sent: choose a label first (${keys}). The policy asks for one here.`,
  enterSends: 'sends',
  shiftEnterBreaks: 'new line',
  offline: 'Not connected: messages wait on this computer and go out when the connection is back.',
  /** @param left characters that may still be written; negative for those too many */
  left: (left: number) =>
    left >= 0 ? `${numbers.format(left)} characters left` : `${numbers.format(-left)} characters too many`,
} as const;

/** What the head of a room and the list of its occupants say. */
export const ROOM_HEAD_TEXT = {
  entering: 'Entering the room…',
  absent: 'You are not in this room.',
  join: 'Join',
  occupants: 'Occupants',
  occupantsOf: (count: number) => `Occupants: ${count}`,
  occupantList: 'List of occupants',
  you: 'you',
  noSubject: 'No subject',
  tryAgain: 'Try again',
  changeSubject: 'Change the subject',
  subject: 'Subject',
  setSubject: 'Set subject',
  cancel: 'Cancel',
} as const;

/** What an occupant may do in the room (XEP-0045 5.1). */
export const ROLE_TEXT: Readonly<Record<Occupant['role'], string>> = {
  moderator: 'moderator',
  participant: 'participant',
  visitor: 'visitor',
  none: 'none',
};

/** What an occupant is to the room (XEP-0045 5.2). */
export const STANDING_TEXT: Readonly<Record<Occupant['affiliation'], string>> = {
  owner: 'owner',
  admin: 'admin',
  member: 'member',
  outcast: 'banned',
  none: 'none',
};
