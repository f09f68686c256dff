/**
 * The way of the audit log to the policy's collector: syslog over TLS (RFC 5425) with the card. The protocol has no
 * acknowledgement, so lines count as sent when the connection that took them still stood a while later; what a lost one
 * took not long ago is sent again, and the collector knows repeated lines by their number and hash.
 */
import type { Duplex } from 'node:stream';
import { type AppError, toErrorReport } from '../shared/errors.ts';
import type { AuditLines, AuditRecord } from '../shared/session-contract.ts';
import { backOffMs } from './reconnect.ts';

export interface AuditLinkOptions {
  /** Opens a connection to the collector. */
  readonly connect: (signal: AbortSignal) => Promise<Duplex>;
  /** The collector has every line up to this one. */
  readonly onSent: (seq: number) => void;
  readonly audit: (record: AuditRecord) => void;
  readonly random: () => number;
  /** How long a connection has to stand after it took lines, milliseconds. */
  readonly settleMs?: number;
  /** How long the collector may take nothing of what it is sent, milliseconds. */
  readonly takeMs?: number;
}

const SETTLE_MS = 1_000;
/** For how long, and how much of, what a connection took is sent again after it was lost: longer than TCP goes on trying. */
const DOUBT_MS = 20 * 60_000;
const DOUBT_BYTES = 8 * 1024 * 1024;
const TAKE_MS = 30_000;

export class AuditLink {
  readonly #options: AuditLinkOptions;
  readonly #end = new AbortController();
  #connection: Duplex | undefined;
  #batch: AuditLines | undefined;
  #busy = false;
  #failures = 0;
  /** What the connection took, and may not have brought to the collector. */
  #doubtful: readonly { readonly frames: AuditLines['frames']; readonly at: number }[] = [];
  /** What a lost one took. */
  #again: AuditLines['frames'] = [];

  constructor(options: AuditLinkOptions) {
    this.#options = options;
  }

  /** Takes the next lines; the caller waits for `onSent` before it gives more. */
  send(batch: AuditLines): void {
    this.#batch = batch;
    if (this.#busy) return;
    this.#busy = true;
    void this.#work().finally(() => {
      this.#busy = false;
    });
  }

  close(): void {
    this.#end.abort();
    this.#connection?.destroy();
    this.#connection = undefined;
  }

  async #work(): Promise<void> {
    while (this.#batch !== undefined && !this.#end.signal.aborted) {
      const batch = this.#batch;
      try {
        await this.#deliver(batch);
        this.#batch = this.#batch === batch ? undefined : this.#batch;
        this.#note(undefined);
        this.#options.onSent(batch.lastSeq);
      } catch (error) {
        this.#lose();
        if (this.#end.signal.aborted) return;
        this.#note(toErrorReport(error).code);
        await pause(backOffMs(this.#failures, this.#options.random()), this.#end.signal);
      }
    }
  }

  async #deliver(batch: AuditLines): Promise<void> {
    const connection = this.#connection ?? (await this.#open());
    const lost = new Promise<never>((_, reject) => {
      const fail = (error?: Error): void => reject(error ?? new Error('the collector closed the connection'));
      connection.once('error', fail);
      connection.once('close', () => fail());
      connection.once('end', () => fail());
    });
    const settled = async (): Promise<void> => {
      const frames = [...this.#again, ...batch.frames];
      for (const frame of frames) await written(connection, frame, this.#options.takeMs ?? TAKE_MS);
      await pause(this.#options.settleMs ?? SETTLE_MS, this.#end.signal);
    };
    await Promise.race([settled(), lost]).finally(() => {
      for (const event of ['error', 'close', 'end']) connection.removeAllListeners(event);
      connection.on('error', () => undefined);
    });
    if (connection.destroyed || connection.readableEnded) throw new Error('the connection is gone');
    this.#doubt([...this.#again, ...batch.frames]);
    this.#again = [];
  }

  /** Remembers what was handed over, as long and as much as a connection can hold without telling. */
  #doubt(frames: AuditLines['frames']): void {
    const now = performance.now();
    let bytes = 0;
    this.#doubtful = [...this.#doubtful, { frames, at: now }]
      .reverse()
      .filter((each) => {
        bytes += each.frames.reduce((sum, { length }) => sum + length, 0);
        return each.at > now - DOUBT_MS && bytes <= DOUBT_BYTES;
      })
      .reverse();
  }

  #lose(): void {
    this.#connection?.destroy();
    this.#connection = undefined;
    this.#again = [...this.#doubtful.flatMap(({ frames }) => frames), ...this.#again];
    this.#doubtful = [];
  }

  async #open(): Promise<Duplex> {
    const connection = await this.#options.connect(this.#end.signal);
    this.#connection = connection;
    connection.on('error', () => undefined);
    // A collector has nothing to say; reading shows when it is gone.
    connection.resume();
    return connection;
  }

  /** Says once that the collector cannot be reached, and once that it can again. */
  #note(code: AppError['code'] | undefined): void {
    if (code === undefined) {
      if (this.#failures > 0) this.#options.audit({ event: 'collector', outcome: 'success', detail: {} });
      this.#failures = 0;
      return;
    }
    if (this.#failures === 0)
      this.#options.audit({ event: 'collector', outcome: 'failure', detail: { code } });
    this.#failures += 1;
  }
}

/** Settles when the connection has taken the bytes; one that takes none for `withinMs` is given up. */
function written(connection: Duplex, bytes: Uint8Array, withinMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the collector takes nothing')), withinMs);
    connection.write(bytes, (error) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve();
    });
  });
}

/** Waits; an abort ends it early. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
