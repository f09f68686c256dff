/**
 * Reports a value that changes often: the first change at once, later ones at most once in an interval, always the
 * latest, and never the same twice in a row.
 */
export class Latest<Value> {
  readonly #report: (value: Value) => void;
  readonly #intervalMs: number;
  #reported: Value | undefined;
  #next: Value | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(intervalMs: number, report: (value: Value) => void) {
    this.#intervalMs = intervalMs;
    this.#report = report;
  }

  set(value: Value): void {
    this.#next = value;
    if (this.#timer === undefined) this.#tell();
  }

  /** What was not reported yet is not reported any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#next = undefined;
  }

  #tell(): void {
    this.#timer = undefined;
    const value = this.#next;
    this.#next = undefined;
    if (value === undefined || value === this.#reported) return;
    this.#reported = value;
    this.#timer = setTimeout(() => this.#tell(), this.#intervalMs);
    this.#report(value);
  }
}
