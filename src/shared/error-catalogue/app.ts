import type { Catalogue } from './error-text.ts';

/** The application itself. */
export const APP_ERRORS = {
  START_SWITCH_REFUSED: {
    title: 'Sallyport was started with an option that is not allowed: {switch}.',
    action: 'Start it from its normal icon. If you did, tell IT.',
  },
  START_ENVIRONMENT_REFUSED: {
    title: 'Sallyport was started with an environment variable that is not allowed: {variable}.',
    action: 'Start it from its normal icon. If you did, tell IT.',
  },
  START_AS_ROOT: {
    title: 'Sallyport must not run as an administrator.',
    action: 'Start it as an ordinary user.',
  },
  KEYCHAIN_UNAVAILABLE: {
    title: 'This computer’s keychain is not available.',
    action: 'Unlock it (sign in to the desktop again) or ask IT. Nothing is stored without it.',
  },
  TRUST_ANCHOR_MISSING: {
    title: 'This installation has no trust anchor of your organisation.',
    action: 'Ask IT to install Sallyport from your organisation’s package.',
  },
  IPC_REFUSED: {
    title: 'An internal request was refused.',
    action: 'Start Sallyport again. Tell IT if it goes on.',
  },
  TEXT_UNSENDABLE: {
    title: 'The text has characters that no message can carry.',
    action: 'Type it anew, or copy it from elsewhere as plain text.',
  },
  PREFERENCES_NOT_KEPT: {
    title: 'Your choice could not be written to this computer.',
    action: 'It holds until Sallyport ends. Tell IT if it happens again; the disk may be full.',
  },
  DESKTOP_REFUSED: {
    title: 'Your organisation’s policy does not allow this.',
    action: 'Copying, pasting or dragging is switched off here. Ask IT if your work needs it.',
  },
  LINK_REFUSED: {
    title: 'This link may not be opened.',
    action:
      'Your organisation’s policy names the sites that links may lead to. Ask IT if this one is needed.',
  },
  LAYOUTS_FULL: {
    title: 'There are {count} saved layouts, which is all that are kept.',
    action: 'Delete one that you no longer use, then save this one again.',
  },
  LEVELS_FULL: {
    title:
      'There are {count} conversations with a notification level of their own, which is all that are kept.',
    action: 'The level was not changed. Ask IT to set levels for your rooms in another way.',
  },
  ACKNOWLEDGEMENT_NOT_SHARED: {
    title: 'You acknowledged, but the room could not be told of it for {count} of these messages.',
    action: 'If others need to know, write it in the room. Check that you are still in it.',
  },
  PREFS_NOT_SAVED: {
    title: 'Your watchwords, levels and layouts could not be saved on this computer.',
    action: 'They hold until you sign out. Ask IT whether the disk is full.',
  },
  TILE_WINDOWS_FULL: {
    title: 'There are {count} torn-off windows already.',
    action: 'Close one of them, then tear this one off.',
  },
  SESSION_CRASHED: {
    title: 'Sallyport’s connection process ended unexpectedly.',
    action: 'Sallyport starts it again.',
  },
  INTERNAL: {
    title: 'Something went wrong inside Sallyport.',
    action: 'Start it again. Tell IT if it goes on.',
  },
} as const satisfies Catalogue;
