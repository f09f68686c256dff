/**
 * The local audit log: one JSON object a line, in UTC, numbered without gaps, each carrying the SHA-256 of the one
 * before. It shows that a record was changed or taken out of the middle; it cannot keep the owner of the computer from
 * deleting the files, which is what a remote log is for.
 *
 * Writing is synchronous: an event that is not on disk did not get audited, and the caller has to know.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import type { AuditRecord } from '../../shared/session-contract.ts';

export interface AuditLogOptions {
  readonly directory: string;
  /** Largest file in bytes. */
  readonly maxBytes?: number;
  /** Files kept, the current one included. */
  readonly maxFiles?: number;
  readonly now?: () => number;
}

/** One line of the log. */
export interface AuditLine {
  readonly seq: number;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly event: string;
  readonly outcome: 'success' | 'failure';
  readonly detail: Readonly<Record<string, string | number | boolean>>;
  /** `hash` of the line before, hex; zeros before the first. */
  readonly prev: string;
  /** SHA-256 of this line's JSON without `hash`, hex. */
  readonly hash: string;
}

const FIRST_HASH = '0'.repeat(64);
const MAX_TEXT = 512;
const MAX_DETAILS = 32;
const NEW_LINE = 0x0a;
const CURRENT = 'audit.jsonl';

function hashOf(line: Omit<AuditLine, 'hash'>): string {
  const { seq, time, event, outcome, detail, prev } = line;
  return createHash('sha256')
    .update(JSON.stringify({ seq, time, event, outcome, detail, prev }))
    .digest('hex');
}

/** Bounded copies: records come from other processes too. */
function boundedDetail(detail: AuditRecord['detail']): AuditLine['detail'] {
  const entries = Object.entries(detail)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .slice(0, MAX_DETAILS)
    .map(([key, value]) => [key.slice(0, 64), typeof value === 'string' ? value.slice(0, MAX_TEXT) : value]);
  return Object.fromEntries(entries);
}

/** What reading a file of the log found. */
export interface AuditCheck {
  readonly lines: readonly AuditLine[];
  /** Where the chain breaks: the index of the first line that does not follow from the one before. */
  readonly brokenAt: number | undefined;
}

function parseLine(text: string): AuditLine | undefined {
  try {
    const line = JSON.parse(text) as AuditLine | null;
    return line !== null && Number.isSafeInteger(line.seq) && typeof line.hash === 'string'
      ? line
      : undefined;
  } catch {
    return undefined;
  }
}

/** Checks the text of one file. The first line is checked in itself: the file before may be gone by rotation. */
export function checkAuditText(text: string): AuditCheck {
  const end = text.lastIndexOf('\n') + 1;
  const lines: AuditLine[] = [];
  let brokenAt: number | undefined;
  for (const [index, row] of text.slice(0, end).split('\n').slice(0, -1).entries()) {
    const line = parseLine(row);
    const before = lines.at(-1);
    const follows =
      line !== undefined &&
      line.hash === hashOf(line) &&
      (before === undefined || (line.prev === before.hash && line.seq === before.seq + 1));
    if (!follows) brokenAt ??= index;
    if (line !== undefined) lines.push(line);
  }
  return { lines, brokenAt };
}

export class AuditLog {
  readonly #directory: string;
  readonly #maxBytes: number;
  readonly #maxFiles: number;
  readonly #now: () => number;
  #file = -1;
  #bytes = 0;
  #seq = 0;
  #prev = FIRST_HASH;

  /** Opens the log and goes on with its chain. @throws AppError AUDIT_UNAVAILABLE */
  constructor({ directory, maxBytes = 1_048_576, maxFiles = 8, now = Date.now }: AuditLogOptions) {
    this.#directory = directory;
    this.#maxBytes = maxBytes;
    this.#maxFiles = maxFiles;
    this.#now = now;
    this.#guarded(() => this.#open());
  }

  /** Appends one record and flushes it. @throws AppError AUDIT_UNAVAILABLE */
  append(record: AuditRecord): void {
    this.#guarded(() => this.#write(record));
  }

  close(): void {
    if (this.#file !== -1) closeSync(this.#file);
    this.#file = -1;
  }

  #path(index: number): string {
    return join(this.#directory, index === 0 ? CURRENT : `audit.${index}.jsonl`);
  }

  #open(): void {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    const path = this.#path(0);
    const bytes = existsSync(path) ? this.#read(path) : Buffer.alloc(0);
    const { lines, brokenAt } = checkAuditText(bytes.toString('utf8'));
    // In octets, not in characters: a damaged file is no UTF-8, and its text is longer than itself.
    const wholeBytes = bytes.lastIndexOf(NEW_LINE) + 1;
    const last = lines.at(-1) ?? this.#lastOfRotated();
    this.#seq = last?.seq ?? 0;
    this.#prev = last?.hash ?? FIRST_HASH;
    this.#file = openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o600);
    this.#bytes = wholeBytes;
    const torn = bytes.length - wholeBytes;
    if (torn > 0) {
      // A crash in the middle of a line: O_APPEND files can be cut, and the cut itself is recorded.
      ftruncateSync(this.#file, wholeBytes);
      this.#write({ event: 'audit.torn-line', outcome: 'failure', detail: { bytes: torn } });
    }
    if (brokenAt !== undefined) {
      this.#write({ event: 'audit.chain-broken', outcome: 'failure', detail: { line: brokenAt } });
    }
  }

  /** A file that grew beyond its bound was not written by us. */
  #read(path: string): Buffer {
    if (statSync(path).size > 4 * this.#maxBytes) throw new Error('the audit file is too large');
    return readFileSync(path);
  }

  #lastOfRotated(): AuditLine | undefined {
    const path = this.#path(1);
    return existsSync(path) ? checkAuditText(this.#read(path).toString('utf8')).lines.at(-1) : undefined;
  }

  #write({ event, outcome, detail }: AuditRecord): void {
    if (this.#file === -1) throw new Error('the audit log is closed');
    if (this.#bytes >= this.#maxBytes) this.#rotate();
    const unsigned = {
      seq: this.#seq + 1,
      time: new Date(this.#now()).toISOString(),
      event: event.slice(0, 64),
      outcome,
      detail: boundedDetail(detail),
      prev: this.#prev,
    };
    const hash = hashOf(unsigned);
    const line = Buffer.from(`${JSON.stringify({ ...unsigned, hash })}\n`);
    let written = 0;
    while (written < line.length) written += writeSync(this.#file, line, written);
    fsyncSync(this.#file);
    this.#bytes += line.length;
    this.#seq = unsigned.seq;
    this.#prev = hash;
  }

  #rotate(): void {
    closeSync(this.#file);
    this.#file = -1;
    const oldest = this.#path(this.#maxFiles - 1);
    if (existsSync(oldest)) unlinkSync(oldest);
    for (let index = this.#maxFiles - 2; index >= 0; index--) {
      if (existsSync(this.#path(index))) renameSync(this.#path(index), this.#path(index + 1));
    }
    this.#file = openSync(
      this.#path(0),
      constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_EXCL,
      0o600,
    );
    this.#bytes = 0;
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      throw new AppError('AUDIT_UNAVAILABLE', undefined, { cause: error });
    }
  }
}
