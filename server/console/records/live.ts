/**
 * What the events say of the present: who is online from where, and what each machine last said of itself. Kept beside the
 * index as its lines come by; made anew with it.
 */
import type { OnlineInfo } from '../contract.ts';
import type { IndexDb, Line } from './index-db.ts';

export const LIVE_SCHEMA = `
  CREATE TABLE online (
    session TEXT PRIMARY KEY, server TEXT NOT NULL, user TEXT NOT NULL, machine TEXT NOT NULL, ip TEXT NOT NULL,
    resource TEXT NOT NULL, epoch INTEGER, since TEXT NOT NULL, bound INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX online_by_user ON online (bound, user);
  CREATE TABLE rooms (room TEXT PRIMARY KEY, last TEXT NOT NULL, messages INTEGER NOT NULL) STRICT;
  CREATE INDEX rooms_by_last ON rooms (last);
  CREATE TABLE machines (
    machine TEXT PRIMARY KEY, seen TEXT NOT NULL DEFAULT '', user TEXT NOT NULL DEFAULT '', epoch INTEGER, version TEXT,
    policy TEXT, sequence INTEGER,
    epoch_at TEXT NOT NULL DEFAULT '', user_at TEXT NOT NULL DEFAULT '', version_at TEXT NOT NULL DEFAULT '',
    policy_at TEXT NOT NULL DEFAULT ''
  ) STRICT;`;

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

export interface RoomState {
  readonly room: string;
  /** When the last message was written. */
  readonly last: string;
  /** How many were, since the index was made. */
  readonly messages: number;
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

type Kind = 'epoch' | 'user' | 'version' | 'policy';

/** What is said of each kind, besides when it was said. */
const MACHINE_COLUMNS: Readonly<Record<Kind, readonly string[]>> = {
  epoch: ['epoch'],
  user: ['user'],
  version: ['version'],
  policy: ['policy', 'sequence'],
};

/** Follows the events. */
export class LiveWriter {
  readonly #verified;
  readonly #started;
  readonly #ended;
  readonly #serverGone;
  readonly #known;
  readonly #seen;
  readonly #said;
  readonly #spoken;
  readonly #roomGone;

  constructor(db: IndexDb) {
    this.#verified = db.prepare(
      `INSERT INTO online (session, server, user, machine, ip, resource, epoch, since, bound)
       VALUES (?, ?, '', ?, ?, '', ?, ?, 0) ON CONFLICT (session) DO UPDATE SET epoch = excluded.epoch`,
    );
    this.#started = db.prepare(
      `INSERT INTO online (session, server, user, machine, ip, resource, epoch, since, bound)
       VALUES (?, ?, ?, ?, ?, ?, NULL, ?, 1) ON CONFLICT (session) DO UPDATE SET
         user = excluded.user, machine = excluded.machine, ip = excluded.ip, resource = excluded.resource,
         since = excluded.since, bound = 1`,
    );
    this.#ended = db.prepare('DELETE FROM online WHERE session = ?');
    this.#serverGone = db.prepare('DELETE FROM online WHERE server = ?');
    this.#spoken = db.prepare(
      `INSERT INTO rooms (room, last, messages) VALUES (?, ?, 1)
       ON CONFLICT (room) DO UPDATE SET last = max(last, excluded.last), messages = messages + 1`,
    );
    this.#roomGone = db.prepare('DELETE FROM rooms WHERE room = ?');
    this.#known = db.prepare('INSERT OR IGNORE INTO machines (machine) VALUES (?)');
    this.#seen = db.prepare('UPDATE machines SET seen = max(seen, ?) WHERE machine = ?');
    const say = (kind: Kind) => {
      const columns = MACHINE_COLUMNS[kind].map((name) => `${name} = ?`).join(', ');
      return db.prepare(
        `UPDATE machines SET ${columns}, ${kind}_at = ? WHERE machine = ? AND ${kind}_at <= ?`,
      );
    };
    this.#said = { epoch: say('epoch'), user: say('user'), version: say('version'), policy: say('policy') };
  }

  /** A message of the log; those between people are nobody's room. */
  message(line: Line): void {
    if (typeof line.room === 'string') this.#spoken.run([text(line.room, 1024), text(line.time, 32)]);
  }

  /** @param collected what a client says of a server, or of somebody's session, is not believed */
  take(line: Line, collected: boolean): void {
    const session = text(line.session, 128);
    const server = text(line.server, 32);
    const machine = text(line.machine, 128);
    const ip = text(line.ip, 64);
    const time = text(line.time, 32);
    const own = line.event === 'app.started' || line.event === 'policy.activated';
    if (collected && !own) return;
    switch (line.event) {
      // A connection that has passed the lock; it may be none of a person yet.
      case 'lock.verified':
        this.#verified.run([session, server, machine, ip, whole(line.epoch), time]);
        this.#machine(machine, time, 'epoch', [whole(line.epoch)]);
        break;
      case 'session.started': {
        const user = text(line.user, 1024);
        this.#started.run([session, server, user, machine, ip, text(line.resource, 256), time]);
        this.#machine(machine, time, 'user', [user]);
        break;
      }
      case 'room.destroyed':
        this.#roomGone.run([text(line.room, 1024)]);
        break;
      case 'session.ended':
        this.#ended.run([session]);
        break;
      case 'server.started':
      case 'server.stopped':
        this.#serverGone.run([server]);
        break;
      case 'app.started':
        this.#machine(machine, time, 'version', [text(detailOf(line).version, 64)]);
        break;
      case 'policy.activated': {
        const { policyId, sequence } = detailOf(line);
        this.#machine(machine, time, 'policy', [text(policyId, 256), whole(sequence)]);
      }
    }
  }

  /** A client's lines may come hours later than the server's: of each kind the latest counts. */
  #machine(machine: string, time: string, kind: Kind, values: readonly (string | number | null)[]): void {
    if (machine === '') return;
    this.#known.run([machine]);
    this.#seen.run([time, machine]);
    this.#said[kind].run([...values, time, machine, time]);
  }
}

function detailOf({ detail }: Line): Line {
  return typeof detail === 'object' && detail !== null ? (detail as Line) : {};
}

const LIKE = (value: string): string => `%${value.replace(/[\\%_]/g, '\\$&')}%`;

/** Who is online, by user; and how many there are. */
export function onlineSessions(
  db: IndexDb,
  { text: wanted, offset, limit }: OnlineQuery,
): { readonly total: number; readonly sessions: readonly OnlineInfo[] } {
  const like = wanted === undefined || wanted === '' ? '%' : LIKE(wanted);
  const where = `o.bound = 1 AND (lower(o.user) LIKE ?1 ESCAPE '\\' OR lower(o.machine) LIKE ?1 ESCAPE '\\' OR o.ip LIKE ?1 ESCAPE '\\')`;
  const { n } = db.prepare(`SELECT count(*) AS n FROM online o WHERE ${where}`).get([like]) as { n: number };
  const sessions = db
    .prepare(
      `SELECT o.session, o.user, o.machine, o.ip, o.resource, o.epoch, o.since, m.version, m.policy, m.sequence
       FROM online o LEFT JOIN machines m ON m.machine = o.machine WHERE ${where} ORDER BY o.user, o.since LIMIT ?2 OFFSET ?3`,
    )
    .all([like, limit, offset]) as OnlineInfo[];
  return { total: n, sessions };
}

/** Rooms by their last message, the latest first. */
export function busyRooms(db: IndexDb, limit: number): readonly RoomState[] {
  return db
    .prepare('SELECT room, last, messages FROM rooms ORDER BY last DESC LIMIT ?')
    .all([limit]) as RoomState[];
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
