/**
 * What the events say of the present: who is online from where, and what each machine last said of itself. Kept beside the
 * index as its lines come by; made anew with it.
 */
import type { IndexDb, Line } from './index-db.ts';

export const LIVE_SCHEMA = `
  CREATE TABLE online (
    session TEXT PRIMARY KEY, server TEXT NOT NULL, user TEXT NOT NULL, machine TEXT NOT NULL, ip TEXT NOT NULL,
    resource TEXT NOT NULL, epoch INTEGER, since TEXT NOT NULL, bound INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX online_by_user ON online (bound, user);
  CREATE TABLE machines (
    machine TEXT PRIMARY KEY, seen TEXT NOT NULL DEFAULT '', user TEXT NOT NULL DEFAULT '', epoch INTEGER, version TEXT,
    policy TEXT, sequence INTEGER,
    epoch_at TEXT NOT NULL DEFAULT '', user_at TEXT NOT NULL DEFAULT '', version_at TEXT NOT NULL DEFAULT '',
    policy_at TEXT NOT NULL DEFAULT ''
  ) STRICT;`;

export interface OnlineSession {
  readonly session: string;
  readonly user: string;
  readonly machine: string;
  readonly ip: string;
  readonly resource: string;
  readonly epoch: number | null;
  readonly since: string;
  /** What the machine last said of itself; null where no client's log is collected. */
  readonly version: string | null;
  readonly policy: string | null;
  readonly sequence: number | null;
}

export interface MachineState {
  readonly machine: string;
  /** When anything was last heard of it. */
  readonly seen: string;
  readonly user: string;
  readonly epoch: number | null;
  readonly version: string | null;
  readonly policy: string | null;
  readonly sequence: number | null;
  /** Since when it has that policy; empty when that is not known. */
  readonly policy_at: string;
}

export interface OnlineQuery {
  /** A part of user, machine or address; lower case. */
  readonly text?: string | undefined;
  readonly offset: number;
  readonly limit: number;
}

const text = (value: unknown, most: number): string =>
  typeof value === 'string' ? value.slice(0, most) : '';
/** A whole number; the lock's epochs are written as digits (lock.md). */
const whole = (value: unknown): number | null => {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) ? Number(number) : null;
};

/** Follows the events. */
export class LiveWriter {
  readonly #db: IndexDb;

  constructor(db: IndexDb) {
    this.#db = db;
  }

  take(line: Line): void {
    switch (line.event) {
      case 'lock.verified':
        this.#verified(line);
        break;
      case 'session.started':
        this.#started(line);
        break;
      case 'session.ended':
        this.#db.prepare('DELETE FROM online WHERE session = ?').run([text(line.session, 128)]);
        break;
      case 'server.started':
      case 'server.stopped':
        this.#db.prepare('DELETE FROM online WHERE server = ?').run([text(line.server, 32)]);
        break;
      case 'app.started':
        this.#machine(line, 'version', { version: text(this.#detail(line).version, 64) });
        break;
      case 'policy.activated': {
        const { policyId, sequence } = this.#detail(line);
        this.#machine(line, 'policy', { policy: text(policyId, 256), sequence: whole(sequence) });
      }
    }
  }

  #detail({ detail }: Line): Line {
    return typeof detail === 'object' && detail !== null ? (detail as Line) : {};
  }

  /** A connection that has passed the lock; it may be none of a person yet. */
  #verified(line: Line): void {
    this.#db
      .prepare(
        `INSERT INTO online (session, server, user, machine, ip, resource, epoch, since, bound)
         VALUES (?, ?, '', ?, ?, '', ?, ?, 0) ON CONFLICT (session) DO UPDATE SET epoch = excluded.epoch`,
      )
      .run([
        text(line.session, 128),
        text(line.server, 32),
        text(line.machine, 128),
        text(line.ip, 64),
        whole(line.epoch),
        text(line.time, 32),
      ]);
    this.#machine(line, 'epoch', { epoch: whole(line.epoch) });
  }

  #started(line: Line): void {
    this.#db
      .prepare(
        `INSERT INTO online (session, server, user, machine, ip, resource, epoch, since, bound)
         VALUES (?, ?, ?, ?, ?, ?, NULL, ?, 1) ON CONFLICT (session) DO UPDATE SET
           user = excluded.user, machine = excluded.machine, ip = excluded.ip, resource = excluded.resource,
           since = excluded.since, bound = 1`,
      )
      .run([
        text(line.session, 128),
        text(line.server, 32),
        text(line.user, 1024),
        text(line.machine, 128),
        text(line.ip, 64),
        text(line.resource, 256),
        text(line.time, 32),
      ]);
    this.#machine(line, 'user', { user: text(line.user, 1024) });
  }

  /** A client's lines may come hours later than the server's: of each kind the latest counts. */
  #machine(
    line: Line,
    kind: 'epoch' | 'user' | 'version' | 'policy',
    said: Readonly<Record<string, string | number | null>>,
  ): void {
    const machine = text(line.machine, 128);
    const time = text(line.time, 32);
    if (machine === '') return;
    this.#db.prepare('INSERT OR IGNORE INTO machines (machine) VALUES (?)').run([machine]);
    this.#db.prepare('UPDATE machines SET seen = max(seen, ?) WHERE machine = ?').run([time, machine]);
    const names = Object.keys(said).map((name) => `${name} = ?`);
    this.#db
      .prepare(
        `UPDATE machines SET ${names.join(', ')}, ${kind}_at = ? WHERE machine = ? AND ${kind}_at <= ?`,
      )
      .run([...Object.values(said), time, machine, time]);
  }
}

const LIKE = (value: string): string => `%${value.replace(/[\\%_]/g, '\\$&')}%`;

/** Who is online, by user; and how many there are. */
export function onlineSessions(
  db: IndexDb,
  { text: wanted, offset, limit }: OnlineQuery,
): { readonly total: number; readonly sessions: readonly OnlineSession[] } {
  const like = wanted === undefined || wanted === '' ? '%' : LIKE(wanted);
  const where = `o.bound = 1 AND (lower(o.user) LIKE ?1 ESCAPE '\\' OR lower(o.machine) LIKE ?1 ESCAPE '\\' OR o.ip LIKE ?1 ESCAPE '\\')`;
  const { n } = db.prepare(`SELECT count(*) AS n FROM online o WHERE ${where}`).get([like]) as { n: number };
  const sessions = db
    .prepare(
      `SELECT o.session, o.user, o.machine, o.ip, o.resource, o.epoch, o.since, m.version, m.policy, m.sequence
       FROM online o LEFT JOIN machines m ON m.machine = o.machine WHERE ${where} ORDER BY o.user, o.since LIMIT ?2 OFFSET ?3`,
    )
    .all([like, limit, offset]) as OnlineSession[];
  return { total: n, sessions };
}

/** Sessions by user, of those who have any. */
export function sessionCounts(db: IndexDb, users: readonly string[]): readonly number[] {
  const count = db.prepare('SELECT count(*) AS n FROM online WHERE bound = 1 AND user = ?');
  return users.map((user) => (count.get([user]) as { n: number }).n);
}

/** Every machine that was heard of, by name. */
export function machineStates(db: IndexDb): readonly MachineState[] {
  return db
    .prepare(
      'SELECT machine, seen, user, epoch, version, policy, sequence, policy_at FROM machines ORDER BY machine LIMIT 100000',
    )
    .all([]) as MachineState[];
}
