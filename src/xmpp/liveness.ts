/**
 * When to ask the server for acknowledgements or a sign of life, and when the connection counts as dead (RFC 6120 4.6,
 * XEP-0198 4). Any byte from the server is a sign of life.
 */
import type { XmppTimeouts } from './api.ts';

export interface LivenessOptions {
  readonly timeouts: XmppTimeouts;
  /** By `performance.now()`: the time of day may be set back, and then nothing would ever count as too late. */
  lastReceived(): number;
  /** Sends something the server has to answer. */
  probe(): void;
  dead(): void;
}

/** A burst is acknowledged together. */
const ACK_DELAY_MS = 250;
const ACK_AFTER_STANZAS = 32;

export class Liveness {
  readonly #options: LivenessOptions;
  readonly #watch: NodeJS.Timeout;
  #soon: NodeJS.Timeout | undefined;
  /** When the unanswered probe was sent; 0 when there is none. */
  #probedAt = 0;
  /** The time of day at the last look: the other clock stands still while the machine sleeps. */
  #lookedAt = Date.now();

  constructor(options: LivenessOptions) {
    this.#options = options;
    const { idle, dead } = options.timeouts;
    this.#watch = setInterval(() => this.#check(), Math.max(20, Math.min(idle, dead) / 4));
    this.#watch.unref();
  }

  /** `unrequested` stanzas wait for an acknowledgement that was not asked for yet. */
  onSent(unrequested: number): void {
    if (unrequested >= ACK_AFTER_STANZAS) this.#probe();
    else if (this.#soon === undefined) {
      this.#soon = setTimeout(() => this.#probe(), ACK_DELAY_MS);
      this.#soon.unref();
    }
  }

  stop(): void {
    clearInterval(this.#watch);
    clearTimeout(this.#soon);
  }

  #probe(): void {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    if (this.#probedAt === 0 || this.#options.lastReceived() >= this.#probedAt)
      this.#probedAt = performance.now();
    this.#options.probe();
  }

  #check(): void {
    const now = performance.now();
    const slept = Date.now() - this.#lookedAt > this.#options.timeouts.idle;
    this.#lookedAt = Date.now();
    const { idle, dead } = this.#options.timeouts;
    const received = this.#options.lastReceived();
    const waiting = this.#probedAt !== 0 && received < this.#probedAt;
    if (waiting && now - this.#probedAt > dead) this.#options.dead();
    else if (!waiting && (slept || now - received > idle)) this.#probe();
  }
}
