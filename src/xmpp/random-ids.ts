/** Ids that nobody guesses. */

/** Octets of one id. */
const ID_BYTES = 16;
/** Ids that are made at once: asking the system costs as much for one as for all of these. */
const AT_ONCE = 64;

/** 128 random bits each, URL-safe; none comes twice. */
export class RandomIds {
  readonly #random: (length: number) => Uint8Array;
  #drawn: Buffer = Buffer.alloc(0);
  #used = 0;

  constructor(random: (length: number) => Uint8Array) {
    this.#random = random;
  }

  next(): string {
    if (this.#used >= this.#drawn.length) {
      this.#drawn = Buffer.from(this.#random(ID_BYTES * AT_ONCE));
      this.#used = 0;
    }
    this.#used += ID_BYTES;
    return this.#drawn.toString('base64url', this.#used - ID_BYTES, this.#used);
  }
}
