/**
 * When what a server says may be read together. Where many people talk, each message would wake two threads by itself, and
 * the waking costs more than the reading.
 */
import { NS } from '../namespaces.ts';
import { childOf, type Element } from '../xml.ts';

/** While a stream comes, what is said waits up to so long, milliseconds. */
export const STREAM_PACE_MS = 250;
/** Reads above the usual that make a stream; so many at most are remembered. */
const STREAM_READS = 8;
const MAX_READS = 12;
/** What is usual: one read in so many milliseconds. It is more than the pace, at which a stream is still one. */
const USUAL_MS = 300;
/** An answer, and what follows from it, is read as it comes for so long, milliseconds. */
const ANSWER_MS = 1_000;

/** Whether somebody waits for what the server says to this: not to a receipt, an answer or an acknowledgement. */
function isQuestion(element: Element): boolean {
  const { name, attrs } = element;
  if (name === 'iq') return attrs.type === 'get' || attrs.type === 'set';
  if (name === 'message') return childOf(element, 'body', NS.client) !== undefined;
  return name === 'r' || name === 'presence';
}

export class ReadingPace {
  readonly #set: (ms: number) => void;
  #reads = 0;
  #readAt = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;
  #paced = false;

  /** @param set lets what comes wait up to so many milliseconds; 0: not at all */
  constructor(set: (ms: number) => void) {
    this.#set = set;
  }

  /** Something was read; `now` in milliseconds of a clock that never goes back. */
  onRead(now: number): void {
    const left = Math.max(0, this.#reads - (now - this.#readAt) / USUAL_MS);
    this.#reads = Math.min(MAX_READS, left + 1);
    this.#readAt = now;
    if (now - this.#askedAt < ANSWER_MS) return;
    if (this.#reads >= STREAM_READS) this.#change(true);
    else if (this.#reads < STREAM_READS / 2) this.#change(false);
  }

  /** Something is said to the server: an answer does not wait. `now` as above. */
  onSent(element: Element, now: number): void {
    if (!isQuestion(element)) return;
    this.#askedAt = now;
    this.#change(false);
  }

  #change(paced: boolean): void {
    if (paced === this.#paced) return;
    this.#paced = paced;
    this.#set(paced ? STREAM_PACE_MS : 0);
  }
}
