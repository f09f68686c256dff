/** One thing at a time touches the module, and what takes too long is known to be stuck. */
import { AwakeClock } from './awake-clock.ts';

/** The time that an operation may take, in milliseconds, before the module counts as hung. */
export const OPERATION_LIMIT_MS = 3_500;
/** The same for a PIN that is typed on the reader. */
export const PIN_PAD_LIMIT_MS = 120_000;

/** How often the queue is asked whether it is overdue, milliseconds; the answer wakes the main process. */
export const LOOK_MS = 400;

export class OperationQueue {
  readonly #awake = new AwakeClock(LOOK_MS);
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  /** Of {@link #awake}. */
  #deadline: number | undefined;
  #limitMs = 0;

  /** Operations that run or wait. */
  get length(): number {
    return this.#waiting;
  }

  /** True when the operation that runs should have ended; to be asked every {@link LOOK_MS}. */
  isOverdue(): boolean {
    const now = this.#awake.look(performance.now());
    return this.#deadline !== undefined && now > this.#deadline;
  }

  /**
   * To be awaited between two calls of an operation of many: its time counts anew, and the event loop gets a turn to say
   * that this process lives.
   */
  async progress(): Promise<void> {
    await new Promise<void>((done) => setImmediate(done));
    if (this.#deadline !== undefined) this.#deadline = this.#awake.ms + this.#limitMs;
  }

  /** Runs `operation` after all that were given before, whatever became of those. */
  run<T>(limitMs: number, operation: () => Promise<T> | T): Promise<T> {
    this.#waiting++;
    const result = this.#last.then(async () => {
      this.#limitMs = limitMs;
      this.#deadline = this.#awake.ms + limitMs;
      try {
        return await operation();
      } finally {
        this.#deadline = undefined;
        this.#waiting--;
      }
    });
    this.#last = result.catch(() => undefined);
    return result;
  }
}
