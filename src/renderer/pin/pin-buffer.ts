/** A PIN has 6 to 8 digits. */
export const MIN_DIGITS = 6;
export const MAX_DIGITS = 8;

const ZERO = 0x30;
const NINE = 0x39;

/**
 * The digits typed so far, as bytes that can be overwritten: JavaScript strings cannot, and stay in memory for as long
 * as the engine likes.
 */
export class PinBuffer {
  readonly #bytes = new Uint8Array(MAX_DIGITS);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Adds a digit given by its ASCII code; false when it is no digit or there is no room. */
  push(code: number): boolean {
    if (code < ZERO || code > NINE || this.#length === MAX_DIGITS) return false;
    this.#bytes[this.#length] = code;
    this.#length += 1;
    return true;
  }

  /** Adds the digits of a text. */
  add(text: string): void {
    for (let index = 0; index < text.length; index += 1) this.push(text.charCodeAt(index));
  }

  /** Removes the last digit. */
  pop(): void {
    if (this.#length === 0) return;
    this.#length -= 1;
    this.#bytes[this.#length] = 0;
  }

  clear(): void {
    this.#bytes.fill(0);
    this.#length = 0;
  }

  /** Hands the digits over and forgets them; whoever takes them overwrites them. */
  take(): Uint8Array {
    const digits = this.#bytes.slice(0, this.#length);
    this.clear();
    return digits;
  }
}
