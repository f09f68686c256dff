/**
 * Judges the files that wait in `scanning/`: clamd first, then the gate's own checks, a few files side by side. While
 * clamd is away nothing is released: the files wait, and clamd is asked again after growing pauses. Before each file it
 * has to find the EICAR test file.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { type ClamdAddress, ScannerError, scan, version } from './clamd.ts';
import type { Journal } from './journal.ts';
import type { FileRecord, Verdict } from './records.ts';
import type { Store } from './store.ts';

export interface ScanDeskOptions {
  readonly store: Store;
  readonly journal: Journal;
  readonly scanner: {
    readonly address: ClamdAddress;
    readonly parallel: number;
    readonly timeoutMs: number;
    /** The longest pause between two tries. */
    readonly retryMs: number;
  };
  /** The gate's own checks: why the file is refused, undefined when it is not. */
  readonly inspect: (file: string, record: FileRecord) => Promise<string | undefined>;
  /** When a file that was found bad expires, milliseconds since 1970. */
  readonly quarantinedUntil: () => number;
}

const FIRST_RETRY_MS = 250;
const VERSION_MS = 5000;
/** A file at which clamd or the gate's own checks give up so often is not believed to be clean. */
const MAX_FAILURES = 4;
const READ_BYTES = 256 * 1024;

/** In two parts, so that the gate's own program is not taken for the test file. */
const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-', 'ANTIVIRUS-TEST-FILE!$H+H*'].join('');

export class ScanDesk {
  readonly #options: ScanDeskOptions;
  readonly #queue: string[] = [];
  readonly #failures = new Map<string, number>();
  readonly #running = new Set<Promise<void>>();
  readonly #retries = new Set<NodeJS.Timeout>();
  /** The scanner's version while it is believed. */
  #engine: string | undefined;
  #probing: Promise<void> | undefined;
  #pause = FIRST_RETRY_MS;
  #timer: NodeJS.Timeout | undefined;
  /** Why the scanner is not believed, as the log has it; absent while it is. */
  #told: string | undefined;
  #stopped = false;

  constructor(options: ScanDeskOptions) {
    this.#options = options;
  }

  /** True while clamd answers as it should. */
  get up(): boolean {
    return this.#engine !== undefined;
  }

  /** How many files wait or are being judged. */
  get length(): number {
    return this.#queue.length + this.#running.size + this.#retries.size;
  }

  add(id: string): void {
    this.#queue.push(id);
    this.#next();
  }

  /** Looks whether clamd is there, without a file to judge. */
  probe(): void {
    this.#next();
  }

  /** Resolves when no file is being judged any more; those that wait stay where they are. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    for (const timer of this.#retries) clearTimeout(timer);
    await this.#probing;
    await Promise.all(this.#running);
  }

  #next(): void {
    if (this.#stopped || this.#timer !== undefined || this.#probing !== undefined) return;
    if (this.#engine === undefined) {
      this.#probing = this.#believe().finally(() => {
        this.#probing = undefined;
        this.#next();
      });
      return;
    }
    while (this.#running.size < this.#options.scanner.parallel) {
      const id = this.#queue.shift();
      if (id === undefined) return;
      const job = this.#judge(id).finally(() => {
        this.#running.delete(job);
        this.#next();
      });
      this.#running.add(job);
    }
  }

  async #believe(): Promise<void> {
    try {
      const engine = await this.#check();
      await this.#options.journal.write('scanner-up', { engine });
      this.#engine = engine;
      this.#pause = FIRST_RETRY_MS;
      this.#told = undefined;
    } catch (error) {
      await this.#down(error);
    }
  }

  /** The version of a scanner that finds what it must. @throws ScannerError */
  async #check(): Promise<string> {
    const { address, timeoutMs } = this.#options.scanner;
    const engine = await version(address, VERSION_MS);
    const found = await scan(address, Readable.from([Buffer.from(EICAR)]), timeoutMs);
    if (found.clean) throw new ScannerError('unreachable', 'clamd does not find the EICAR test file');
    return engine;
  }

  async #down(error: unknown): Promise<void> {
    this.#engine = undefined;
    const reason = error instanceof Error ? error.message : String(error);
    // Away first and blind afterwards are two things that an administrator has to know.
    if (reason !== this.#told) {
      this.#told = reason;
      await this.#options.journal.write('scanner-down', { reason }).catch(() => undefined);
    }
    if (this.#timer !== undefined || this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#next();
    }, this.#pause);
    this.#timer.unref();
    this.#pause = Math.min(this.#pause * 2, this.#options.scanner.retryMs);
  }

  async #judge(id: string): Promise<void> {
    try {
      // Anew for each file: clamd may be another one than a moment ago, without its signatures.
      const engine = await this.#check();
      const record = await this.#options.store.record(id);
      if (record === undefined) return;
      const { result, signature, reason } = await this.#examine(record);
      await this.#settle(record, { result, signature, reason, engine, time: new Date().toISOString() });
      this.#failures.delete(id);
    } catch (error) {
      // Whatever went wrong (clamd, disk, log): the file stays unjudged and is looked at again.
      if (error instanceof ScannerError && error.kind === 'unreachable') {
        this.#queue.unshift(id);
        await this.#down(error);
      } else {
        this.#later(id);
      }
    }
  }

  /** One file's trouble does not hold up the others. */
  #later(id: string): void {
    const timer = setTimeout(() => {
      this.#retries.delete(timer);
      this.add(id);
    }, this.#options.scanner.retryMs);
    this.#retries.add(timer);
  }

  /** Counts a try that failed because of this file. @throws `error` while there are tries left */
  #failed(id: string, error: unknown): void {
    const failures = (this.#failures.get(id) ?? 0) + 1;
    this.#failures.set(id, failures);
    if (failures < MAX_FAILURES) throw error;
  }

  async #examine(record: FileRecord): Promise<Pick<Verdict, 'result' | 'signature' | 'reason'>> {
    const { store, scanner, inspect } = this.#options;
    const path = store.pathOf('scanning', record.id);
    const hash = createHash('sha256');
    try {
      const stream = createReadStream(path, { highWaterMark: READ_BYTES });
      const found = await scan(scanner.address, stream, scanner.timeoutMs, (chunk) => hash.update(chunk));
      if (!found.clean) return { result: 'infected', signature: found.signature };
    } catch (error) {
      if (!(error instanceof ScannerError) || error.kind === 'unreachable') throw error;
      if (error.kind === 'limit') return { result: 'refused', reason: 'too-large-for-the-scanner' };
      this.#failed(record.id, error);
      return { result: 'refused', reason: 'scanner-fails-on-this-file' };
    }
    if (hash.digest('hex') !== record.sha256) return { result: 'refused', reason: 'changed-on-the-disk' };
    try {
      const reason = await inspect(path, record);
      return reason === undefined ? { result: 'clean' } : { result: 'refused', reason };
    } catch (error) {
      this.#failed(record.id, error);
      return { result: 'refused', reason: 'checks-fail-on-this-file' };
    }
  }

  /** The verdict is in the log before the file is in its folder. */
  async #settle(record: FileRecord, verdict: Verdict): Promise<void> {
    const { store, journal, quarantinedUntil } = this.#options;
    const clean = verdict.result === 'clean';
    const expires = clean ? record.expires : new Date(quarantinedUntil()).toISOString();
    const judged: FileRecord = { ...record, verdict, expires, state: clean ? 'released' : 'quarantined' };
    await journal.write('verdict', {
      id: record.id,
      name: record.name,
      sha256: record.sha256,
      size: record.size,
      sender: record.sender,
      conversation: record.conversation,
      label: record.label,
      state: judged.state,
      result: verdict.result,
      signature: verdict.signature,
      reason: verdict.reason,
      engine: verdict.engine,
    });
    if (!clean) await store.noteExpiry(judged);
    await store.writeRecord(judged);
    await store.move(record.id, 'scanning', clean ? 'released' : 'quarantine');
  }
}
