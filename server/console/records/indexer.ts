/** Follows the logs: what was written since the last look goes into the index, a piece at a time. */
import { closeSync, openSync, readdirSync, readSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { dropAlarms } from './alarms.ts';
import { dropNotices } from './feeds.ts';
import { type IndexDb, IndexWriter, type Line } from './index-db.ts';

const NAME = /^(messages|audit|admin|console)-\d{4}-\d{2}-\d{2}\.ndjson$/;
/** A line is at most a stanza (256 KiB) written as JSON. */
const MAX_LINE_BYTES = 2 * 1024 * 1024;
const PIECE_BYTES = 4 * 1024 * 1024;

export interface Source {
  readonly path: string;
  /** `console`: the console's own events. `collected`: events that clients wrote. */
  readonly kind: 'messages' | 'events' | 'console' | 'collected';
}

interface FileRow {
  readonly id: number;
  readonly inode: number;
  readonly done: number;
}

/** The logs of a directory, and those that a collector writes. */
export function sourcesOf(directory: string, collected: readonly string[]): readonly Source[] {
  const own = readdirSync(directory)
    .filter((name) => NAME.test(name))
    .sort()
    .map(
      (name): Source => ({
        path: join(directory, name),
        kind: name.startsWith('messages-') ? 'messages' : name.startsWith('console-') ? 'console' : 'events',
      }),
    );
  return [...own, ...collected.map((path): Source => ({ path, kind: 'collected' }))];
}

function parse(line: Buffer): Line | undefined {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Line) : undefined;
  } catch {
    return undefined;
  }
}

export class Indexer {
  readonly #db: IndexDb;
  readonly #writer: IndexWriter;
  readonly #sources: () => readonly Source[];

  constructor(db: IndexDb, sources: () => readonly Source[]) {
    this.#db = db;
    this.#writer = new IndexWriter(db);
    this.#sources = sources;
  }

  /** Takes the next piece of whichever log has grown; false when there is nothing left to take. */
  step(): boolean {
    const sources = this.#sources();
    this.#dropGone(sources);
    for (const source of sources) {
      const stats = statSync(source.path, { throwIfNoEntry: false });
      if (stats !== undefined && this.#take(source, stats)) return true;
    }
    return false;
  }

  /** Octets that are written and not in the index. */
  behind(): number {
    let octets = 0;
    for (const { path } of this.#sources()) {
      const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      octets += Math.max(0, size - (this.#row(path)?.done ?? 0));
    }
    return octets;
  }

  #row(path: string): FileRow | undefined {
    return this.#db.prepare('SELECT id, inode, done FROM files WHERE path = ?').get([path]) as
      | FileRow
      | undefined;
  }

  #take({ path, kind }: Source, { ino, size }: Stats): boolean {
    let row = this.#row(path);
    // Retention and rotation put another file in a log's place.
    if (row !== undefined && (row.inode !== ino || row.done > size)) {
      this.#drop(row.id);
      row = undefined;
    }
    if (row === undefined) {
      this.#db
        .prepare('INSERT INTO files (path, kind, inode, done) VALUES (?, ?, ?, 0)')
        .run([path, kind, ino]);
      row = this.#row(path);
    }
    if (row === undefined || row.done >= size) return false;
    const done = this.#piece(path, kind, row, size);
    return done > row.done;
  }

  /** Indexes whole lines from `row.done` on; answers up to where. */
  #piece(path: string, kind: Source['kind'], { id, done }: FileRow, size: number): number {
    const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, size - done));
    const file = openSync(path, 'r');
    let length: number;
    try {
      length = readSync(file, piece, 0, piece.length, done);
    } finally {
      closeSync(file);
    }
    let from = 0;
    let lines = 0;
    let [low, high] = [Number.MAX_SAFE_INTEGER, 0];
    this.#db.exec('BEGIN');
    try {
      for (let end = piece.indexOf(10); end !== -1 && end < length; end = piece.indexOf(10, from)) {
        const line = end > from ? parse(piece.subarray(from, end)) : undefined;
        if (line !== undefined) {
          lines += 1;
          const row =
            kind === 'messages'
              ? this.#writer.message(id, done + from, end - from, line)
              : this.#writer.event(id, done + from, line, kind, piece.subarray(from, end));
          if (row !== undefined) [low, high] = [Math.min(low, row), Math.max(high, row)];
        }
        from = end + 1;
      }
      // What has no end after so much is no line.
      if (from === 0 && length >= MAX_LINE_BYTES) from = length;
      this.#db
        .prepare(
          'UPDATE files SET done = ?, lines = lines + ?, low = min(low, ?), high = max(high, ?) WHERE id = ?',
        )
        .run([done + from, lines, low, high, id]);
      this.#db.exec('COMMIT');
    } catch (error) {
      this.#db.exec('ROLLBACK');
      this.#writer.forget();
      throw error;
    }
    return done + from;
  }

  #dropGone(sources: readonly Source[]): void {
    const there = new Set(sources.map(({ path }) => path));
    const rows = this.#db.prepare('SELECT id, path FROM files').all([]) as { id: number; path: string }[];
    for (const { id, path } of rows) if (!there.has(path)) this.#drop(id);
  }

  /** Only the rows between a log's first and last are looked at: a day of a year goes, and no search waits for it. */
  #drop(file: number): void {
    const { low, high } = this.#db.prepare('SELECT low, high FROM files WHERE id = ?').get([file]) as {
      low: number;
      high: number;
    };
    const bounds = [low, high, file];
    this.#db.exec('BEGIN');
    this.#db
      .prepare(
        'DELETE FROM words WHERE rowid IN (SELECT id FROM messages WHERE id BETWEEN ? AND ? AND file = ?)',
      )
      .run(bounds);
    this.#db.prepare('DELETE FROM messages WHERE id BETWEEN ? AND ? AND file = ?').run(bounds);
    this.#db.prepare('DELETE FROM events WHERE id BETWEEN ? AND ? AND file = ?').run(bounds);
    dropAlarms(this.#db, file, low, high);
    dropNotices(this.#db, file);
    this.#db.prepare('DELETE FROM files WHERE id = ?').run([file]);
    this.#db.exec('COMMIT');
  }
}
