/** When memory that was used for a while, and is not any more, is to be given back. Pure. */

/** Between two looks, milliseconds. */
export const TRIM_LOOK_MS = 5_000;
/** In looks: between two trims, each of which also forgets what was compiled and has not run lately. */
const MIN_LOOKS = 12;
/** A heap that has grown by less than this since it was trimmed, in bytes, is not worth the 20 to 50 ms that it takes. */
const WORTH = 4 * 2 ** 20;

/** Decides for one heap; asked every {@link TRIM_LOOK_MS}. */
export class IdleTrim {
  #trimmedTo = 0;
  #left = 0;

  /**
   * @param idle whether there was next to nothing to do since the last look
   * @param size bytes that the heap takes now
   */
  isDue(idle: boolean, size: number): boolean {
    this.#left -= 1;
    return this.#left <= 0 && idle && size >= this.#trimmedTo + WORTH;
  }

  /** The heap was trimmed, to so many bytes. */
  trimmed(size: number): void {
    this.#left = MIN_LOOKS;
    this.#trimmedTo = size;
  }
}
