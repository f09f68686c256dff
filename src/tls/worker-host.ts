/** The session's side of the TLS worker: one thread for many connections, watched, replaced when it hangs or dies. */
import { Worker } from 'node:worker_threads';
import { CallGuard } from './call-guard.ts';
import type { ConnectParameters } from './options.ts';
import type { WorkerReport, WorkerRequest, WorkerStart, WorkerStatistics } from './worker-protocol.ts';

const WATCH_INTERVAL_MS = 1_000;
/** A thread that misses this many pings in a row, and does not wait for a card, hangs. */
const MAX_MISSED_PINGS = 5;
const STOP_MS = 3_000;
/** How long the session may stand still while a handshake step in the thread completes. */
const GUARD_MS = 1_000;

/** What a connection wants to hear from its worker. */
export interface ReportListener {
  /** How long a signature may take, in milliseconds. */
  readonly signMs: number;
  report(report: ConnectionReport): void;
  /** Wakes a thread that waits for this connection's signature. */
  cancelSignature(): void;
  /** The thread is gone; no report will follow. */
  workerLost(): void;
}

/** The reports that belong to one connection. */
export type ConnectionReport = Exclude<WorkerReport, { readonly kind: 'pong' | 'statistics' }>;

export class WorkerHost {
  /** The thread itself, for listeners. End it with {@link stop} or {@link kill}, never directly: see call-guard.ts. */
  readonly thread: Worker;
  readonly #guard = new CallGuard();
  /** Ending the process ends the thread, too. */
  readonly #onProcessExit = (): void => {
    this.#quiesce();
  };
  readonly #listeners = new Map<number, ReportListener>();
  readonly #statistics = new Map<number, (statistics: WorkerStatistics) => void>();
  readonly #onGone: () => void;
  #nextId = 1;
  #sequence = 0;
  #lastPing = 0;
  #lastPong = 0;
  #missed = 0;
  /** Until when (performance.now) the thread may be blocked by a signature. */
  #blockedUntil = 0;
  #watch: NodeJS.Timeout | undefined;
  #gone = false;

  /** Starts the thread. `onGone` is called when it is not to be used any more: it ended, or was told to. */
  constructor(workerFile: string, libraryDirectory: string | undefined, onGone: () => void) {
    this.#onGone = onGone;
    const start: WorkerStart = { libraryDirectory, guard: this.#guard.buffer };
    this.thread = new Worker(workerFile, { workerData: start, execArgv: [], name: 'tls' });
    this.thread.unref();
    this.thread.on('message', (report: WorkerReport) => this.#dispatch(report));
    this.thread.on('error', () => this.#lost());
    this.thread.on('messageerror', () => this.#lost());
    this.thread.on('exit', () => this.#lost());
    process.once('exit', this.#onProcessExit);
  }

  /** Opens a connection; its reports go to the listener. The result names it in further requests. */
  open(parameters: ConnectParameters, listener: ReportListener): number {
    const id = this.#nextId;
    this.#nextId += 1;
    this.#listeners.set(id, listener);
    if (this.#listeners.size === 1) this.#startWatch();
    this.post({ kind: 'open', id, parameters });
    return id;
  }

  /** Sends a request; dropped when the thread is gone. */
  post(request: WorkerRequest, transfer: readonly ArrayBuffer[] = []): void {
    if (!this.#gone) this.thread.postMessage(request, transfer);
  }

  /** Counts of what the thread holds. */
  statistics(): Promise<WorkerStatistics> {
    this.#sequence += 1;
    const sequence = this.#sequence;
    this.post({ kind: 'statistics', sequence });
    return new Promise((resolve) => {
      this.#statistics.set(sequence, resolve);
    });
  }

  /** Ends the thread in good order, or by force when it does not end. */
  async stop(): Promise<void> {
    if (this.#gone) return;
    // What is opened from now on belongs to another thread: this one frees its library's objects with the stop.
    this.#onGone();
    this.thread.ref();
    for (const listener of this.#listeners.values()) listener.cancelSignature();
    this.post({ kind: 'stop' });
    await new Promise<void>((resolve) => {
      const force = setTimeout(() => {
        this.kill();
        resolve();
      }, STOP_MS);
      this.thread.once('exit', () => {
        clearTimeout(force);
        resolve();
      });
    });
  }

  /**
   * Ends the thread by force. One that does not leave OpenSSL cannot be ended without the process: it is given up, and
   * its connections are over all the same.
   */
  kill(): void {
    if (this.#quiesce()) void this.thread.terminate();
    this.#lost();
  }

  /** Wakes the thread and keeps it out of OpenSSL. True when it may be ended. */
  #quiesce(): boolean {
    for (const listener of this.#listeners.values()) listener.cancelSignature();
    return this.#guard.close(GUARD_MS);
  }

  #dispatch(report: WorkerReport): void {
    switch (report.kind) {
      case 'pong':
        this.#lastPong = report.sequence;
        return;
      case 'statistics':
        this.#statistics.get(report.sequence)?.(report.statistics);
        this.#statistics.delete(report.sequence);
        return;
      default:
        this.#dispatchToConnection(report);
    }
  }

  #dispatchToConnection(report: ConnectionReport): void {
    const listener = this.#listeners.get(report.id);
    if (report.kind === 'sign') this.#blockedUntil = performance.now() + (listener?.signMs ?? 0);
    if (report.kind === 'closed') {
      this.#listeners.delete(report.id);
      if (this.#listeners.size === 0) this.#stopWatch();
    }
    listener?.report(report);
  }

  #startWatch(): void {
    this.thread.ref();
    this.#missed = 0;
    this.#lastPong = this.#lastPing;
    this.#watch = setInterval(() => this.#check(), WATCH_INTERVAL_MS);
    this.#watch.unref();
  }

  #stopWatch(): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
    if (!this.#gone) this.thread.unref();
  }

  #check(): void {
    const answered = this.#lastPong === this.#lastPing;
    const mayBeBlocked = performance.now() < this.#blockedUntil;
    this.#missed = answered || mayBeBlocked ? 0 : this.#missed + 1;
    if (this.#missed >= MAX_MISSED_PINGS) {
      this.kill();
      return;
    }
    if (!answered) return;
    this.#lastPing += 1;
    this.post({ kind: 'ping', sequence: this.#lastPing });
  }

  #lost(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#stopWatch();
    process.off('exit', this.#onProcessExit);
    this.#onGone();
    const listeners = [...this.#listeners.values()];
    this.#listeners.clear();
    for (const listener of listeners) listener.workerLost();
  }
}

const hosts = new Map<string, WorkerHost>();

/** The process's worker for this file and library; started when there is none. */
export function workerHost(workerFile: string, libraryDirectory: string | undefined): WorkerHost {
  const key = JSON.stringify([workerFile, libraryDirectory ?? null]);
  const known = hosts.get(key);
  if (known !== undefined) return known;
  const host: WorkerHost = new WorkerHost(workerFile, libraryDirectory, () => {
    if (hosts.get(key) === host) hosts.delete(key);
  });
  hosts.set(key, host);
  return host;
}

/** Starts the worker and has it load OpenSSL, so that the first connection finds both there. */
export function prepareTls(workerFile: string, libraryDirectory?: string): void {
  workerHost(workerFile, libraryDirectory).post({ kind: 'prepare' });
}

/** Ends every TLS worker of this process and with them every connection. */
export async function stopTlsWorkers(): Promise<void> {
  await Promise.all([...hosts.values()].map((host) => host.stop()));
}
