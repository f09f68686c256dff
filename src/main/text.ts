/** Every word that the main process says to people: menu, tray, notifications, and the values of the policy page. */
import type { Notice, Severity } from '../shared/watch-contract.ts';

export const APP_NAME = 'Sallyport';

/** The letter after `&` chooses the entry on keyboards. Entries that are only a role are named by Electron. */
export const MENU_TEXT = {
  application: '&Sallyport',
  quit: '&Quit Sallyport',
  edit: '&Edit',
  window: '&Window',
} as const;

export const TRAY_TEXT = {
  unread: (total: number) => (total === 0 ? APP_NAME : `${APP_NAME}: ${total} unread`),
  show: 'Open Sallyport',
  quit: 'Quit Sallyport',
} as const;

/** What a notification says: at most this, and less where the policy says so. */
export const NOTICE_TEXT = {
  reasons: {
    message: ['New message', 'New messages'],
    mention: ['You were mentioned', 'New messages; you were mentioned'],
    watchword: ['Watchword', 'New messages; a watchword is among them'],
  } satisfies Readonly<Record<Notice['reason'], readonly [one: string, several: string]>>,
  severities: {
    info: (title) => title,
    warning: (title) => `Warning: ${title}`,
    critical: (title) => `Critical: ${title}`,
  } satisfies Readonly<Record<Severity, (title: string) => string>>,
  open: 'Open Sallyport to read it.',
  /** @param more messages beside the one that is shown */
  andMore: (text: string, more: number) => (more === 0 ? text : `${text} (and ${more} more)`),
  from: (sender: string) => `From ${sender}`,
  unread: (total: number) => (total === 1 ? '1 unread message' : `${total} unread messages`),
} as const;

/** What the dialogs of the system are told that choose files. */
export const CHOOSER_TEXT = { textFiles: 'Text' } as const;

/** Values of the policy as its page and its export show them. */
export const POLICY_VALUE_TEXT = {
  notSet: '(not set)',
  empty: '(empty)',
  none: '(none)',
  masked: '(set, not shown)',
  yes: 'yes',
  no: 'no',
  andMore: (shown: string, more: number) => `${shown} and ${more} more`,
  certificate: (hash: string) => `certificate or list, SHA-256 ${hash}…`,
} as const;
