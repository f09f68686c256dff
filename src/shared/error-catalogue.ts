/**
 * The catalogue of errors: one table a module, each code with the sentences a person reads.
 *
 * `title` says what happened, `action` what to do now and who can do it. Placeholders `{name}` are filled from the
 * error's detail. Sentences are plain English, never blame the reader and never contain a secret.
 */
export interface ErrorText {
  readonly title: string;
  readonly action: string;
}

type Catalogue = Readonly<Record<string, ErrorText>>;

/** Policy verification (policy-bundle: the numbered steps) and its sources. */
export const POLICY_ERRORS = {
  CLOCK_ROLLED_BACK: {
    title: 'This computer’s clock is behind the last time Sallyport ran.',
    action: 'Correct the date and time, then start Sallyport again. If the clock is right, ask IT.',
  },
  ABSENT: {
    title: 'No policy is installed on this computer.',
    action: 'Ask IT to install your organisation’s policy bundle at {path}.',
  },
  PATH_UNTRUSTED: {
    title: 'The policy file could have been changed by someone who is not an administrator.',
    action: 'Ask IT to restore the owner and permissions of {path}.',
  },
  TOO_LARGE: {
    title: 'The policy file is larger than 1 MiB.',
    action: 'Ask IT to install the correct policy bundle.',
  },
  MALFORMED: { title: 'The policy file is damaged.', action: 'Ask IT to install the policy bundle again.' },
  FORMAT_UNKNOWN: {
    title: 'The policy file has a format that this version does not know.',
    action: 'Ask IT whether Sallyport needs an update.',
  },
  STATE_CORRUPT: {
    title: 'Sallyport’s own record of past policies is damaged.',
    action: 'Ask IT to repair this installation. Sallyport stays locked until then.',
  },
  ROOT_SIGNATURE: {
    title: 'A trust root in the policy file is not signed by enough of your organisation’s root keys.',
    action: 'Do not use this file. Report it to IT: it may have been tampered with.',
  },
  ROOT_GAP: {
    title: 'The policy file skips a version of the trust root.',
    action: 'Ask IT for a complete policy bundle.',
  },
  ROOT_ROLLBACK: {
    title: 'The policy file brings an older trust root than this computer already trusts.',
    action: 'Do not use this file. Report it to IT: it may be a replay of an old bundle.',
  },
  ROOT_EXPIRED: {
    title: 'Your organisation’s trust root has expired.',
    action: 'Ask IT for a bundle with a renewed root.',
  },
  TYPE_CONFUSION: {
    title: 'A signed part of the policy file is not what it is used as.',
    action: 'Do not use this file. Report it to IT: it may have been tampered with.',
  },
  BELOW_THRESHOLD: {
    title: 'The policy is not signed by enough of the keys your organisation trusts.',
    action: 'Do not use this file. Report it to IT: it may have been tampered with.',
  },
  UNKNOWN_SIGNER: {
    title: 'The policy is signed only by keys your organisation does not trust.',
    action: 'Do not use this file. Report it to IT: it may have been tampered with.',
  },
  NOT_CANONICAL: {
    title: 'The signed policy is not in canonical form.',
    action: 'Ask IT to sign the policy again with sallyport-policy.',
  },
  WRONG_AUDIENCE: {
    title: 'This policy is meant for other computers.',
    action: 'Ask IT for the policy of this computer.',
  },
  ROLLBACK: {
    title: 'This policy is older than one this computer has already accepted.',
    action: 'Report it to IT: it may be a replay of an old bundle.',
  },
  EQUIVOCATION: {
    title: 'There are two different policies with the same sequence number.',
    action: 'Report it to IT at once: one of them is not genuine or was signed by mistake.',
  },
  NOT_YET_VALID: {
    title: 'This policy is not valid yet (from {notBefore}).',
    action: 'Check the clock, or wait until then.',
  },
  EXPIRED: { title: 'The policy expired on {expires}.', action: 'Ask IT for the current policy bundle.' },
  FROZEN: {
    title: 'There is no recent proof that this policy is still the current one.',
    action: 'Ask IT for a freshened bundle; this computer may be cut off from updates.',
  },
  MIX_AND_MATCH: {
    title: 'The proof of freshness belongs to another policy.',
    action: 'Report it to IT: parts of different bundles were put together.',
  },
  OVERLAY_UNAUTHORISED: {
    title: 'A policy overlay is not signed by an allowed signer.',
    action: 'Report it to IT.',
  },
  OVERLAY_LOOSENS: { title: 'A policy overlay tries to loosen the policy.', action: 'Report it to IT.' },
  OVERLAY_UNLISTED: { title: 'A policy overlay is not listed by the policy.', action: 'Report it to IT.' },
  APP_VERSION: {
    title: 'The policy does not allow this version of Sallyport ({version}).',
    action: 'Ask IT to install a version from {min} to {max}.',
  },
  SCHEMA: {
    title: 'The policy contains a setting that is not valid: {pointer}.',
    action: 'Ask IT to correct and sign it again.',
  },
  UNENFORCEABLE: {
    title: 'This version of Sallyport cannot enforce a setting of the policy: {setting}.',
    action: 'Ask IT whether Sallyport needs an update.',
  },
  STATE_WRITE_FAILED: {
    title: 'Sallyport could not record the policy it accepted.',
    action: 'Free some disk space or ask IT to check permissions, then start again.',
  },
} as const satisfies Catalogue;

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

/** TCP and TLS. */
export const TLS_ERRORS = {
  DNS_FAILED: {
    title: 'The server’s name {host} could not be found.',
    action: 'Check the network connection.',
  },
  SERVER_UNREACHABLE: {
    title: 'The server {host} does not answer.',
    action: 'Check the network connection. Sallyport keeps trying.',
  },
  CONNECT_TIMEOUT: { title: 'The server {host} did not answer in time.', action: 'Sallyport keeps trying.' },
  TLS_LIBRARY: {
    title: 'The system’s OpenSSL 3 library could not be used.',
    action: 'Ask IT to install or repair OpenSSL 3 on this computer.',
  },
  TLS_FIPS_UNAVAILABLE: {
    title: 'The policy requires FIPS-validated cryptography, and this computer has none.',
    action: 'Ask IT to enable the FIPS provider.',
  },
  TLS_HANDSHAKE_TIMEOUT: {
    title: 'The secure connection was not set up in time.',
    action: 'Sallyport keeps trying.',
  },
  TLS_HANDSHAKE: {
    title: 'The secure connection failed: {reason}.',
    action: 'Ask IT and give them this code.',
  },
  TLS_PROTOCOL_VERSION: {
    title: 'The server offers no TLS version that the policy allows.',
    action: 'Ask IT: the server or the policy must change.',
  },
  TLS_CLIENT_CERTIFICATE_REFUSED: {
    title: 'The server did not accept the card’s certificate ({alert}).',
    action: 'The certificate may be expired, revoked or from the wrong issuer. Ask IT.',
  },
  TLS_NO_CLIENT_CERTIFICATE_REQUESTED: {
    title: 'The server did not ask for a card certificate.',
    action: 'This is not a properly configured server. Report it to IT.',
  },
  TLS_UNTRUSTED_CHAIN: {
    title: 'The server’s certificate does not come from an authority that the policy trusts.',
    action: 'Report it to IT: someone may be between you and the server.',
  },
  TLS_CERTIFICATE_EXPIRED: {
    title: 'The server’s certificate expired on {notAfter}.',
    action: 'Tell IT. Sallyport does not connect until it is renewed.',
  },
  TLS_CERTIFICATE_NOT_YET_VALID: {
    title: 'The server’s certificate is not valid before {notBefore}.',
    action: 'Check this computer’s date and time.',
  },
  TLS_NAME_MISMATCH: {
    title: 'The server’s certificate is for another name than {expected}.',
    action: 'Report it to IT: someone may be between you and the server.',
  },
  TLS_EXTENDED_KEY_USAGE: {
    title: 'The server’s certificate is not meant for servers.',
    action: 'Report it to IT.',
  },
  TLS_PIN_MISMATCH: {
    title: 'The server’s key is not one of the keys that the policy pins.',
    action: 'Report it to IT: someone may be between you and the server.',
  },
  TLS_CLOSED: {
    title: 'The connection to the server was closed.',
    action: 'Sallyport connects again by itself.',
  },
} as const satisfies Catalogue;

/** The client/server lock. */
export const LOCK_ERRORS = {
  LOCK_KEY_MISSING: {
    title: 'This computer is not enrolled with your organisation.',
    action: 'Ask IT to enrol it (sallyport-policy lock enroll).',
  },
  LOCK_NOT_OFFERED: {
    title: 'The server did not offer the lock.',
    action: 'This is not an approved server. Nothing was sent to it. Report it to IT.',
  },
  LOCK_BINDING_UNAVAILABLE: {
    title: 'The server’s lock offers no channel binding that the policy allows.',
    action: 'Ask IT: the server or the policy must change.',
  },
  LOCK_REFUSED: {
    title: 'The server did not accept this computer.',
    action: 'Its enrolment may have been revoked or be out of date. Ask IT.',
  },
  LOCK_SERVER_PROOF_WRONG: {
    title: 'The server could not prove that it belongs to your organisation.',
    action: 'Nothing was sent to it. It is blocked until IT has looked. Report this at once.',
  },
  LOCK_PROTOCOL: { title: 'The server broke the rules of the lock.', action: 'Report it to IT.' },
  LOCK_TIMEOUT: { title: 'The server did not answer the lock in time.', action: 'Sallyport keeps trying.' },
} as const satisfies Catalogue;

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
  MESSAGE_TOO_LONG: { title: 'The message is too long.', action: 'Shorten it or send it in parts.' },
  MESSAGE_REFUSED: { title: 'The message was not delivered ({condition}).', action: 'Try again or ask IT.' },
  ROOM_JOIN_FAILED: {
    title: 'You could not enter the room ({condition}).',
    action: 'Ask the room’s owner or IT.',
  },
  NOT_CONNECTED: {
    title: 'You are not connected.',
    action: 'It will be possible when the connection is back.',
  },
} as const satisfies Catalogue;

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
  SESSION_CRASHED: {
    title: 'Sallyport’s connection process ended unexpectedly.',
    action: 'Sallyport starts it again.',
  },
  AUDIT_UNAVAILABLE: { title: 'The audit log cannot be written.', action: 'Free some disk space or ask IT.' },
  INTERNAL: {
    title: 'Something went wrong inside Sallyport.',
    action: 'Start it again. Tell IT if it goes on.',
  },
} as const satisfies Catalogue;

export const ERROR_CATALOGUE = {
  ...POLICY_ERRORS,
  ...TOKEN_ERRORS,
  ...TLS_ERRORS,
  ...LOCK_ERRORS,
  ...XMPP_ERRORS,
  ...APP_ERRORS,
} as const satisfies Catalogue;

export type PolicyErrorCode = keyof typeof POLICY_ERRORS;
export type TokenErrorCode = keyof typeof TOKEN_ERRORS;
export type TlsErrorCode = keyof typeof TLS_ERRORS;
export type LockErrorCode = keyof typeof LOCK_ERRORS;
export type XmppErrorCode = keyof typeof XMPP_ERRORS;
export type AppErrorCode = keyof typeof APP_ERRORS;
export type ErrorCode = keyof typeof ERROR_CATALOGUE;
