/**
 * One line of the audit log: what it holds, and the hash that chains it to the line before. The same form is on this
 * computer's disk, at the collector, and what `sallyport-audit` checks.
 */
import { createHash } from 'node:crypto';
import type { AuditRecord } from '../shared/session-contract.ts';

/** Whose doing it was: empty where it is not known yet. */
export interface AuditContext {
  /** The machine id of the policy's machine file. */
  readonly machine: string;
  /** The user principal name of the certificate that is signed in or signing in. */
  readonly user: string;
  /** One run of the program; random. */
  readonly session: string;
}

/** One line of the log. */
export interface AuditLine extends AuditContext, AuditRecord {
  /** From 1 on, without gaps. */
  readonly seq: number;
  /** ISO 8601, UTC, to the millisecond. */
  readonly time: string;
  /** `hash` of the line before, hex; zeros before the first. */
  readonly prev: string;
  /** SHA-256 of this line's JSON without `hash`, hex. */
  readonly hash: string;
}

/** What comes before the first line. */
export const FIRST_HASH = '0'.repeat(64);
/** Longest line, in octets: 32 details of 512 characters that JSON escapes, and the rest. */
export const MAX_LINE_BYTES = 128 * 1024;

const MAX_TEXT = 512;
const MAX_NAME = 64;
const MAX_DETAILS = 32;

function hashOf(line: Omit<AuditLine, 'hash'>): string {
  const { seq, time, machine, user, session, event, outcome, detail, prev } = line;
  return createHash('sha256')
    .update(JSON.stringify({ seq, time, machine, user, session, event, outcome, detail, prev }))
    .digest('hex');
}

/** Bounded copies: records come from other processes too. */
function boundedDetail(detail: AuditRecord['detail']): AuditLine['detail'] {
  const entries = Object.entries(detail)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .slice(0, MAX_DETAILS)
    .map(([key, value]) => [
      key.slice(0, MAX_NAME),
      typeof value === 'string' ? value.slice(0, MAX_TEXT) : value,
    ]);
  return Object.fromEntries(entries);
}

/** The line that follows `before` (`undefined`: the first). */
export function sealLine(
  record: AuditRecord,
  context: AuditContext,
  before: Pick<AuditLine, 'seq' | 'hash'> | undefined,
  now: number,
): AuditLine {
  const line = {
    seq: (before?.seq ?? 0) + 1,
    time: new Date(now).toISOString(),
    machine: context.machine.slice(0, MAX_TEXT),
    user: context.user.slice(0, MAX_TEXT),
    session: context.session.slice(0, MAX_NAME),
    event: record.event.slice(0, MAX_NAME),
    outcome: record.outcome,
    detail: boundedDetail(record.detail),
    prev: before?.hash ?? FIRST_HASH,
  };
  return { ...line, hash: hashOf(line) };
}

const TEXTS = ['time', 'machine', 'user', 'session', 'event', 'prev', 'hash'] as const;

function isLine(value: unknown): value is AuditLine {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Readonly<Record<string, unknown>>;
  return (
    Number.isSafeInteger(fields.seq) &&
    TEXTS.every((name) => typeof fields[name] === 'string') &&
    (fields.outcome === 'success' || fields.outcome === 'failure') &&
    typeof fields.detail === 'object' &&
    fields.detail !== null
  );
}

/** Reads one line as it was written; `undefined` for what is none. Its hash is checked by {@link follows}. */
export function parseLine(text: string): AuditLine | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isLine(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a line is unchanged and comes right after `before` (`undefined`: nothing is known of the one before). */
export function follows(line: AuditLine, before: AuditLine | undefined): boolean {
  if (line.hash !== hashOf(line)) return false;
  return before === undefined || (line.prev === before.hash && line.seq === before.seq + 1);
}
