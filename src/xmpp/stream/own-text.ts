/**
 * Text that does not hold on to what it was read from. V8 makes what is cut out of a text of 13 characters and more a view of the whole,
 * so that an id of 40 octets that is remembered for an hour keeps the stanza alive, or the four kilobytes, in which it stood.
 */

/** Shorter cuts are copies by themselves (V8's `SlicedString::kMinLength`). */
const VIEWED_FROM = 13;

/** The same text in memory of its own; well-formed UTF-16 only, which XML 1.0 text is. */
export function ownText(text: string): string {
  return text.length < VIEWED_FROM ? text : Buffer.from(text, 'utf8').toString('utf8');
}

/** Values that come again and again, as addresses and namespaces do, are one text in memory. */
export class OwnValues {
  /** Longer ones are not worth it. */
  static readonly LONGEST = 128;
  static readonly CAPACITY = 1_000;
  readonly #values = new Map<string, string>();

  /** The same value, in memory of its own or of an earlier one's. */
  of(value: string): string {
    if (value.length < VIEWED_FROM) return value;
    if (value.length > OwnValues.LONGEST) return ownText(value);
    const known = this.#values.get(value);
    if (known !== undefined) return known;
    const own = ownText(value);
    // Emptied at once: most are ids that never come again, and what does is soon in it again.
    if (this.#values.size >= OwnValues.CAPACITY) this.#values.clear();
    this.#values.set(own, own);
    return own;
  }
}
