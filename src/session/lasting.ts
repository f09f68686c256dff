/**
 * Reports a number that comes and goes, at most once in an interval: a rise when it has lasted an interval, a fall within
 * one. What is read while it comes, many times a second for hours, is never reported; never the same twice in a row.
 */
export class Lasting {
  readonly #report: (value: number) => void;
  readonly #intervalMs: number;
  #reported: number | undefined;
  #now = 0;
  /** The lowest since the last report. */
  #lowest = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(intervalMs: number, report: (value: number) => void) {
    this.#report = report;
    this.#intervalMs = intervalMs;
  }

  set(value: number): void {
    this.#now = value;
    this.#lowest = Math.min(this.#lowest, value);
    if (this.#timer !== undefined || value === this.#reported) return;
    this.#lowest = value;
    this.#wait();
  }

  /** What was not reported yet is not reported any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(): void {
    this.#timer = setTimeout(() => this.#tell(), this.#intervalMs);
  }

  #tell(): void {
    this.#timer = undefined;
    const value = this.#lowest;
    this.#lowest = this.#now;
    if (this.#now !== value) this.#wait();
    if (value === this.#reported) return;
    this.#reported = value;
    this.#report(value);
  }
}
