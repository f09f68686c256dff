/** How long a round trip to the server takes, from the acknowledgements that are asked for anyway. */

/** Weight of the newest measurement, as TCP smooths its own (RFC 6298 2). */
const NEWEST = 1 / 4;
/** A link is slow from here on, milliseconds; and no longer below the second number, so that it does not flutter. */
const SLOW_FROM_MS = 1_000;
const SLOW_UNTIL_MS = 600;

export interface LinkQuality {
  /** Smoothed, milliseconds. */
  readonly roundTrip: number;
  readonly slow: boolean;
}

export class LinkMeter {
  #quality: LinkQuality | undefined;
  #askedAt: number | undefined;

  /** `undefined` before the first answer on this link. */
  get quality(): LinkQuality | undefined {
    return this.#quality;
  }

  /** Something was asked that the server answers at once; `now` in milliseconds of a clock that is never set. */
  asked(now: number): void {
    this.#askedAt ??= now;
  }

  /** It was answered. Returns what is known now. */
  answered(now: number): LinkQuality | undefined {
    if (this.#askedAt === undefined) return this.#quality;
    const measured = now - this.#askedAt;
    this.#askedAt = undefined;
    const former = this.#quality;
    const roundTrip = former === undefined ? measured : former.roundTrip * (1 - NEWEST) + measured * NEWEST;
    const slow = roundTrip >= (former?.slow === true ? SLOW_UNTIL_MS : SLOW_FROM_MS);
    this.#quality = { roundTrip, slow };
    return this.#quality;
  }

  /** Another connection, which may take another way. What was asked on the former one is not answered any more. */
  reset(): void {
    this.#askedAt = undefined;
    this.#quality = undefined;
  }
}
