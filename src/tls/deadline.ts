/** Time limits in a thread that a signature may block: the time that the thread was blocked does not count. */

/** How long this thread has been blocked by signatures, in total. */
export class BlockedClock {
  #totalMs = 0;

  /** Runs something that blocks, and counts the time. */
  measure<T>(blocking: () => T): T {
    const start = performance.now();
    try {
      return blocking();
    } finally {
      this.#totalMs += performance.now() - start;
    }
  }

  /** Milliseconds that were not blocked, from an arbitrary start. */
  now(): number {
    return performance.now() - this.#totalMs;
  }
}

/** One time limit at a time. */
export class Deadline {
  readonly #clock: BlockedClock;
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: BlockedClock) {
    this.#clock = clock;
  }

  /** Calls `expired` after `ms` milliseconds of time that was not blocked; replaces an earlier limit. */
  start(ms: number, expired: () => void): void {
    this.stop();
    this.#arm(this.#clock.now() + ms, expired);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #arm(end: number, expired: () => void): void {
    const left = end - this.#clock.now();
    this.#timer = setTimeout(
      () => {
        if (this.#clock.now() < end) this.#arm(end, expired);
        else expired();
      },
      Math.max(1, Math.ceil(left)),
    );
  }
}
