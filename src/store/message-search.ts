/** Search in the local history: from the full text index, or from the messages themselves where that is sooner done. */
import { fits, type SearchQuery } from '../shared/search-query.ts';
import type { SearchHit, SearchPage } from './contract.ts';
import type { Database } from './database.ts';
import type { Numbering } from './numbering.ts';
import { searchable } from './records.ts';
import { indexRow } from './schema.ts';
import { COLUMNS, type Row, type SealedRecords } from './sealed-records.ts';
import { isLoose, matchExpression, type Numbers, numberRange } from './search-sql.ts';

/** A search that begins in the past looks at so many messages for each hit before it asks the index, as long as it finds some. */
const NEAR_FACTOR = 4;

/** Where hits are judged once more, so many times the hits that are asked for are looked at in a round. */
const LOOSE_FACTOR = 4;
/** Rounds of a search; it goes on with `next` after that. */
const MAX_ROUNDS = 5;

export interface MessageSearchOptions {
  readonly database: Database;
  readonly records: SealedRecords;
  readonly conversations: Numbering;
  readonly senders: Numbering;
  readonly labels: Numbering;
}

export class MessageSearch {
  readonly #options: MessageSearchOptions;

  constructor(options: MessageSearchOptions) {
    this.#options = options;
  }

  /** Newest first. `from`: `next` of the page before. */
  search(query: SearchQuery, limit: number, from?: number): SearchPage {
    const conversations = narrow(this.#options.conversations, query.in);
    const senders = narrow(this.#options.senders, query.from);
    const labels = narrow(this.#options.labels, query.label);
    const match = matchExpression(query, { conversations, senders, labels });
    // Names that are too many for the index are looked at message by message.
    const loose =
      isLoose(query) ||
      (query.in.length > 0 && conversations === undefined) ||
      (query.from.length > 0 && senders === undefined) ||
      (query.label.length > 0 && labels === undefined);
    if (match === 'none') return { hits: [] };
    const near = match === undefined ? undefined : this.#near(query, limit, from);
    if (near !== undefined) return near;
    const { records } = this.#options;
    const hits: SearchHit[] = [];
    const wanted = loose ? limit * LOOSE_FACTOR : limit;
    let next = from;
    for (let rounds = 0; rounds < MAX_ROUNDS && hits.length < limit; rounds += 1) {
      const rows = this.#rows(match, query, wanted, next);
      for (const row of rows) {
        const hit = records.hit(row);
        next = Number(row.number);
        if (loose && !fits(query, searchable(hit))) continue;
        hits.push(hit);
        if (hits.length === limit) return { hits, next };
      }
      if (rows.length < wanted) return { hits };
    }
    return { hits, ...(next === undefined ? {} : { next }) };
  }

  /**
   * What a search that does not begin with the newest message finds by looking at messages, from there backwards; `undefined`: too little,
   * the index has to be asked. The index finds the newest hits at once, but comes to those of a time by walking past all that are
   * newer: 45 ns each, which is much for a word that is in every message, and little for a rare one.
   */
  #near(query: SearchQuery, limit: number, from: number | undefined): SearchPage | undefined {
    const [lowest, highest] = numberRange(query, from);
    if (highest === Number.MAX_SAFE_INTEGER) return undefined;
    const { records } = this.#options;
    const hits: SearchHit[] = [];
    let last = highest + 1;
    for (let looked = 0; looked < limit * NEAR_FACTOR; looked += limit) {
      const rows = this.#between(lowest, last - 1, limit);
      for (const row of rows) {
        const hit = records.hit(row);
        last = Number(row.number);
        if (!fits(query, searchable(hit))) continue;
        hits.push(hit);
        if (hits.length === limit) return { hits, next: last };
      }
      if (rows.length < limit) return { hits };
      if (hits.length * NEAR_FACTOR < looked + limit) return undefined;
    }
    return undefined;
  }

  /** Newest first. */
  #rows(
    match: string | undefined,
    query: SearchQuery,
    limit: number,
    from: number | undefined,
  ): readonly Row[] {
    const [lowest, highest] = numberRange(query, from);
    if (match !== undefined) return this.#matching(match, lowest, highest, limit);
    return this.#between(lowest, highest, limit);
  }

  /** Newest first. The name of the table is not idle: `number` alone would be what is selected, and all would be sorted. */
  #between(lowest: number, highest: number, limit: number): readonly Row[] {
    return this.#options.database
      .prepare(
        `SELECT ${COLUMNS} FROM message WHERE number BETWEEN ? AND ? ORDER BY message.number DESC LIMIT ?`,
      )
      .all(lowest, highest, limit);
  }

  #matching(match: string, lowest: number, highest: number, limit: number): readonly Row[] {
    const numbers = this.#options.database
      .prepare(
        'SELECT rowid AS row FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid LIMIT ?',
      )
      .all(match, indexRow(highest), indexRow(lowest), limit);
    return numbers
      .map(({ row }) => this.#options.records.row(indexRow(Number(row))))
      .filter((found) => found !== undefined);
  }
}

/** `undefined`: not narrowed. */
function narrow(numbering: Numbering, parts: readonly string[]): Numbers | undefined {
  return parts.length === 0 ? undefined : numbering.containing(parts);
}
