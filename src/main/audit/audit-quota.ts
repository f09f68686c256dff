/**
 * How much of the audit log a source outside of the main process may fill. Without a bound a server or a page that
 * provokes record after record would rotate everything away that was written before, and keep the main process busy
 * flushing.
 */
import type { AuditRecord } from '../../shared/session-contract.ts';

export interface AuditQuotaOptions {
  /** Records that may come at once. */
  readonly burst?: number;
  /** After how many milliseconds one more may come: at one in ten seconds the log holds days. */
  readonly refillMs?: number;
  /** Milliseconds on a clock that does not go back. */
  readonly now?: () => number;
  readonly audit: (record: AuditRecord) => void;
}

export class AuditQuota {
  readonly #burst: number;
  readonly #refillMs: number;
  readonly #now: () => number;
  readonly #audit: (record: AuditRecord) => void;
  #left: number;
  #filledAt: number;
  #keptOut = 0;

  constructor({ burst = 100, refillMs = 10_000, now = () => performance.now(), audit }: AuditQuotaOptions) {
    this.#burst = burst;
    this.#refillMs = refillMs;
    this.#now = now;
    this.#audit = audit;
    this.#left = burst;
    this.#filledAt = now();
  }

  /** Writes the record, or counts it; the next that is written says how many were not. */
  append(record: AuditRecord): void {
    this.#refill();
    if (this.#left < 1) {
      this.#keptOut++;
      return;
    }
    this.#left--;
    const keptOut = this.#keptOut;
    this.#keptOut = 0;
    this.#audit(keptOut === 0 ? record : { ...record, detail: { ...record.detail, keptOut } });
  }

  #refill(): void {
    const steps = Math.floor((this.#now() - this.#filledAt) / this.#refillMs);
    if (steps < 1) return;
    this.#filledAt += steps * this.#refillMs;
    this.#left = Math.min(this.#burst, this.#left + steps);
  }
}
