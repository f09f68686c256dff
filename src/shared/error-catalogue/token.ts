import type { Catalogue } from './error-text.ts';

/** Smart card, reader and PKCS#11 module. */
export const TOKEN_ERRORS = {
  MODULE_NOT_CONFIGURED: {
    title: 'The policy names no smart card driver for this computer.',
    action: 'Ask IT to add the PKCS#11 module to the policy.',
  },
  MODULE_MISSING: {
    title: 'The smart card driver is not installed: {path}.',
    action: 'Ask IT to install it.',
  },
  MODULE_HASH_MISMATCH: {
    title: 'The smart card driver {path} is not the one your organisation approved.',
    action: 'Do not enter your PIN. Report it to IT.',
  },
  MODULE_LOAD_FAILED: {
    title: 'The smart card driver {path} could not be loaded.',
    action: 'Ask IT to reinstall it.',
  },
  MODULE_HUNG: {
    title: 'The smart card driver stopped answering and was restarted.',
    action: 'Take the card out, put it back in and try again.',
  },
  MODULE_CRASHED: {
    title: 'The smart card driver crashed and was restarted.',
    action: 'Try again; tell IT if it goes on.',
  },
  NO_READER: {
    title: 'No smart card reader is connected.',
    action: 'Connect your reader. Sallyport goes on by itself.',
  },
  NO_CARD: {
    title: 'There is no smart card in the reader.',
    action: 'Insert your card. Sallyport goes on by itself.',
  },
  CARD_UNREADABLE: {
    title: 'The card in the reader cannot be read.',
    action: 'Take it out, clean the chip, insert it chip first and face up.',
  },
  CARD_REMOVED: {
    title: 'The smart card was removed.',
    action: 'Insert the same card and enter your PIN to go on.',
  },
  CERTIFICATE_NOT_FOUND: {
    title: 'The card has no certificate that your organisation accepts for signing in.',
    action: 'Check that this is your work card; ask your card office if it is.',
  },
  CERTIFICATE_EXPIRED: {
    title: 'The card’s certificate expired on {notAfter}.',
    action: 'Have the card renewed at your card office.',
  },
  CERTIFICATE_NOT_YET_VALID: {
    title: 'The card’s certificate is not valid before {notBefore}.',
    action: 'Check this computer’s date and time.',
  },
  PIN_FORMAT: { title: 'A PIN has 6 to 8 digits.', action: 'Type it again. No try was used.' },
  PIN_INCORRECT: {
    title: 'That PIN is not correct.',
    action: 'Type it again with care: the card locks after a few wrong tries.',
  },
  PIN_LAST_TRY: {
    title: 'That PIN is not correct, and one try is left.',
    action: 'If you are not certain, stop and ask your card office: one more wrong PIN locks the card.',
  },
  PIN_LOCKED: {
    title: 'The card is locked because of too many wrong PINs.',
    action: 'Have the PIN reset at your card office.',
  },
  PIN_CANCELLED: { title: 'The PIN was not entered.', action: 'Choose “Enter PIN” when you are ready.' },
  LOGIN_REQUIRED: { title: 'The card asks for the PIN again.', action: 'Enter your PIN.' },
  SIGN_FAILED: {
    title: 'The card could not sign.',
    action: 'Take the card out, put it back in and try again.',
  },
  SIGNATURE_INVALID: {
    title: 'The card’s signature does not fit its certificate.',
    action: 'The card may have been swapped. Take it out, put yours in and try again.',
  },
  SIGN_TIMEOUT: {
    title: 'The card took too long to sign.',
    action: 'Take the card out, put it back in and try again.',
  },
} as const satisfies Catalogue;
