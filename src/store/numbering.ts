import { type Database, type Statement, textIn } from './database.ts';
import type { Numbers } from './search-sql.ts';

/** More names than these are not searched for at once. */
const MAX_NUMBERS = 500;

/** One of the small tables that give names numbers. */
export class Numbering {
  readonly #find: Statement;
  readonly #add: Statement;
  readonly #all: Statement;
  readonly #known = new Map<string, number>();

  constructor(database: Database, table: 'conversation' | 'sender' | 'label', column: string) {
    this.#find = database.prepare(
      `SELECT CAST(number AS INTEGER) AS number FROM ${table} WHERE ${column} = ?`,
    );
    this.#add = database.prepare(
      table === 'conversation'
        ? 'INSERT INTO conversation(jid, kind) VALUES(?, ?)'
        : `INSERT INTO ${table}(${column}) VALUES(?)`,
    );
    this.#all = database.prepare(
      `SELECT CAST(number AS INTEGER) AS number, CAST(${column} AS BLOB) AS name FROM ${table}`,
    );
  }

  known(name: string): number | undefined {
    const cached = this.#known.get(name);
    if (cached !== undefined) return cached;
    const row = this.#find.get(name);
    if (row === undefined) return undefined;
    this.#known.set(name, Number(row.number));
    return Number(row.number);
  }

  /** The number of a name, which gets one if it has none. `extra`: a conversation's kind. */
  numberOf(name: string, ...extra: readonly string[]): number {
    const known = this.known(name);
    if (known !== undefined) return known;
    this.#add.run(name, ...extra);
    return this.known(name) ?? 0;
  }

  /** Numbers of the names that have one of the parts in them, without regard to case; `undefined`: too many. */
  containing(parts: readonly string[]): Numbers | undefined {
    const numbers: number[] = [];
    for (const { number, name } of this.#all.all()) {
      const text = textIn(name).toLowerCase();
      if (parts.some((part) => text.includes(part))) numbers.push(Number(number));
      if (numbers.length > MAX_NUMBERS) return undefined;
    }
    return numbers;
  }

  forget(): void {
    this.#known.clear();
  }
}
