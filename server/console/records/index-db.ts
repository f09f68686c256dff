/**
 * The search index over the servers' logs. The logs are the truth: the index holds where a line is and what it is found
 * by, never its text, and can be deleted and made anew. A row's id is its time (milliseconds, times a thousand, plus a
 * count), so that every search walks in the order of time and ends at its limit.
 */
import { createHash } from 'node:crypto';
import Database from 'libsql';
import { ALARM_SCHEMA, AlarmWriter } from './alarms.ts';
import { FEED_SCHEMA, FeedWriter } from './feeds.ts';
import { isImpersonation } from './impersonation.ts';
import { LIVE_SCHEMA, LiveWriter } from './live.ts';
import {
  ALARM_EVENTS,
  type AlarmEvent,
  type EventQuery,
  ftsWords,
  type MessageQuery,
  type Page,
} from './query.ts';
import { boundsOf, directionOf, nameId, nameIds, PER_MS } from './walk.ts';

const VERSION = 8;
/**
 * Beginnings of words that have an index of their own, in characters. Without one, every word with that beginning is put
 * together before the first row is known; with one, a search ends at its limit. It makes the index up to seven times as large.
 */
const PREFIXES = '1 2 3 4 5 6 7 8';
const SCHEMA = `
  CREATE TABLE files (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, inode INTEGER NOT NULL, done INTEGER NOT NULL,
    lines INTEGER NOT NULL DEFAULT 0, low INTEGER NOT NULL DEFAULT ${Number.MAX_SAFE_INTEGER}, high INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE names (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, text TEXT NOT NULL, UNIQUE (kind, text)) STRICT;
  CREATE TABLE messages (id INTEGER PRIMARY KEY, file INTEGER NOT NULL, at INTEGER NOT NULL, size INTEGER NOT NULL) STRICT;
  CREATE VIRTUAL TABLE words USING fts5(text, who, place, label, content='', contentless_delete=1,
    prefix='${PREFIXES}', tokenize='unicode61 remove_diacritics 2');
  CREATE TABLE events (
    id INTEGER PRIMARY KEY, file INTEGER NOT NULL, at INTEGER NOT NULL, size INTEGER NOT NULL,
    event INTEGER NOT NULL, user INTEGER NOT NULL, machine INTEGER NOT NULL, alarm INTEGER
  ) STRICT;
  CREATE INDEX events_by_event ON events (event, id);
  CREATE INDEX events_by_user ON events (user, id);
  CREATE INDEX events_by_machine ON events (machine, id);
  CREATE INDEX events_by_alarm ON events (alarm, id) WHERE alarm IS NOT NULL;
  ${LIVE_SCHEMA}
  ${ALARM_SCHEMA}
  ${FEED_SCHEMA}
  PRAGMA user_version = ${VERSION};`;

export type IndexDb = Database.Database;
type Statement = ReturnType<IndexDb['prepare']>;

/** Where a line is. */
export interface Place {
  readonly id: number;
  readonly file: number;
  readonly at: number;
  readonly size: number;
}

/** Opens the index; one of another version is emptied first. */
export function openIndex(path: string): IndexDb {
  const db = new Database(path);
  db.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536; PRAGMA trusted_schema = OFF;',
  );
  const { user_version: version } = db.prepare('PRAGMA user_version').get([]) as { user_version: number };
  if (version === VERSION) return db;
  const tables = [
    'words',
    'messages',
    'events',
    'names',
    'files',
    'online',
    'machines',
    'rooms',
    'alarms',
    'seen',
    'feeds',
    'notices',
  ];
  for (const name of tables) db.exec(`DROP TABLE IF EXISTS ${name}`);
  db.exec(`BEGIN; ${SCHEMA} COMMIT;`);
  return db;
}

/** A word of letters and digits that stands for a text exactly. */
function token(text: string): string {
  return `x${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
}

/** The tokens of addresses: the whole of each, and its part before the @. */
function addressTokens(addresses: readonly unknown[]): string {
  const texts = addresses
    .filter((address) => typeof address === 'string')
    .map((address) => address.toLowerCase());
  return [...new Set(texts.flatMap((text) => [text, text.split('@')[0] ?? '']))].map(token).join(' ');
}

export type Line = Readonly<Record<string, unknown>>;

/** A text of a line; what is none is empty: an object may not even be made one (`{"toString":0}`). */
const textOf = (value: unknown, most: number): string =>
  typeof value === 'string' ? value.slice(0, most) : '';

/** The one alarm that an event is; undefined for most. */
function alarmOf(line: Line): AlarmEvent | undefined {
  if (isImpersonation(line)) return 'impersonation';
  const event = textOf(line.event, 128);
  return ALARM_EVENTS.find((name) => event === name || event.startsWith(`${name}.`));
}

/** Writes lines into the index; one transaction is the caller's. */
export class IndexWriter {
  readonly #message;
  readonly #words;
  readonly #event;
  readonly #lastMessage;
  readonly #lastEvent;
  readonly #name;
  readonly #newName;
  readonly #live: LiveWriter;
  readonly #alarms: AlarmWriter;
  readonly #feeds: FeedWriter;
  readonly #names = new Map<string, number>();

  constructor(db: IndexDb) {
    this.#message = db.prepare('INSERT OR IGNORE INTO messages (id, file, at, size) VALUES (?, ?, ?, ?)');
    this.#words = db.prepare('INSERT INTO words (rowid, text, who, place, label) VALUES (?, ?, ?, ?, ?)');
    this.#event = db.prepare(
      'INSERT OR IGNORE INTO events (id, file, at, size, event, user, machine, alarm) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    );
    const last = (table: string) => db.prepare(`SELECT max(id) AS id FROM ${table} WHERE id >= ? AND id < ?`);
    this.#lastMessage = last('messages');
    this.#lastEvent = last('events');
    this.#name = db.prepare('SELECT id FROM names WHERE kind = ? AND text = ?');
    this.#newName = db.prepare('INSERT INTO names (kind, text) VALUES (?, ?)');
    this.#live = new LiveWriter(db);
    this.#alarms = new AlarmWriter(db);
    this.#feeds = new FeedWriter(db);
  }

  /** Names that a rolled back transaction made are forgotten. */
  forget(): void {
    this.#names.clear();
  }

  /** Answers the line's row; undefined for one without a time. */
  message(file: number, at: number, size: number, line: Line): number | undefined {
    const id = this.#freeRow(this.#lastMessage, line);
    if (id === undefined) return undefined;
    this.#message.run([id, file, at, size]);
    this.#live.message(line);
    this.#feeds.message(id, file, line);
    const text = [line.subject, line.body, line.payloads]
      .filter((part) => typeof part === 'string')
      .join('\n');
    this.#words.run([
      id,
      text,
      addressTokens([line.from, line.to]),
      addressTokens([line.room]),
      typeof line.label === 'string' ? token(line.label) : '',
    ]);
    return id;
  }

  /**
   * Answers the line's row; undefined for one without a time.
   *
   * @param source a client's line says nothing of who is online, and only the console's own says that an alarm was seen
   * @param raw the line as it was written
   */
  event(
    file: number,
    at: number,
    line: Line,
    source: 'events' | 'console' | 'collected',
    raw: Uint8Array,
  ): number | undefined {
    const size = raw.length;
    const alarm = alarmOf(line);
    const kind = alarm === undefined ? null : this.#nameId('alarm', alarm);
    const ids = [
      this.#nameId('event', textOf(line.event, 128)),
      this.#nameId('user', textOf(line.user, 1024).toLowerCase()),
      this.#nameId('machine', textOf(line.machine, 128)),
      kind,
    ];
    const id = this.#freeRow(this.#lastEvent, line);
    if (id !== undefined) this.#event.run([id, file, at, size, ...ids]);
    if (id !== undefined && kind !== null) this.#alarms.alarm({ id, file, at, size }, kind, raw);
    if (source === 'console') this.#alarms.take(file, line);
    this.#live.take(line, source === 'collected');
    return id;
  }

  /** The row after the last of the line's millisecond, or of those after it: one look a millisecond, however many there are. */
  #freeRow(last: Statement, line: Line): number | undefined {
    const ms = Date.parse(textOf(line.time, 64));
    if (!Number.isSafeInteger(ms) || ms <= 0 || ms > Number.MAX_SAFE_INTEGER / PER_MS / 2) return undefined;
    for (let from = ms * PER_MS; from < (ms + 1000) * PER_MS; from += PER_MS) {
      const { id } = last.get([from, from + PER_MS]) as { id: number | null };
      if (id === null) return from;
      if (id + 1 < from + PER_MS) return id + 1;
    }
    return undefined;
  }

  #nameId(kind: string, text: string): number {
    const key = `${kind}\n${text}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const row = this.#name.get([kind, text]) as { id: number } | undefined;
    const id = row?.id ?? Number(this.#newName.run([kind, text]).lastInsertRowid);
    this.#names.set(key, id);
    return id;
  }
}

export function findMessages(db: IndexDb, query: MessageQuery, page: Page): readonly Place[] {
  const { from, to } = boundsOf(query, page);
  const terms = [
    ...(query.words === undefined ? [] : [ftsWords(query.words)]),
    ...(query.user === undefined ? [] : [`who : ${token(query.user)}`]),
    ...(query.room === undefined ? [] : [`place : ${token(query.room)}`]),
    ...(query.label === undefined ? [] : [`label : ${token(query.label)}`]),
  ].filter((term) => term !== '');
  if (query.words !== undefined && ftsWords(query.words) === '') return [];
  if (terms.length === 0)
    return db
      .prepare(
        `SELECT id, file, at, size FROM messages WHERE id BETWEEN ? AND ? ORDER BY id ${directionOf(page)} LIMIT ?`,
      )
      .all([from, to, page.limit]) as Place[];
  // A number of JavaScript is bound as a REAL, and FTS5 goes straight to a row only by an INTEGER: without the casts it would
  // walk over all that is newer.
  const rows = db
    .prepare(
      `SELECT rowid AS id FROM words WHERE words MATCH ? AND rowid BETWEEN CAST(? AS INTEGER) AND CAST(? AS INTEGER) ORDER BY rowid ${directionOf(page)} LIMIT ?`,
    )
    .all([terms.join(' AND '), from, to, page.limit]) as { id: number }[];
  const place = db.prepare('SELECT id, file, at, size FROM messages WHERE id = ?');
  return rows.flatMap(({ id }) => (place.get([id]) as Place | undefined) ?? []);
}

/** Whether an event of that name can be an alarm of that kind at all: of millions of alarms none would be found. */
function canBe({ alarm, event }: EventQuery): boolean {
  if (alarm === undefined || event === undefined || alarm === 'impersonation') return true;
  return `${alarm}.`.startsWith(`${event}.`) || `${event}.`.startsWith(`${alarm}.`);
}

export function findEvents(db: IndexDb, query: EventQuery, page: Page): readonly Place[] {
  const { from, to } = boundsOf(query, page);
  const users = query.user === undefined ? undefined : nameIds(db, 'user', query.user, '@');
  const machines = query.machine === undefined ? undefined : nameId(db, 'machine', query.machine);
  const alarms = query.alarm === undefined ? undefined : nameId(db, 'alarm', query.alarm);
  const events = query.event === undefined ? undefined : nameIds(db, 'event', query.event, '.');
  if (!canBe(query)) return [];
  const marks = (ids: readonly number[]) => ids.map(() => '?').join(',');
  // One walk through one index, the one that leaves least; the others only filter ("+" keeps them from being used).
  const [driver, ids] =
    users !== undefined
      ? (['user', users] as const)
      : machines !== undefined
        ? (['machine', machines] as const)
        : alarms !== undefined
          ? (['alarm', alarms] as const)
          : events !== undefined
            ? (['event', events] as const)
            : (['', [0]] as const);
  const others = (
    [
      ['user', users],
      ['machine', machines],
      ['alarm', alarms],
      ['event', events],
    ] as const
  ).flatMap(([name, list]) => (name === driver || list === undefined ? [] : [[name, list] as const]));
  if (others.some(([, list]) => list.length === 0)) return [];
  const filters = others.map(([name, list]) => ` AND +${name} IN (${marks(list)})`).join('');
  const statement = db.prepare(
    `SELECT id, file, at, size FROM events WHERE ${driver === '' ? '? = 0' : `${driver} = ?`} AND id BETWEEN ? AND ?${filters}
     ORDER BY id ${directionOf(page)} LIMIT ?`,
  );
  const found = ids.flatMap(
    (id) => statement.all([id, from, to, ...others.flatMap(([, list]) => list), page.limit]) as Place[],
  );
  const sign = page.order === 'newest' ? -1 : 1;
  return found.sort((a, b) => sign * (a.id - b.id)).slice(0, page.limit);
}
