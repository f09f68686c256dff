/**
 * The local audit log: one JSON object a line, in UTC, numbered without gaps, each carrying the SHA-256 of the one
 * before. It shows that a record was changed or taken out of the middle; it cannot keep the owner of the computer from
 * deleting the files, which is what a collector is for (forwarder.ts).
 *
 * Writing is synchronous: an event that is not on disk did not get audited, and the caller has to know.
 */
import { closeSync, constants, fsyncSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { type AuditContext, type AuditLine, sealLine } from '../../audit/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { AuditRecord } from '../../shared/session-contract.ts';
import { auditPath, countRotated, FILE_BYTES, readAuditFile, rotateAuditFiles } from './audit-files.ts';

/** Rotated files that are kept while there is no collector. */
const KEPT_FILES = 7;
/** Files beyond the spool: room to sign in and send what waits, before the log stops. */
const RESERVE_FILES = 2;

/** What has to stay because a collector does not have it yet. */
export interface AuditSpool {
  /** Octets of rotated files that may wait. */
  readonly bytes: number;
  /** The number of the last line that the collector has. */
  readonly sentSeq: () => number;
  /** True: the log stops when the spool is full. False: the oldest lines are given up. */
  readonly stopWhenFull: boolean;
}

export interface AuditLogOptions {
  readonly directory: string;
  readonly context: () => AuditContext;
  /** Octets at which a file is full. */
  readonly maxBytes?: number;
  /** Rotated files that are kept while there is no collector. */
  readonly keptFiles?: number;
  readonly now?: () => number;
}

export class AuditLog {
  readonly #directory: string;
  readonly #context: () => AuditContext;
  readonly #maxBytes: number;
  readonly #keptFiles: number;
  readonly #now: () => number;
  #spool: AuditSpool | undefined;
  #appended: () => void = () => undefined;
  #file = -1;
  #bytes = 0;
  #closed = false;
  #last: Pick<AuditLine, 'seq' | 'hash'> | undefined;

  /** Opens the log and goes on with its chain. @throws AppError AUDIT_UNAVAILABLE */
  constructor(options: AuditLogOptions) {
    this.#directory = options.directory;
    this.#context = options.context;
    this.#maxBytes = options.maxBytes ?? FILE_BYTES;
    this.#keptFiles = options.keptFiles ?? KEPT_FILES;
    this.#now = options.now ?? Date.now;
    this.#guarded(() => this.#open());
  }

  get directory(): string {
    return this.#directory;
  }

  /** From now on a collector is to get everything: what it does not have is kept. `appended` is told of each line. */
  spool(spool: AuditSpool, appended: () => void): void {
    this.#spool = spool;
    this.#appended = appended;
  }

  /** Appends one record and flushes it. @throws AppError AUDIT_UNAVAILABLE or AUDIT_SPOOL_FULL */
  append(record: AuditRecord): void {
    this.#guarded(() => this.#write(record));
    this.#appended();
  }

  close(): void {
    this.#closed = true;
    this.#letGo();
  }

  #letGo(): void {
    if (this.#file !== -1) closeSync(this.#file);
    this.#file = -1;
  }

  #open(): void {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    const path = auditPath(this.#directory, 0);
    const { lines, brokenAt, bytes, wholeBytes } = readAuditFile(path, this.#maxBytes);
    this.#last = lines.at(-1) ?? readAuditFile(auditPath(this.#directory, 1), this.#maxBytes).lines.at(-1);
    this.#file = openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o600);
    this.#bytes = wholeBytes;
    const torn = bytes - wholeBytes;
    if (torn > 0) {
      // A crash in the middle of a line: O_APPEND files can be cut, and the cut itself is recorded.
      ftruncateSync(this.#file, wholeBytes);
      this.#write({ event: 'audit.torn-line', outcome: 'failure', detail: { bytes: torn } });
    }
    if (brokenAt !== undefined) {
      this.#write({ event: 'audit.chain-broken', outcome: 'failure', detail: { line: brokenAt } });
    }
  }

  #write(record: AuditRecord): void {
    if (this.#closed) throw new Error('the audit log is closed');
    // What failed the last time may work now: a disk that was full, a file that somebody else held open.
    if (this.#file === -1) this.#open();
    if (this.#bytes >= this.#maxBytes) this.#rotate();
    const sealed = sealLine(record, this.#context(), this.#last, this.#now());
    const line = Buffer.from(`${JSON.stringify(sealed)}\n`);
    try {
      let written = 0;
      while (written < line.length) written += writeSync(this.#file, line, written);
      fsyncSync(this.#file);
    } catch (error) {
      this.#cutOff();
      throw error;
    }
    this.#bytes += line.length;
    this.#last = sealed;
  }

  /** What the disk took of a line that failed: the next one would be written behind it. Where it stays, the file is opened anew. */
  #cutOff(): void {
    try {
      ftruncateSync(this.#file, this.#bytes);
    } catch {
      this.#letGo();
    }
  }

  #rotate(): void {
    const keep = this.#filesToKeep();
    this.#letGo();
    rotateAuditFiles(this.#directory, keep);
    this.#file = openSync(
      auditPath(this.#directory, 0),
      constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_EXCL,
      0o600,
    );
    this.#bytes = 0;
  }

  /** @throws AppError AUDIT_SPOOL_FULL */
  #filesToKeep(): number {
    if (this.#spool === undefined) return this.#keptFiles;
    const { bytes, sentSeq, stopWhenFull } = this.#spool;
    const spooled = Math.max(this.#keptFiles, Math.ceil(bytes / this.#maxBytes));
    if (!stopWhenFull) return spooled;
    const limit = spooled + RESERVE_FILES;
    const rotated = countRotated(this.#directory);
    if (rotated < limit) return limit;
    const oldest = readAuditFile(auditPath(this.#directory, rotated), this.#maxBytes);
    if ((oldest.lines.at(-1)?.seq ?? 0) > sentSeq()) throw new AppError('AUDIT_SPOOL_FULL');
    return limit;
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      throw error instanceof AppError
        ? error
        : new AppError('AUDIT_UNAVAILABLE', undefined, { cause: error });
    }
  }
}
