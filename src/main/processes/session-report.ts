/**
 * Judging what the session process says. It reads what servers send, so somebody may have taken it over: a report that
 * is not exactly right is not acted upon, and its audit records cannot pass for ours.
 */
import type { LinkState } from '../../shared/chat-model.ts';
import { type ErrorReport, isErrorCode } from '../../shared/errors.ts';
import type { AuditRecord, SessionReport } from '../../shared/session-contract.ts';
import { parseNotice, parseWatchPrefs } from '../../shared/watch-contract.ts';

const MAX_TEXT = 4_096;
/** One less than the log takes: the log's own counter comes on top. */
const MAX_DETAILS = 31;
const MAX_DROP_BYTES = 1024 * 1024;
const MAX_EPOCHS = 64;
const MAX_EPOCH = 2 ** 31 - 1;
/** Main's own events have a dot in their names (`pin.accepted`); the session's have none. */
const SESSION_EVENT = /^[a-z][a-z-]{0,47}$/;

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_TEXT;
}

function isDetail(value: unknown): value is AuditRecord['detail'] {
  if (!isObject(value)) return false;
  const values = Object.values(value);
  return (
    values.length <= MAX_DETAILS &&
    values.every((item) => isText(item) || typeof item === 'number' || typeof item === 'boolean')
  );
}

function isError(value: unknown): value is ErrorReport {
  return isObject(value) && isErrorCode(value.code) && (value.detail === undefined || isDetail(value.detail));
}

function isLink(value: unknown): value is LinkState {
  if (!isObject(value)) return false;
  switch (value.kind) {
    case 'offline':
    case 'online':
      return true;
    case 'connecting':
      return isText(value.host);
    case 'waiting':
      return typeof value.retryAt === 'number' && isError(value.error);
    default:
      return false;
  }
}

function isEpoch(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_EPOCH;
}

function isRecord(value: unknown): value is AuditRecord {
  return (
    isObject(value) &&
    typeof value.event === 'string' &&
    SESSION_EVENT.test(value.event) &&
    (value.outcome === 'success' || value.outcome === 'failure') &&
    isDetail(value.detail)
  );
}

/** True for a report of the contract, complete and within bounds. */
export function isSessionReport(value: unknown): value is SessionReport {
  if (!isObject(value)) return false;
  switch (value.kind) {
    case 'link':
      return isLink(value.link);
    case 'stopped':
      return value.error === undefined || isError(value.error);
    case 'password-entered':
      return isText(value.username);
    case 'bound':
      return isText(value.jid);
    case 'lock-superseded':
      return Array.isArray(value.epochs) && value.epochs.length <= MAX_EPOCHS && value.epochs.every(isEpoch);
    case 'exported':
      return (
        Number.isSafeInteger(value.id) &&
        (value.error === undefined ? Array.isArray(value.records) : isError(value.error))
      );
    case 'audit-sent':
      return Number.isSafeInteger(value.seq);
    case 'unread':
      return Number.isSafeInteger(value.total);
    case 'notice':
      return parseNotice(value.notice) !== undefined;
    case 'watch-prefs':
      return isText(value.upn) && parseWatchPrefs(value.prefs) !== undefined;
    case 'policy-drop':
      return value.bundle instanceof Uint8Array && value.bundle.length <= MAX_DROP_BYTES;
    case 'audit':
      return isRecord(value.record);
    default:
      return false;
  }
}
