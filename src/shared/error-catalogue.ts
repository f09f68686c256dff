/**
 * The catalogue of errors: one table a module, each code with the sentences a person reads.
 *
 * `title` says what happened, `action` what to do now and who can do it. Placeholders `{name}` are filled from the
 * error's detail. Sentences are plain English, never blame the reader and never contain a secret.
 */
import { ADHOC_ERRORS } from './error-catalogue/adhoc.ts';
import { APP_ERRORS } from './error-catalogue/app.ts';
import { AUDIT_ERRORS } from './error-catalogue/audit.ts';
import type { Catalogue } from './error-catalogue/error-text.ts';
import { FEED_ERRORS } from './error-catalogue/feed.ts';
import { FILE_ERRORS } from './error-catalogue/file.ts';
import { HISTORY_ERRORS } from './error-catalogue/history.ts';
import { HTTPS_ERRORS } from './error-catalogue/https.ts';
import { LOCK_ERRORS } from './error-catalogue/lock.ts';
import { PASSWORD_ERRORS } from './error-catalogue/password.ts';
import { POLICY_ERRORS } from './error-catalogue/policy.ts';
import { ROOM_ERRORS } from './error-catalogue/room.ts';
import { TLS_ERRORS } from './error-catalogue/tls.ts';
import { TOKEN_ERRORS } from './error-catalogue/token.ts';
import { XMPP_ERRORS } from './error-catalogue/xmpp.ts';

export type { ErrorText } from './error-catalogue/error-text.ts';

export const ERROR_CATALOGUE = {
  ...POLICY_ERRORS,
  ...TOKEN_ERRORS,
  ...TLS_ERRORS,
  ...LOCK_ERRORS,
  ...XMPP_ERRORS,
  ...ROOM_ERRORS,
  ...ADHOC_ERRORS,
  ...FEED_ERRORS,
  ...PASSWORD_ERRORS,
  ...HTTPS_ERRORS,
  ...FILE_ERRORS,
  ...HISTORY_ERRORS,
  ...APP_ERRORS,
  ...AUDIT_ERRORS,
} as const satisfies Catalogue;

export type PolicyErrorCode = keyof typeof POLICY_ERRORS;
export type TokenErrorCode = keyof typeof TOKEN_ERRORS;
export type TlsErrorCode = keyof typeof TLS_ERRORS;
export type LockErrorCode = keyof typeof LOCK_ERRORS;
export type XmppErrorCode = keyof typeof XMPP_ERRORS;
export type RoomErrorCode = keyof typeof ROOM_ERRORS;
export type AdHocErrorCode = keyof typeof ADHOC_ERRORS;
export type FeedErrorCode = keyof typeof FEED_ERRORS;
export type PasswordErrorCode = keyof typeof PASSWORD_ERRORS;
export type HttpsErrorCode = keyof typeof HTTPS_ERRORS;
export type FileErrorCode = keyof typeof FILE_ERRORS;
export type HistoryErrorCode = keyof typeof HISTORY_ERRORS;
export type AppErrorCode = keyof typeof APP_ERRORS;
export type ErrorCode = keyof typeof ERROR_CATALOGUE;
