/**
 * Events that somebody should look at, and whether somebody did. That an alarm was seen is itself a line of the console's log
 * (`console.alarm.seen`), so it is on record with name and reason, and is there again when the index is made anew. An alarm goes
 * by a hash of its line: where the line is changes when a log is rewritten.
 */
import { createHash } from 'node:crypto';
import type { IndexDb, Line, Place } from './index-db.ts';
import type { AlarmEvent, AlarmQuery, Page } from './query.ts';
import { boundsOf, directionOf, nameId, PER_MS } from './walk.ts';

export const ALARM_SCHEMA = `
  CREATE TABLE alarms (
    id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, hash TEXT NOT NULL, seen INTEGER NOT NULL, file INTEGER NOT NULL,
    at INTEGER NOT NULL, size INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX alarms_by_state ON alarms (seen, id);
  CREATE INDEX alarms_by_kind ON alarms (kind, seen, id);
  CREATE INDEX alarms_by_hash ON alarms (hash);
  CREATE TABLE seen (hash TEXT PRIMARY KEY, file INTEGER NOT NULL, time TEXT NOT NULL, who TEXT NOT NULL, reason TEXT NOT NULL) STRICT;
  CREATE INDEX seen_by_file ON seen (file);`;

/** What the console's log calls it; its detail has the alarm's `id`, and the reason. */
export const SEEN_EVENT = 'alarm.seen';

const DAY_MS = 86_400_000;
const NEWEST = 50;
const MOST = 1000;
/** A longer line is counted and not shown: the page takes all of them, every second. */
const MAX_SHOWN_BYTES = 8 * 1024;
const HASH = /^[0-9a-f]{32}$/;

/** @param raw the line as it was written, without its end */
function hashOf(raw: Uint8Array): string {
  return createHash('sha256').update(raw).digest('hex').slice(0, 32);
}

/** Keeps alarms as their lines come by, and what was seen of them. */
export class AlarmWriter {
  readonly #alarm;
  readonly #isSeen;
  readonly #seen;
  readonly #mark;

  constructor(db: IndexDb) {
    this.#alarm = db.prepare(
      'INSERT OR IGNORE INTO alarms (id, kind, hash, seen, file, at, size) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#isSeen = db.prepare('SELECT 1 AS seen FROM seen WHERE hash = ?');
    this.#seen = db.prepare(
      'INSERT OR IGNORE INTO seen (hash, file, time, who, reason) VALUES (?, ?, ?, ?, ?)',
    );
    this.#mark = db.prepare('UPDATE alarms SET seen = 1 WHERE hash = ?');
  }

  /** @param kind id of the alarm's name */
  alarm({ id, file, at, size }: Place, kind: number, raw: Uint8Array): void {
    const hash = hashOf(raw);
    const seen = this.#isSeen.get([hash]) === undefined ? 0 : 1;
    this.#alarm.run([id, kind, hash, seen, file, at, size]);
  }

  /** @param line of the console's own log: nobody else says that an alarm was seen */
  take(file: number, { event, time, user, detail }: Line): void {
    if (event !== `console.${SEEN_EVENT}` || typeof detail !== 'object' || detail === null) return;
    const { alarm, reason } = detail as Line;
    if (typeof alarm !== 'string' || !HASH.test(alarm)) return;
    const texts = [time, user, reason].map((value) => (typeof value === 'string' ? value.slice(0, 512) : ''));
    this.#seen.run([alarm, file, ...texts]);
    this.#mark.run([alarm]);
  }
}

/** What a log that is gone said was seen, and its alarms, are forgotten; one transaction is the caller's. */
export function dropAlarms(db: IndexDb, file: number, low: number, high: number): void {
  db.prepare('DELETE FROM alarms WHERE id BETWEEN ? AND ? AND file = ?').run([low, high, file]);
  db.prepare('UPDATE alarms SET seen = 0 WHERE hash IN (SELECT hash FROM seen WHERE file = ?)').run([file]);
  db.prepare('DELETE FROM seen WHERE file = ?').run([file]);
}

/** An alarm, where its line is, and who has seen it when. */
export interface AlarmPlace extends Place {
  readonly hash: string;
  readonly kind: AlarmEvent;
  readonly seenAt: string | null;
  readonly seenBy: string | null;
  readonly reason: string | null;
}

export function findAlarms(db: IndexDb, query: AlarmQuery, page: Page): readonly AlarmPlace[] {
  const { from, to } = boundsOf(query, page);
  const kinds = query.kind === undefined ? undefined : nameId(db, 'alarm', query.kind);
  const states = query.state === undefined ? [0, 1] : [query.state === 'seen' ? 1 : 0];
  const statement = db.prepare(
    `SELECT a.id, a.file, a.at, a.size, a.hash, n.text AS kind, s.time AS seenAt, s.who AS seenBy, s.reason
     FROM alarms a JOIN names n ON n.id = a.kind LEFT JOIN seen s ON s.hash = a.hash
     WHERE ${kinds === undefined ? '' : 'a.kind = ? AND '}a.seen = ? AND a.id BETWEEN ? AND ?
     ORDER BY a.id ${directionOf(page)} LIMIT ?`,
  );
  // One walk through an index for each state: both together would be sorted.
  const found = (kinds ?? [undefined]).flatMap((kind) =>
    states.flatMap(
      (state) =>
        statement.all([...(kind === undefined ? [] : [kind]), state, from, to, page.limit]) as AlarmPlace[],
    ),
  );
  const sign = page.order === 'newest' ? -1 : 1;
  return found.sort((a, b) => sign * (a.id - b.id)).slice(0, page.limit);
}

export const OPEN = 'SELECT 1 AS open FROM alarms WHERE hash = ? AND +seen = 0 LIMIT 1';

/** Those of the alarms that are there and nobody has seen yet. */
export function openAlarms(db: IndexDb, hashes: readonly string[]): readonly string[] {
  // "+" keeps the index of all open ones from being taken.
  const open = db.prepare(OPEN);
  return hashes.filter((hash) => open.get([hash]) !== undefined);
}

export interface AlarmCounts {
  /** Up to {@link MOST} of each kind that there are any of. */
  readonly counts: Readonly<Partial<Record<AlarmEvent, number>>>;
  readonly newest: readonly Place[];
}

/** Those of the last day that nobody has seen yet. */
export function alarmsOf(db: IndexDb, now: number): AlarmCounts {
  const since = (now - DAY_MS) * PER_MS;
  const names = db.prepare("SELECT id, text FROM names WHERE kind = 'alarm'").all([]) as {
    id: number;
    text: AlarmEvent;
  }[];
  const count = db.prepare(
    'SELECT count(*) AS n FROM (SELECT 1 FROM alarms WHERE kind = ? AND seen = 0 AND id >= ? LIMIT ?)',
  );
  const counts: Partial<Record<AlarmEvent, number>> = {};
  for (const { id, text } of names) {
    const { n } = count.get([id, since, MOST]) as { n: number };
    if (n > 0) counts[text] = n;
  }
  const newest = db
    .prepare(
      'SELECT id, file, at, size FROM alarms WHERE seen = 0 AND id >= ? AND size <= ? ORDER BY id DESC LIMIT ?',
    )
    .all([since, MAX_SHOWN_BYTES, NEWEST]) as Place[];
  return { counts, newest };
}

/** Messages of the last minute. */
export function messagesSince(db: IndexDb, since: number): number {
  const row = db.prepare('SELECT count(*) AS n FROM messages WHERE id >= ?').get([since * PER_MS]) as {
    n: number;
  };
  return row.n;
}
