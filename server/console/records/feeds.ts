/**
 * What the message log says of feeds (XEP-0060): which there are, who published last, and which notices are in them. As with rooms,
 * only what something was published in is known. Texts stay in the log.
 */
import type { FeedInfo } from '../contract.ts';
import type { IndexDb, Line, Place } from './index-db.ts';

/** What people publish themselves (XEP-0277). */
const PERSON_NODE = 'urn:xmpp:microblog:0';
/** As many as a server keeps of a feed, and some: what it has let go is no use here. */
const MAX_NOTICES = 256;
const MAX_NAME = 1024;

export const FEED_SCHEMA = `
  CREATE TABLE feeds (
    name TEXT PRIMARY KEY, last TEXT NOT NULL DEFAULT '', publisher TEXT NOT NULL DEFAULT '', subscribers INTEGER
  ) STRICT;
  CREATE TABLE notices (
    feed TEXT NOT NULL, id TEXT NOT NULL, message INTEGER NOT NULL, file INTEGER NOT NULL, publisher TEXT NOT NULL,
    PRIMARY KEY (feed, id)
  ) STRICT;
  CREATE INDEX notices_by_message ON notices (feed, message);
  CREATE INDEX notices_by_file ON notices (file);`;

const text = (value: unknown): string => (typeof value === 'string' ? value.slice(0, MAX_NAME) : '');

/** What the switch calls the feed of a record: its node, or the address of the person whose own it is. */
function nameOf(line: Line): string {
  return line.feed === PERSON_NODE ? text(line.to).toLowerCase() : text(line.feed);
}

/** Follows the records of what is published and taken back. */
export class FeedWriter {
  readonly #published;
  readonly #added;
  readonly #gone;
  readonly #trimmed;

  constructor(db: IndexDb) {
    this.#published = db.prepare(
      `INSERT INTO feeds (name, last, publisher, subscribers) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET
         last = excluded.last, publisher = excluded.publisher, subscribers = coalesce(excluded.subscribers, subscribers)
       WHERE excluded.last >= last`,
    );
    this.#added = db.prepare(
      'INSERT OR REPLACE INTO notices (feed, id, message, file, publisher) VALUES (?, ?, ?, ?, ?)',
    );
    // Logged before the server decides: what somebody else asks to take back may be there still. A service itself takes away.
    this.#gone = db.prepare(
      `DELETE FROM notices WHERE feed = ?1 AND id = ?2 AND message < ?3 AND (publisher = ?4 OR instr(?4, '@') = 0)`,
    );
    this.#trimmed = db.prepare(
      `DELETE FROM notices WHERE feed = ?1 AND message <=
         (SELECT message FROM notices WHERE feed = ?1 ORDER BY message DESC LIMIT 1 OFFSET ${MAX_NOTICES})`,
    );
  }

  /** @param row the line's row in the index, in the order of time */
  message(row: number, file: number, line: Line): void {
    const name = line.type === 'feed' ? nameOf(line) : '';
    if (name === '') return;
    const id = text(line.id);
    if (typeof line.payloads !== 'string') {
      this.#gone.run([name, id, row, text(line.from)]);
      return;
    }
    const { subscribers } = line;
    const count = Number.isSafeInteger(subscribers) ? Number(subscribers) : null;
    this.#published.run([name, text(line.time), text(line.from), count]);
    if (id === '') return;
    this.#added.run([name, id, row, file, text(line.from)]);
    this.#trimmed.run([name]);
  }
}

/** A log is gone, and with it what it said. */
export function dropNotices(db: IndexDb, file: number): void {
  db.prepare('DELETE FROM notices WHERE file = ?').run([file]);
}

export type FeedState = Omit<FeedInfo, 'off'>;

/** Feeds by their last notice, the latest first. */
export function knownFeeds(db: IndexDb, limit: number): readonly FeedState[] {
  return db
    .prepare(
      `SELECT name, last, publisher, subscribers, (SELECT count(*) FROM notices WHERE feed = feeds.name) AS notices
       FROM feeds ORDER BY last DESC LIMIT ?`,
    )
    .all([limit]) as FeedState[];
}

/** Where the log has the notices of a feed, newest first. */
export function noticesOf(db: IndexDb, feed: string): readonly Place[] {
  return db
    .prepare(
      `SELECT m.id, m.file, m.at, m.size FROM notices n JOIN messages m ON m.id = n.message WHERE n.feed = ? ORDER BY n.message DESC`,
    )
    .all([feed]) as Place[];
}
