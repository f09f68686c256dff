/** The rest that a connection takes after a read where little and often comes, so that more of it is read together. */
import { MAX_PACE_MS } from './worker-protocol.ts';

/** What comes faster than so, in bytes a millisecond, or in larger pieces, is nothing small: it is read as it comes. */
const SMALL_RATE = 64;
const SMALL_BYTES = 16 * 1024;
/** So many bytes of what came are held against it: two seconds later all is forgotten. */
const MAX_FLOW_BYTES = 128 * 1024;

export class Rest {
  readonly #over: () => void;
  #paceMs = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Bytes that came above {@link SMALL_RATE}, and when they were counted, by `performance.now()`. */
  #flow = 0;
  #countedAt = 0;

  /** @param over the rest is over: what has come is to be read */
  constructor(over: () => void) {
    this.#over = over;
  }

  get resting(): boolean {
    return this.#timer !== undefined;
  }

  /** How long a rest lasts, milliseconds, {@link MAX_PACE_MS} at most; 0 ends the one that is being taken. */
  pace(ms: number): void {
    this.#paceMs = Math.min(MAX_PACE_MS, Math.max(0, ms));
    if (this.#paceMs > 0 || this.#timer === undefined) return;
    this.stop();
    this.#over();
  }

  /** So many bytes were read. True when a rest begins. */
  afterRead(bytes: number): boolean {
    const now = performance.now();
    const left = Math.max(0, this.#flow - (now - this.#countedAt) * SMALL_RATE);
    this.#flow = Math.min(MAX_FLOW_BYTES, left + bytes);
    this.#countedAt = now;
    if (bytes === 0 || this.#paceMs === 0 || this.#flow >= SMALL_BYTES) return false;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#over();
    }, this.#paceMs);
    return true;
  }

  /** Ends without a word. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
