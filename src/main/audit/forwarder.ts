/**
 * Gives the lines of the audit log to the session process, which has the way to the collector. The log's own files are
 * the spool: only number and hash of the last line that the collector has are kept besides, so that nothing is lost when the
 * program or the computer stops in between.
 */
import { readFile } from 'node:fs/promises';
import { type AuditLine, syslogFrame } from '../../audit/index.ts';
import { writeFileAtomically } from '../../platform/atomic-file.ts';
import type { AuditLines, AuditRecord } from '../../shared/session-contract.ts';
import { linesAfter, type StoredLine } from './audit-files.ts';

/** Lines given at once. */
const BATCH_LINES = 200;
/** The last line that the collector has: its number and its hash. */
const POSITION = /^([1-9][0-9]{0,14}) ([0-9a-f]{64})\n?$/u;

export interface ForwarderOptions {
  /** Where the log is. */
  readonly directory: string;
  /** Where number and hash of the last sent line are kept. */
  readonly positionFile: string;
  readonly send: (lines: AuditLines) => void;
  readonly audit: (record: AuditRecord) => void;
}

export class AuditForwarder {
  readonly #options: ForwarderOptions;
  #sentSeq = 0;
  /** Whether the session process takes lines. */
  #ready = false;
  /** The last line that is on its way. */
  #underWay: Pick<AuditLine, 'seq' | 'hash'> | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(options: ForwarderOptions) {
    this.#options = options;
  }

  /** Takes up where the last run ended. */
  async open(): Promise<void> {
    const text = await readFile(this.#options.positionFile, 'utf8').catch(() => '');
    const [, seq, hash] = POSITION.exec(text) ?? [];
    // A position that is lost or spoilt, or of a log that was deleted and has begun anew, means sending again what there
    // is: the collector knows what it has.
    const isOfLog = await this.#isOfLog(Number(seq), hash).catch(() => false);
    this.#sentSeq = isOfLog ? Number(seq) : 0;
  }

  /** Whether the log has, or once had, this line. */
  async #isOfLog(seq: number, hash: string | undefined): Promise<boolean> {
    if (hash === undefined) return false;
    const [oldest] = await linesAfter(this.#options.directory, seq - 1, 1);
    if (oldest === undefined) return false;
    // Rotated away, as lines are that were sent.
    return oldest.line.seq > seq || oldest.line.hash === hash;
  }

  get sentSeq(): number {
    return this.#sentSeq;
  }

  /** A session process began that takes lines. */
  ready(): void {
    this.#ready = true;
    this.#underWay = undefined;
    this.wake();
  }

  /** The session process is gone, or has no collector. */
  gone(): void {
    this.#ready = false;
    this.#underWay = undefined;
  }

  /** There may be lines to send. */
  wake(): void {
    if (!this.#ready || this.#underWay !== undefined) return;
    this.#work = this.#work.then(() => this.#next()).catch(() => undefined);
  }

  /** The collector has every line up to `seq`. Anything but the end of what is under way is not believed. */
  sent(seq: number): void {
    if (seq !== this.#underWay?.seq) return;
    const { hash } = this.#underWay;
    this.#underWay = undefined;
    this.#sentSeq = seq;
    this.#work = this.#work
      .then(() => writeFileAtomically(this.#options.positionFile, `${seq} ${hash}\n`, 0o600))
      .catch(() => undefined);
    this.wake();
  }

  /** Settles when nothing is being read or written. */
  get settled(): Promise<void> {
    return this.#work;
  }

  async #next(): Promise<void> {
    if (!this.#ready || this.#underWay !== undefined) return;
    const lines = await linesAfter(this.#options.directory, this.#sentSeq, BATCH_LINES);
    const last = lines.at(-1);
    if (last === undefined || !this.#ready) return;
    this.#underWay = last.line;
    this.#reportLoss(lines[0]);
    this.#options.send({
      lastSeq: last.line.seq,
      frames: lines.map(({ line, text }) => new Uint8Array(syslogFrame(line, text))),
    });
  }

  /** Lines that the spool had to give up are named: their absence is then no one's secret. */
  #reportLoss(first: StoredLine | undefined): void {
    if (first === undefined || this.#sentSeq === 0 || first.line.seq === this.#sentSeq + 1) return;
    this.#options.audit({
      event: 'audit.lines-lost',
      outcome: 'failure',
      detail: { from: this.#sentSeq + 1, to: first.line.seq - 1 },
    });
  }
}
