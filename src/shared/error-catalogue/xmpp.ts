import type { Catalogue } from './error-text.ts';

/** XMPP stream, sign-in and stanzas. */
export const XMPP_ERRORS = {
  STREAM_TIMEOUT: {
    title: 'The server did not answer in time.',
    action: 'Sallyport connects again by itself.',
  },
  STREAM_CLOSED: { title: 'The server ended the connection.', action: 'Sallyport connects again by itself.' },
  STREAM_MALFORMED: {
    title: 'The server sent something that is not valid XMPP.',
    action: 'Report it to IT if it goes on.',
  },
  STREAM_LIMIT: {
    title: 'The server sent more than Sallyport accepts ({limit}).',
    action: 'Report it to IT if it goes on.',
  },
  STREAM_ERROR: {
    title: 'The server ended the connection: {condition}.',
    action: 'Sallyport connects again by itself.',
  },
  REDIRECT_REFUSED: {
    title: 'The server tried to send this computer to another address.',
    action: 'Sallyport did not go there. Report it to IT.',
  },
  SASL_EXTERNAL_NOT_OFFERED: {
    title: 'The server does not offer sign-in by smart card.',
    action: 'Ask IT: the server must offer SASL EXTERNAL.',
  },
  SASL_REFUSED: {
    title: 'The server refused your sign-in ({condition}).',
    action: 'Your card may not be linked to an account. Ask IT.',
  },
  ACCOUNT_DISABLED: { title: 'Your account is disabled.', action: 'Ask IT or your administrator.' },
  CONFLICT: {
    title: 'You signed in somewhere else, and that session took over.',
    action: 'Choose “Sign in here” to take it back. If it was not you, report it at once.',
  },
  BIND_FAILED: { title: 'The server did not open a session.', action: 'Sallyport tries again by itself.' },
  GUARD_REFUSED: {
    title: 'The policy does not allow that ({reason}).',
    action: 'Ask IT if you need it for your work.',
  },
  DIRECTORY_OFF: {
    title: 'The policy does not let you look people up.',
    action: 'Ask IT if you need it for your work.',
  },
  DIRECTORY_SEARCH_SHORT: {
    title: 'That is too little to look for.',
    action: 'Type at least two letters of a name, a title or a unit.',
  },
  DIRECTORY_UNAVAILABLE: {
    title: 'The directory cannot be searched that way.',
    action: 'Try the name alone, or ask IT: the server’s directory may not be set up.',
  },
  FEATURE_OFF: {
    title: 'The policy does not have this.',
    action: 'Ask IT if you need it for your work.',
  },
  TEMPLATE_UNKNOWN: {
    title: 'The policy has no such template any more.',
    action: 'Nothing was sent. Choose another template.',
  },
  TEMPLATE_INCOMPLETE: {
    title: 'Something is missing, or not as the template asks ({field}).',
    action: 'Nothing was sent. Fill it in and send again.',
  },
  MESSAGE_TOO_LONG: { title: 'The message is too long.', action: 'Shorten it or send it in parts.' },
  MESSAGE_REFUSED: { title: 'The message was not delivered ({condition}).', action: 'Try again or ask IT.' },
  LABEL_REQUIRED: {
    title: 'This needs a label before it can be sent.',
    action: 'Choose one beside the message field (Ctrl+Shift+L), then send again.',
  },
  LABEL_NOT_ALLOWED: {
    title: 'The policy does not allow {label} here.',
    action: 'Nothing was sent. Do not send it under a lower label: use a system that may hold it, or ask IT.',
  },
  LABEL_UNKNOWN: {
    title: 'The policy has no such label.',
    action: 'Nothing was sent. Choose another label and send again.',
  },
  LABEL_LOWERED: {
    title: 'That label is lower than the one of the message you answer or correct.',
    action: 'Nothing was sent. Choose the same label or a higher one, then send again.',
  },
  MESSAGE_UNREACHABLE: {
    title: 'That cannot be done with this message.',
    action: 'The server has not given it an id, or it is not in memory any more. Write a message instead.',
  },
  CORRECTION_TOO_LATE: {
    title: 'This message cannot be corrected any more.',
    action: 'It is older than a day, or was corrected too often. Write a message instead.',
  },
  HISTORY_REFUSED: {
    title: 'The server does not give the older messages ({condition}).',
    action: 'Try again or ask IT.',
  },
  HISTORY_EMPTY: {
    title: 'The {count} messages before these hold nothing that may be shown.',
    action: 'Try again to look further back.',
  },
  HISTORY_NOT_HERE: {
    title: 'This message is not there any more.',
    action: 'Neither this computer nor the server’s archive has it. Look in the conversation at its time.',
  },
  HISTORY_MALFORMED: {
    title: 'The server’s archive of messages does not make sense ({reason}).',
    action: 'Report it to IT if it goes on.',
  },
  ROOM_JOIN_FAILED: {
    title: 'You could not enter the room ({condition}).',
    action: 'Ask the room’s owner or IT.',
  },
  ROOM_SWITCHED_OFF: {
    title: 'The room is switched off at the server.',
    action:
      'Its history is kept. Enter it again when IT has switched it on; ask them if you do not know why.',
  },
  NOT_CONNECTED: {
    title: 'You are not connected.',
    action: 'Nothing was done. Try again when the connection is back.',
  },
} as const satisfies Catalogue;
