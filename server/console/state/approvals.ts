/**
 * What waits for a second person. A request holds the exact action; it can be decided once, in time, and by somebody else
 * than who asked for it (another person with another card).
 */
import { createHash, randomBytes } from 'node:crypto';
import { Problem } from '../problem.ts';
import type { Administrator } from '../roles.ts';
import type { State } from './database.ts';

export type ApprovalState =
  | 'pending'
  | 'running'
  | 'done'
  | 'failed'
  | 'rejected'
  | 'expired'
  /** The console ended while it was done: nobody can say whether it was. */
  | 'unknown';

/** The parts of a request that say what is to be done. */
export interface Requested {
  readonly path: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly query: unknown;
}

export interface Approval {
  readonly id: string;
  readonly action: string;
  readonly request: Requested;
  /** What an approver has to repeat: SHA-256 over all of it, hex. */
  readonly digest: string;
  readonly requester: string;
  /** ISO 8601, UTC. */
  readonly requested: string;
  readonly expires: string;
  readonly state: ApprovalState;
  readonly decider: string | undefined;
  readonly decided: string | undefined;
  /** What came of it, as a sentence or a JSON value. */
  readonly result: unknown;
}

interface Row {
  readonly id: string;
  readonly action: string;
  readonly request: string;
  readonly digest: string;
  readonly requester: string;
  readonly requester_key: string;
  readonly requested: number;
  readonly expires: number;
  readonly state: ApprovalState;
  readonly decider: string | null;
  readonly decided: number | null;
  readonly result: string | null;
}

/** Requests of one person that may wait at the same time. */
const MAX_PENDING = 50;
const MAX_SHOWN = 200;

const iso = (ms: number): string => new Date(ms).toISOString();

function approvalOf(row: Row): Approval {
  return {
    id: row.id,
    action: row.action,
    request: JSON.parse(row.request) as Requested,
    digest: row.digest,
    requester: row.requester,
    requested: iso(row.requested),
    expires: iso(row.expires),
    state: row.state,
    decider: row.decider ?? undefined,
    decided: row.decided === null ? undefined : iso(row.decided),
    result: row.result === null ? undefined : JSON.parse(row.result),
  };
}

export class Approvals {
  readonly #state: State;
  readonly #keepMs: number;
  readonly #now: () => number;

  constructor(state: State, keepMs: number, now: () => number = Date.now) {
    this.#state = state;
    this.#keepMs = keepMs;
    this.#now = now;
    this.#state.exec("UPDATE approvals SET state = 'unknown' WHERE state = 'running'");
  }

  /** @throws Problem `too-many` */
  request(action: string, requested: Requested, who: Administrator, key: string): Approval {
    this.#expire();
    const { waiting } = this.#state
      .prepare("SELECT count(*) AS waiting FROM approvals WHERE requester = ? AND state = 'pending'")
      .get([who.id]) as { waiting: number };
    if (waiting >= MAX_PENDING) throw new Problem('too-many');
    const id = randomBytes(12).toString('base64url');
    const now = this.#now();
    const request = JSON.stringify(requested);
    const digest = createHash('sha256')
      .update(JSON.stringify([id, action, request, who.id, now]))
      .digest('hex');
    this.#state
      .prepare(
        `INSERT INTO approvals (id, action, request, digest, requester, requester_key, requested, expires, state)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'pending')`,
      )
      .run([id, action, request, digest, who.id, key, now, now + this.#keepMs]);
    return this.get(id);
  }

  /** @throws Problem `unknown` */
  get(id: string): Approval {
    this.#expire();
    return approvalOf(this.#row(id));
  }

  /** Those that wait, then the latest others. */
  list(): readonly Approval[] {
    this.#expire();
    const rows = this.#state
      .prepare("SELECT * FROM approvals ORDER BY state = 'pending' DESC, requested DESC LIMIT ?")
      .all([MAX_SHOWN]) as Row[];
    return rows.map(approvalOf);
  }

  /**
   * Takes the request for doing it now. Of two who do so at the same moment one gets it.
   *
   * @param digest what the approver saw
   * @throws Problem `same-person`, `other-action`, `conflict`, `gone`, `unknown`
   */
  approve(id: string, digest: string, who: Administrator, key: string): Approval {
    const row = this.#decidable(id);
    if (row.requester === who.id || row.requester_key === key) throw new Problem('same-person');
    if (row.digest !== digest) throw new Problem('other-action');
    this.#decide(id, 'running', who);
    return this.get(id);
  }

  /** The requester takes it back, or somebody else says no. @throws Problem as {@link approve} */
  reject(id: string, who: Administrator): Approval {
    this.#decidable(id);
    this.#decide(id, 'rejected', who);
    return this.get(id);
  }

  finish(id: string, state: 'done' | 'failed', result: unknown): Approval {
    this.#state
      .prepare("UPDATE approvals SET state = ?, result = ? WHERE id = ? AND state = 'running'")
      .run([state, JSON.stringify(result ?? null), id]);
    return this.get(id);
  }

  #row(id: string): Row {
    const row = this.#state.prepare('SELECT * FROM approvals WHERE id = ?').get([id]) as Row | undefined;
    if (row === undefined) throw new Problem('unknown');
    return row;
  }

  #decidable(id: string): Row {
    this.#expire();
    const row = this.#row(id);
    if (row.state === 'expired') throw new Problem('gone');
    if (row.state !== 'pending') throw new Problem('conflict');
    return row;
  }

  #decide(id: string, state: 'running' | 'rejected', who: Administrator): void {
    const { changes } = this.#state
      .prepare(
        "UPDATE approvals SET state = ?, decider = ?, decided = ? WHERE id = ? AND state = 'pending' AND expires > ?",
      )
      .run([state, who.id, this.#now(), id, this.#now()]);
    if (changes !== 1) throw new Problem('conflict');
  }

  #expire(): void {
    this.#state
      .prepare("UPDATE approvals SET state = 'expired' WHERE state = 'pending' AND expires <= ?")
      .run([this.#now()]);
  }
}
