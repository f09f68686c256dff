/** The store as the session sees it: calls to the worker thread that are answered in their order. */
import { Worker } from 'node:worker_threads';
import { AppError } from '../shared/errors.ts';
import type { StoreCall, StoreCalls, StoreReply, StoreRequest } from './contract.ts';

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: AppError) => void;
}

/** How long an orderly end may take, milliseconds. */
const CLOSE_MS = 2_000;

export class StoreClient {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #gone = false;

  /** @param workerFile the bundled entry `worker.ts` */
  constructor(workerFile: string) {
    this.#worker = new Worker(workerFile, { stdout: false, stderr: false });
    this.#worker.unref();
    this.#worker.on('message', (reply: StoreReply) => this.#settle(reply));
    this.#worker.on('error', () => this.#lose());
    this.#worker.on('exit', () => this.#lose());
  }

  /** Rejects with HISTORY_STORE_FULL, HISTORY_STORE_DAMAGED or HISTORY_STORE_FAILED. */
  call<Call extends StoreCall>(
    call: Call,
    args: StoreCalls[Call]['args'],
  ): Promise<StoreCalls[Call]['result']> {
    if (this.#gone) return Promise.reject(new AppError('HISTORY_STORE_FAILED'));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, {
        resolve: (result) => resolve(result as StoreCalls[Call]['result']),
        reject,
      });
      this.#worker.postMessage({ id, call, args } as StoreRequest);
    });
  }

  /** Writes what is under way, closes the file and ends the thread. Never rejects; does not wait for a disk that hangs. */
  async close(): Promise<void> {
    if (this.#gone) return;
    const late = setTimeout(() => this.giveUp(), CLOSE_MS);
    await this.call('close', undefined).catch(() => undefined);
    clearTimeout(late);
    if (!this.#gone) await this.#worker.terminate();
  }

  /** Rejects what waits for an answer with HISTORY_STORE_FAILED. A thread that the disk holds ends when the disk lets go of it. */
  giveUp(): void {
    this.#lose();
    void this.#worker.terminate();
  }

  #settle(reply: StoreReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.ok) waiting?.resolve(reply.result);
    else waiting?.reject(new AppError(reply.code));
  }

  #lose(): void {
    this.#gone = true;
    for (const { reject } of this.#waiting.values()) reject(new AppError('HISTORY_STORE_FAILED'));
    this.#waiting.clear();
  }
}
