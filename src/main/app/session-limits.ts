/**
 * The policy's two time limits on a session: how old a PIN may be, and how long a session may last. The time that counts
 * never goes back (policy/expiry.ts): neither sleep nor turning the clock back prolongs anything.
 */
import { advanceClock, type ClockReading, type PolicyClock, startClock } from '../policy/expiry.ts';
import type { SignInMoment } from '../signin/model.ts';

const MINUTE_MS = 60_000;

export interface Limits {
  /** 0: no limit. */
  readonly pinMaxAgeMinutes: number;
  /** 0: no limit. */
  readonly maxHours: number;
}

export interface SessionLimitsOptions {
  /** Asked each time, because the policy may change while a session lasts. */
  readonly limits: () => Limits;
  readonly read: () => ClockReading;
  readonly onPinExpired: () => void;
  readonly onSessionExpired: () => void;
}

export class SessionLimits {
  readonly #options: SessionLimitsOptions;
  #clock: PolicyClock;
  /** Milliseconds since 1970, by the clock above. */
  #pinAt: number | undefined;
  #sessionAt: number | undefined;

  constructor(options: SessionLimitsOptions) {
    this.#options = options;
    this.#clock = startClock(options.read());
  }

  note(moment: SignInMoment): void {
    const now = this.#advance();
    switch (moment) {
      case 'pin-accepted':
        this.#pinAt = now;
        return;
      case 'session-began':
        this.#sessionAt = now;
        return;
      case 'session-ended':
        this.#sessionAt = undefined;
        this.#pinAt = undefined;
        return;
    }
  }

  /** Looks whether a limit is reached; each is told once. */
  check(): void {
    const now = this.#advance();
    const { limits, onPinExpired, onSessionExpired } = this.#options;
    const { pinMaxAgeMinutes, maxHours } = limits();
    const isOver = (since: number | undefined, minutes: number): boolean =>
      since !== undefined && minutes > 0 && now - since >= minutes * MINUTE_MS;
    if (isOver(this.#sessionAt, maxHours * 60)) {
      this.#sessionAt = undefined;
      onSessionExpired();
    } else if (isOver(this.#pinAt, pinMaxAgeMinutes)) {
      this.#pinAt = undefined;
      onPinExpired();
    }
  }

  #advance(): number {
    this.#clock = advanceClock(this.#clock, this.#options.read());
    return this.#clock.time;
  }
}
