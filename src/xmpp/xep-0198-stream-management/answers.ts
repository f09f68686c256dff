/** Answering the server's requests for acknowledgements (XEP-0198 4). */

/** Between two answers at least, milliseconds. */
const ANSWER_INTERVAL_MS = 200;
/** A request that comes sooner is answered with the next one after that, or when so much time has passed since the last answer. */
const LATEST_MS = 250;

/**
 * Says when to answer `<r/>`: the first at once, more of them together. Prosody asks after each stanza as long as it is answered at
 * once; where people talk fast, asking, answering and encrypting both cost more than the messages do. One answer counts
 * all that came before it. In a stream it goes out in the turn in which something was read, and no timer runs out.
 */
export class Answers {
  readonly #answer: () => void;
  #timer: NodeJS.Timeout | undefined;
  #answeredAt = Number.NEGATIVE_INFINITY;

  /** @param answer writes `<a/>` with the present count */
  constructor(answer: () => void) {
    this.#answer = answer;
  }

  /** `<r/>` came. */
  onRequest(): void {
    const since = performance.now() - this.#answeredAt;
    if (since >= ANSWER_INTERVAL_MS) this.#now();
    else if (this.#timer === undefined) {
      this.#timer = setTimeout(() => this.#now(), LATEST_MS - since);
      this.#timer.unref();
    }
  }

  /** The stream is gone; what came is told when it is resumed. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#answeredAt = Number.NEGATIVE_INFINITY;
  }

  #now(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#answeredAt = performance.now();
    this.#answer();
  }
}
