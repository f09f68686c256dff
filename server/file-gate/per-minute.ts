/** How often each did something in the minute that runs. */
const MINUTE_MS = 60_000;

export class PerMinute {
  readonly #limit: number;
  readonly #counts = new Map<string, number>();
  #since = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Counts one more; false when that is one too many. */
  take(who: string): boolean {
    this.#roll();
    this.#counts.set(who, (this.#counts.get(who) ?? 0) + 1);
    return !this.#isOver(who);
  }

  /** True when the last one was one too many. */
  isOver(who: string): boolean {
    this.#roll();
    return this.#isOver(who);
  }

  #isOver(who: string): boolean {
    return (this.#counts.get(who) ?? 0) > this.#limit;
  }

  #roll(): void {
    const now = performance.now();
    if (this.#counts.size > 0 && now - this.#since < MINUTE_MS) return;
    this.#since = now;
    this.#counts.clear();
  }
}
