/** What comes within a frame is done once, milliseconds. */
const FRAME_MS = 16;
/** And takes at most one part in so many of the time, however much comes. */
const SHARE = 4;

/** Does costly work about things once for all that changed them about the same time. */
export class Gather<Thing> {
  readonly #work: (thing: Thing) => void;
  readonly #later: (work: () => void, milliseconds: number) => void;
  readonly #due = new Set<Thing>();
  /** How long it took the last time, milliseconds. */
  #took = 0;

  /** @param later calls `work` once, after so many milliseconds */
  constructor(work: (thing: Thing) => void, later: (work: () => void, milliseconds: number) => void) {
    this.#work = work;
    this.#later = later;
  }

  /** It changed. */
  add(thing: Thing): void {
    const isFirst = this.#due.size === 0;
    this.#due.add(thing);
    if (isFirst) this.#later(() => this.#flush(), Math.max(FRAME_MS, this.#took * (SHARE - 1)));
  }

  /** Does now what is due about a thing that is asked for. */
  settle(thing: Thing): void {
    if (this.#due.has(thing)) this.#work(thing);
  }

  #flush(): void {
    const began = performance.now();
    const due = [...this.#due];
    this.#due.clear();
    for (const thing of due) this.#work(thing);
    this.#took = performance.now() - began;
  }
}
