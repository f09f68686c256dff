/** Events that somebody should look at, of the last day. */
import { findEvents, type IndexDb, type Place } from './index-db.ts';

import { ALARM_EVENTS, type AlarmEvent } from './query.ts';

const DAY_MS = 86_400_000;
const NEWEST = 50;
const MOST = 1000;
/** A longer line is counted and not shown: the page takes all of them, every second. */
const MAX_SHOWN_BYTES = 8 * 1024;

export interface AlarmCounts {
  /** Up to {@link MOST} of each kind that there are any of. */
  readonly counts: Readonly<Partial<Record<AlarmEvent, number>>>;
  readonly newest: readonly Place[];
}

export function alarmsOf(db: IndexDb, now: number): AlarmCounts {
  const since = now - DAY_MS;
  const counts: Partial<Record<AlarmEvent, number>> = {};
  const newest: Place[] = [];
  for (const event of ALARM_EVENTS) {
    const found = findEvents(db, { alarm: event, since }, { limit: MOST, order: 'newest' });
    if (found.length > 0) counts[event] = found.length;
    newest.push(...found.filter(({ size }) => size <= MAX_SHOWN_BYTES).slice(0, NEWEST));
  }
  return { counts, newest: newest.sort((a, b) => b.id - a.id).slice(0, NEWEST) };
}

/** Messages of the last minute. */
export function messagesSince(db: IndexDb, since: number): number {
  const row = db.prepare('SELECT count(*) AS n FROM messages WHERE id >= ?').get([since * 1000]) as {
    n: number;
  };
  return row.n;
}
