import { decodeUtf8, encodeUtf8 } from '../../shared/encoding.ts';
import {
  judgePassword,
  MAX_PASSWORD_BYTES,
  type PasswordJudgement,
  type PasswordRules,
} from '../../shared/password-contract.ts';
import { opaqueString } from '../../shared/precis.ts';
import { BULLET } from '../parts/secret-input.ts';

/**
 * The password typed so far, as UTF-8 bytes that can be overwritten: JavaScript strings cannot, and stay in memory for as
 * long as the engine likes.
 */
export class PasswordBuffer {
  readonly #bytes = new Uint8Array(MAX_PASSWORD_BYTES);
  /** Bytes of each character. */
  #sizes: number[] = [];
  #used = 0;

  /** Characters. */
  get length(): number {
    return this.#sizes.length;
  }

  /** Adds one character; false when it is a control character or there is no room. */
  push(character: string): boolean {
    if (/^[\p{Cc}\p{Cs}]/u.test(character)) return false;
    const bytes = encodeUtf8(character);
    const fits = this.#used + bytes.length <= MAX_PASSWORD_BYTES;
    if (fits) {
      this.#bytes.set(bytes, this.#used);
      this.#used += bytes.length;
      this.#sizes.push(bytes.length);
    }
    bytes.fill(0);
    return fits;
  }

  /** Adds the characters of a text; a bullet stands for one that is here. */
  add(text: string): void {
    for (const character of text) if (character !== BULLET) this.push(character);
  }

  /** Removes the last character. */
  pop(): void {
    const size = this.#sizes.pop() ?? 0;
    this.#bytes.fill(0, this.#used - size, this.#used);
    this.#used -= size;
  }

  clear(): void {
    this.#bytes.fill(0);
    this.#sizes = [];
    this.#used = 0;
  }

  judge(rules: PasswordRules): PasswordJudgement {
    return judgePassword(this.#bytes.subarray(0, this.#used), rules);
  }

  /** Whether both hold the same characters. */
  equals(other: PasswordBuffer): boolean {
    return this.#used === other.#used && this.#bytes.every((byte, index) => byte === other.#bytes[index]);
  }

  /**
   * Hands the password over as a server compares it (RFC 8265 4.2), and forgets it; whoever takes it overwrites it.
   * `undefined` for what is no password. Only one with characters beyond ASCII becomes a string on the way.
   */
  take(): Uint8Array | undefined {
    const typed = this.#bytes.slice(0, this.#used);
    this.clear();
    if (typed.length === 0 || typed.every((byte) => byte >= 0x20 && byte < 0x7f)) {
      return typed.length === 0 ? undefined : typed;
    }
    const prepared = opaqueString(decodeUtf8(typed) ?? '');
    typed.fill(0);
    return prepared === undefined ? undefined : encodeUtf8(prepared);
  }
}
