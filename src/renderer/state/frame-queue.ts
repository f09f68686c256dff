/** Longest wait for a frame: a hidden window gets none, and the session must not be held up by that. */
const HIDDEN_FLUSH_MS = 200;

/** What schedules a flush; the window's own timers outside of tests. */
export interface FrameClock {
  requestFrame(callback: () => void): number;
  cancelFrame(handle: number): void;
  setTimer(callback: () => void, milliseconds: number): number;
  clearTimer(handle: number): void;
}

/** Collects items and hands them over together, once per frame. */
export class FrameQueue<Item> {
  readonly #apply: (items: readonly Item[]) => void;
  readonly #clock: FrameClock;
  #waiting: Item[] = [];
  #scheduled: { readonly frame: number; readonly timer: number } | undefined;

  constructor(apply: (items: readonly Item[]) => void, clock: FrameClock) {
    this.#apply = apply;
    this.#clock = clock;
  }

  push(items: readonly Item[]): void {
    for (const item of items) this.#waiting.push(item);
    if (this.#scheduled !== undefined || this.#waiting.length === 0) return;
    const flush = () => this.flush();
    this.#scheduled = {
      frame: this.#clock.requestFrame(flush),
      timer: this.#clock.setTimer(flush, HIDDEN_FLUSH_MS),
    };
  }

  /** Hands over what waits, now. */
  flush(): void {
    this.#unschedule();
    if (this.#waiting.length === 0) return;
    const items = this.#waiting;
    this.#waiting = [];
    this.#apply(items);
  }

  /** Forgets what waits. */
  clear(): void {
    this.#unschedule();
    this.#waiting = [];
  }

  #unschedule(): void {
    if (this.#scheduled === undefined) return;
    this.#clock.cancelFrame(this.#scheduled.frame);
    this.#clock.clearTimer(this.#scheduled.timer);
    this.#scheduled = undefined;
  }
}
