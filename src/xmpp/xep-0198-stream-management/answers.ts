/** Answering the server's requests for acknowledgements (XEP-0198 4). */

/** Between two answers, milliseconds. */
const ANSWER_INTERVAL_MS = 250;

/**
 * Says when to answer `<r/>`: the first at once, more of them together. Prosody asks after each stanza as long as it is answered at
 * once; where people talk fast, asking, answering and encrypting both cost more than the messages do. One answer counts
 * all that came before it.
 */
export class Answers {
  readonly #answer: () => void;
  #timer: NodeJS.Timeout | undefined;
  #isAsked = false;

  /** @param answer writes `<a/>` with the present count */
  constructor(answer: () => void) {
    this.#answer = answer;
  }

  /** `<r/>` came. */
  onRequest(): void {
    if (this.#timer === undefined) this.#now();
    else this.#isAsked = true;
  }

  /** The stream is gone; what came is told when it is resumed. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isAsked = false;
  }

  #now(): void {
    this.#isAsked = false;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#isAsked) this.#now();
    }, ANSWER_INTERVAL_MS);
    this.#timer.unref();
    this.#answer();
  }
}
