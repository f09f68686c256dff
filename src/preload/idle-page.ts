/** When a page's memory is to be given back. It knows nothing of Electron, so that it is tested alone. */
import { IdleTrim } from '../shared/idle-trim.ts';

/** Somebody's presence now and then does not make a page busy: so many arrays of events may come between two looks. */
const MAX_ARRAYS = 4;

export interface IdlePageOptions {
  /** Bytes that the page's heap takes. */
  readonly size: () => number;
  /** Has the page let go of what it does not need. */
  readonly letGo: () => void;
  /** Calls back when there is nothing to draw. */
  readonly whenIdle: (callback: () => void) => void;
}

export class IdlePage {
  readonly #options: IdlePageOptions;
  readonly #trim = new IdleTrim();
  /** Starting is work. */
  #busy = true;
  #arrays = 0;
  #waiting = false;
  #again = false;

  constructor(options: IdlePageOptions) {
    this.#options = options;
  }

  /** Somebody works with the page. */
  touched(): void {
    this.#busy = true;
  }

  /** An array of events came. */
  eventsCame(): void {
    this.#arrays += 1;
  }

  /**
   * Asked every few seconds. A page that is still alone at the look after it has let go is asked once more, because a text that was
   * looked at since (the script itself) is only packed when it has not been for a while.
   */
  look(): void {
    const idle = !this.#busy && this.#arrays <= MAX_ARRAYS;
    this.#busy = false;
    this.#arrays = 0;
    const due = this.#trim.isDue(idle, this.#options.size());
    const second = this.#again && idle;
    this.#again = false;
    if (this.#waiting || !(due || second)) return;
    this.#waiting = true;
    this.#options.whenIdle(() => {
      this.#waiting = false;
      if (this.#busy) return;
      this.#options.letGo();
      this.#trim.trimmed(this.#options.size());
      this.#again = !second;
    });
  }
}
