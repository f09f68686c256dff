/** How many uploads run at once, how many may wait for their turn, and how many of them may be one person's. */
import { Refusal } from './refusal.ts';

export interface TurnstileLimits {
  readonly running: number;
  readonly waiting: number;
  readonly perPerson: number;
  readonly waitMs: number;
}

const RETRY_AFTER_S = 5;

interface Waiter {
  readonly admit: () => void;
}

export class Turnstile {
  readonly #limits: TurnstileLimits;
  readonly #persons = new Map<string, number>();
  #waiters: Waiter[] = [];
  #running = 0;

  constructor(limits: TurnstileLimits) {
    this.#limits = limits;
  }

  get running(): number {
    return this.#running;
  }

  /**
   * Waits for a turn; the function that it resolves to gives the turn back.
   *
   * @throws Refusal `busy`
   */
  async enter(person: string, signal: AbortSignal): Promise<() => void> {
    const mine = this.#persons.get(person) ?? 0;
    const full = this.#running >= this.#limits.running;
    if (mine >= this.#limits.perPerson || (full && this.#waiters.length >= this.#limits.waiting))
      throw new Refusal('busy', { retryAfter: RETRY_AFTER_S });
    this.#persons.set(person, mine + 1);
    try {
      if (full) await this.#wait(signal);
      else this.#running += 1;
    } catch (error) {
      this.#forget(person);
      throw error;
    }
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#forget(person);
      const next = this.#waiters.shift();
      if (next === undefined) this.#running -= 1;
      else next.admit();
    };
  }

  #forget(person: string): void {
    const left = (this.#persons.get(person) ?? 1) - 1;
    if (left === 0) this.#persons.delete(person);
    else this.#persons.set(person, left);
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((admitted, failed) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        this.#waiters = this.#waiters.filter((each) => each !== waiter);
      };
      const giveUp = () => {
        end();
        failed(new Refusal(signal.aborted ? 'cut-off' : 'busy', { retryAfter: RETRY_AFTER_S }));
      };
      const waiter: Waiter = {
        admit: () => {
          end();
          admitted();
        },
      };
      const timer = setTimeout(giveUp, this.#limits.waitMs);
      signal.addEventListener('abort', giveUp);
      this.#waiters.push(waiter);
      if (signal.aborted) giveUp();
    });
  }
}
