/** The names of everything that can be done by key, palette or menu, by the command's id. */
export const COMMAND_TEXT = {
  palette: 'Find a command',
  switcher: 'Go to a room, contact or feed',
  search: 'Search messages',
  export: 'Export this conversation…',
  'next-conversation': 'Next conversation',
  'previous-conversation': 'Previous conversation',
  'next-unread': 'Next unread conversation',
  'next-pane': 'Next part of the window',
  'previous-pane': 'Previous part of the window',
  composer: 'Back to the message field',
  label: 'Label of your messages',
  attach: 'Attach a file',
  'insert-dtg': 'Insert the current date-time group',
  template: 'Message from a template',
  'join-room': 'Join a room',
  occupants: 'Show or hide the occupants',
  whiteboard: 'Whiteboard of the open room',
  'leave-room': 'Leave the open room',
  adhoc: 'Commands of a service…',
  directory: 'Search the directory',
  inbox: 'Alerts and mentions',
  floor: 'Watch floor',
  layouts: 'Layouts of the watch floor…',
  watchwords: 'Watchwords…',
  feeds: 'Find feeds…',
  'contact-add': 'Add a contact',
  position: 'Share your position…',
  activity: 'Share what you are doing…',
  blocked: 'Blocked people…',
  available: 'Be available',
  chat: 'Be free to chat',
  away: 'Be away',
  xa: 'Be away for a long time',
  dnd: 'Do not disturb',
  status: 'Status message…',
  connection: 'Connection',
  reconnect: 'Connect now',
  policy: 'Policy of your organisation',
  'change-password': 'Change password…',
  shortcuts: 'Keyboard shortcuts',
  settings: 'Display settings',
  'zoom-in': 'Larger',
  'zoom-out': 'Smaller',
  'zoom-reset': 'Reset the size',
  'theme-system': 'Theme: same as the desktop',
  'theme-light': 'Theme: light',
  'theme-dark': 'Theme: dark',
  'theme-contrast': 'Theme: high contrast, dark',
  'theme-contrast-light': 'Theme: high contrast, light',
  'theme-night': 'Theme: red light',
  'time-zulu': 'Times: Zulu',
  'time-local': 'Times: local',
  'time-dtg': 'Times: date-time groups',
  'density-compact': 'Density: compact',
  'density-comfortable': 'Density: comfortable',
  'sign-out': 'Sign out',
} as const;

export type CommandId = keyof typeof COMMAND_TEXT;

/** The headings of the shortcut sheet, in its order. */
export const COMMAND_GROUPS = {
  go: 'Go to',
  message: 'Messages',
  room: 'Rooms',
  watch: 'Watch',
  people: 'People',
  window: 'Window',
  display: 'Display',
  session: 'You and the session',
} as const;

export type CommandGroup = keyof typeof COMMAND_GROUPS;

export const PALETTE_TEXT = {
  title: 'Commands',
  field: 'Command',
  list: 'Commands',
  nothing: 'No command has this in its name.',
  on: 'on',
} as const;

export const SHORTCUTS_TEXT = {
  title: 'Keyboard shortcuts',
  hint: 'While a dialog or menu is open, the keys work in it.',
  send: 'Send',
  newLine: 'New line',
  withinList: 'Within a list',
  oldestNewest: 'Oldest or newest message',
  correctLast: 'Correct the last message, from an empty field',
  completeName: 'Complete a name, in a room',
  reply: 'Reply',
  react: 'React',
  correct: 'Correct',
  takeBack: 'Take back',
  allActions: 'Everything that can be done',
  selected: 'On a selected message',
  closeOpen: 'Close what is open',
} as const;

/** `Attach a file (Ctrl+Shift+A)`. */
export function withKeys(text: string, keys: string | undefined): string {
  return keys === undefined ? text : `${text} (${keys})`;
}
