/**
 * A clock that stands still while this process does: the computer slept, or had no processor for us. What another process
 * said meanwhile waits to be read, so the clock on the wall tells nothing about its silence.
 */
export class AwakeClock {
  readonly #longestStepMs: number;
  #ms = 0;
  #lookedAt: number | undefined;

  /** @param everyMs the interval at which {@link look} is called; a look that comes far later counts as two of them */
  constructor(everyMs: number) {
    this.#longestStepMs = 2 * everyMs;
  }

  /** The time awake up to the last look, milliseconds. */
  get ms(): number {
    return this.#ms;
  }

  /**
   * To be called at the interval; returns the time awake, milliseconds.
   * @param now the time, milliseconds of a clock that never goes back
   */
  look(now: number): number {
    this.#ms += Math.min(now - (this.#lookedAt ?? now), this.#longestStepMs);
    this.#lookedAt = now;
    return this.#ms;
  }
}
