import type { Catalogue } from './error-text.ts';

/** The local history, search and export. */
export const HISTORY_ERRORS = {
  HISTORY_STORE_FULL: {
    title: 'The disk is full: what is said now waits to be kept on this computer.',
    action: 'Free some space: it is written then. Messages go on, and the server’s archive has them.',
  },
  HISTORY_STORE_NO_ROOM: {
    title: 'The disk is full: the history on this computer could not be opened.',
    action:
      'Free some space and sign in again. Until then conversations are in memory, and messages that waited to be sent stay on this computer.',
  },
  HISTORY_STORE_HEALED: {
    title: 'The history on this computer is written again.',
    action: 'Nothing of it was lost.',
  },
  HISTORY_STORE_GAPS: {
    title: 'The history on this computer is written again, without {count} messages.',
    action: 'They were too many to wait. The server’s archive has them; tell IT if it happens again.',
  },
  HISTORY_STORE_DAMAGED: {
    title: 'The history on this computer could not be read and was put aside.',
    action: 'A fresh one was begun. Tell IT: the damaged file is kept for examination.',
  },
  HISTORY_STORE_FAILED: {
    title: 'The history on this computer is not available.',
    action: 'Conversations are in memory until you sign out. Tell IT if it stays.',
  },
  HISTORY_NO_KEYCHAIN: {
    title: 'No history is kept on this computer: its keychain is not available.',
    action: 'Unlock the keychain (sign in to the desktop again) or ask IT. Conversations are in memory only.',
  },
  HISTORY_NEEDS_CARD: {
    title: 'No history is kept on this computer: the policy wants it locked with your card.',
    action: 'Sign in with the card. Conversations are in memory only.',
  },
  HISTORY_CARD_UNFIT: {
    title: 'No history is kept on this computer: your card’s key cannot lock it.',
    action: 'Only cards with RSA keys can. Ask IT to change the policy’s /history/wrap or your card.',
  },
  HISTORY_OTHER_CARD: {
    title: 'The history on this computer was locked with another card.',
    action:
      'Sign in with that card to read it. Conversations are in memory only; ask IT if you got a new card.',
  },
  EXPORT_NOT_ALLOWED: {
    title: 'Your organisation’s policy does not allow exports.',
    action: 'Ask IT if your work needs it (/history/export).',
  },
  EXPORT_NEEDS_CARD: {
    title: 'An export has to be signed with your card.',
    action: 'Sign in with the card and try again.',
  },
  EXPORT_EMPTY: {
    title: 'There is nothing to export.',
    action: 'Open the conversation, or search for other words, and try again.',
  },
  EXPORT_TOO_LARGE: {
    title: 'That is more than an export may hold ({limit} messages).',
    action: 'Export a search with before: and after: instead.',
  },
  EXPORT_PRINT_FAILED: {
    title: 'The PDF could not be made.',
    action: 'Export as HTML instead. Tell IT if it goes on.',
  },
} as const satisfies Catalogue;
