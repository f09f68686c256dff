/** From the index to what was written: lines read from the logs themselves. */
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { ChainChecker, type ChainReport } from '../../../src/audit/index.ts';
import { findAlarms } from './alarms.ts';
import { findEvents, findMessages, type IndexDb, type Place } from './index-db.ts';
import type { AlarmQuery, AlarmsFound, EventQuery, Found, LogRecord, MessageQuery, Page } from './query.ts';

/** Lines that one check of a chain looks at; more would hold more hashes than a console should. */
const MAX_CHAIN_LINES = 2_000_000;

/** Octets of the lines of one page. */
const MAX_PAGE_BYTES = 8 * 1024 * 1024;

export class Reader {
  readonly #db: IndexDb;

  constructor(db: IndexDb) {
    this.#db = db;
  }

  messages(query: MessageQuery, page: Page): Found {
    return this.#found(findMessages(this.#db, query, page), page);
  }

  events(query: EventQuery, page: Page): Found {
    return this.#found(findEvents(this.#db, query, page), page);
  }

  alarms(query: AlarmQuery, page: Page): AlarmsFound {
    const { places, next } = this.#fitting(findAlarms(this.#db, query, page), page);
    const lines = this.#lines(places);
    const alarms = places.flatMap(({ hash: id, kind, seenAt, seenBy, reason }, index) => {
      const record = lines[index];
      if (record === undefined) return [];
      const seen = seenAt === null ? {} : { seen: { time: seenAt, by: seenBy ?? '', reason: reason ?? '' } };
      return [{ id, kind, record, ...seen }];
    });
    return { alarms, ...next };
  }

  /** Lines of the logs that are in the index; each log keeps its own count, because millions of rows are slow to count. */
  counts(): { readonly messages: number; readonly events: number } {
    const { messages, events } = this.#db
      .prepare(
        `SELECT coalesce(sum(lines) FILTER (WHERE kind = 'messages'), 0) AS messages,
                coalesce(sum(lines) FILTER (WHERE kind <> 'messages'), 0) AS events FROM files`,
      )
      .get([]) as { messages: number; events: number };
    return { messages, events };
  }

  /** Follows the chains of chained logs (docs/audit.md). */
  async chain(paths: readonly string[]): Promise<ChainReport & { readonly whole: boolean }> {
    const checker = new ChainChecker();
    let lines = 0;
    for (const path of paths) {
      for await (const line of createInterface({ input: createReadStream(path, 'utf8') })) {
        if (line === '') continue;
        lines += 1;
        if (lines > MAX_CHAIN_LINES) return { ...checker.report(), whole: false };
        checker.add(line);
      }
    }
    return { ...checker.report(), whole: true };
  }

  #found(all: readonly Place[], page: Page): Found {
    const { places, next } = this.#fitting(all, page);
    return { records: this.read(places), ...next };
  }

  /** Those that fit into a page, and where the next one goes on. */
  #fitting<P extends Place>(all: readonly P[], page: Page) {
    let bytes = 0;
    const places = all.filter(({ size }, index) => {
      bytes += size;
      return index === 0 || bytes <= MAX_PAGE_BYTES;
    });
    const last = places.at(-1);
    const more = all.length === page.limit || places.length < all.length;
    return { places, next: more && last !== undefined ? { next: last.id } : {} };
  }

  /** The lines at these places; one that is not there any more is left out. */
  read(places: readonly Place[]): readonly LogRecord[] {
    return this.#lines(places).filter((record) => record !== undefined);
  }

  /** The line at each of these places; undefined for one that is not there any more. */
  #lines(places: readonly Place[]): readonly (LogRecord | undefined)[] {
    const open = new Map<number, number>();
    try {
      return places.map(({ file, at, size }) => {
        let handle = open.get(file);
        if (handle === undefined) {
          const row = this.#db.prepare('SELECT path FROM files WHERE id = ?').get([file]) as
            | { path: string }
            | undefined;
          if (row === undefined) return undefined;
          handle = openSync(row.path, 'r');
          open.set(file, handle);
        }
        const line = Buffer.allocUnsafe(size);
        if (readSync(handle, line, 0, size, at) !== size) return undefined;
        try {
          return JSON.parse(line.toString('utf8')) as LogRecord;
        } catch {
          // The log was replaced since; the next look drops these rows.
          return undefined;
        }
      });
    } finally {
      for (const handle of open.values()) closeSync(handle);
    }
  }
}
