/** What the screens about watching say. */
import type { AlertSound, NotifyLevel, Severity } from '../../shared/watch-contract.ts';

export const LEVEL_TEXT: Readonly<Record<NotifyLevel, string>> = {
  all: 'Every message',
  mentions: 'Mentions and watchwords',
  none: 'Nothing (muted)',
};

export const SEVERITY_TEXT: Readonly<Record<Severity, string>> = {
  info: 'Information',
  warning: 'Warning',
  critical: 'Critical',
};

export const SOUND_TEXT: Readonly<Record<AlertSound, string>> = {
  none: 'No sound',
  soft: 'Soft',
  urgent: 'Urgent',
};

export const WATCH_TEXT = {
  notify: (level: string) => `Notifications: ${level}`,
  notifyMenu: 'What is announced here',
  inbox: 'Alerts and mentions',
  inboxButton: (count: number) =>
    count === 0 ? 'Alerts' : `${count} ${count === 1 ? 'alert' : 'alerts'} to acknowledge`,
  empty: 'Nothing has been raised since you signed in. Mentions of you and watchwords appear here.',
  noMatch: 'No alert fits these filters. Change them to see others.',
  show: 'Show',
  unacknowledged: 'Not acknowledged',
  unacknowledgedByAll: 'Acknowledged by nobody',
  everything: 'All',
  severity: 'Severity',
  anySeverity: 'Any severity',
  label: 'Label',
  anyLabel: 'Any label',
  noLabel: 'No label',
  since: 'Since',
  sender: 'Sender',
  spans: {
    hour: 'The last hour',
    shift: 'The last 12 hours',
    all: 'Sign-in',
  },
  mention: 'You were mentioned',
  watchword: (word: string) => `Watchword ${word}`,
  ownList: 'Your watchwords',
  jump: (room: string) => `Go to the message in ${room}`,
  acknowledge: 'Acknowledge',
  acknowledgeShown: (count: number) =>
    count === 1 ? 'Acknowledge the one shown' : `Acknowledge the ${count} shown`,
  acknowledgedAt: (time: string) => `Acknowledged ${time} by you`,
  acknowledgements: 'Who acknowledged it',
  you: 'you',
  /** @param more how many others besides */
  acknowledgedBy: (name: string, time: string, more: number) =>
    `Acknowledged by ${name}, ${time}${more === 0 ? '' : ` and ${more} more`}`,
  acknowledgement: (name: string, time: string) => `${name}, ${time}`,
  acknowledgementWaits: 'not told to the room yet',
  strip: (count: number) =>
    count === 1 ? '1 watchword is not acknowledged.' : `${count} watchwords are not acknowledged.`,
  newest: (what: string, room: string) => `Newest: ${what} in ${room}`,
  openInbox: 'All alerts',
  goTo: 'Go to message',
  muted: 'muted',
  words: 'Watchwords',
  wordsLead: 'A word, a phrase, or the beginning of a word with a star: missile*. One on each line.',
  wordsStored: 'Kept in a file of your own on this computer, not encrypted.',
  wordsField: 'Your watchwords',
  wordsInvalid: (word: string) =>
    `“${word}” is no watchword: it needs a letter or digit, and a star only at its end.`,
  wordsTooMany: (count: number) => `At most ${count} words.`,
  sound: 'Sound',
  repeat: 'Repeat the sound until acknowledged',
  policyLists: 'Your organisation’s lists',
  policyList: (count: number) => (count === 1 ? '1 word' : `${count} words`),
  save: 'Save',
  saving: 'Saving…',
  floor: 'Watch floor',
  floorLead: 'Put up to 12 conversations side by side, and watch them all at once.',
  floorEmpty: 'The watch floor is empty',
  addFirst: 'Add the first conversation',
  openLayout: 'Open a layout',
  floorClose: 'Back to one conversation',
  add: 'Add a conversation',
  addNone: 'Every conversation that you have is here.',
  full: (count: number) => `All ${count} places are taken.`,
  layouts: 'Layouts',
  layoutsPolicy: 'Your organisation’s layouts',
  layoutsOwn: 'Your layouts',
  noLayouts: 'No layout is saved.',
  saveLayout: 'Save layout…',
  layoutName: 'Name of the layout',
  deleteLayout: (name: string) => `Delete the layout ${name}`,
  tearOff: (name: string) => `Show ${name} in a window of its own`,
  remove: (name: string) => `Take ${name} off the watch floor`,
  moveEarlier: (name: string) => `Move ${name} one place back`,
  write: (name: string) => `Write to ${name}`,
  draft: 'Unsent draft',
  tile: (name: string, unread: number) => (unread === 0 ? name : `${name}, ${unread} unread`),
  notJoined: 'You are not in this room.',
  join: 'Join',
  covered: 'This screen is covered.',
  coveredLead: 'Use the main window to go on.',
  closeWindow: 'Close this window',
} as const;
