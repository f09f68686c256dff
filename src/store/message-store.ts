/** The local history of one account: a database that only one thread uses. Nothing here waits. */
import { seal, unseal } from '../platform/seal.ts';
import type { ChatMessage, ConversationKind } from '../shared/chat-model.ts';
import { AppError } from '../shared/errors.ts';
import type { BareJid } from '../shared/jid.ts';
import { fits, type SearchQuery, wordsOf } from '../shared/search-query.ts';
import type {
  OpenResult,
  PutRun,
  SearchHit,
  SearchPage,
  StoreAccess,
  StoredMessage,
  StoredTail,
} from './contract.ts';
import { bytesIn, type Database, openDatabase, type Statement, textIn, type Value } from './database.ts';
import { deriveKeys } from './keys.ts';
import { Numbering } from './numbering.ts';
import { Places } from './places.ts';
import { isUnsent, placeName, searchable } from './records.ts';
import { isCalled, type ReferenceSpace, References } from './references.ts';
import { indexRow, PER_MS, REFERENCES, WITHOUT_REFERENCES } from './schema.ts';
import { factWord, isLoose, matchExpression, type Numbers, numberRange } from './search-sql.ts';

const DAY_MS = 24 * 60 * 60_000;
/** No column is read as another type than it has: see `Value`. */
const COLUMNS = `CAST(conversation AS INTEGER) AS conversation, CAST(number AS INTEGER) AS number,
  CAST(id AS BLOB) AS id, CAST(sealed AS BLOB) AS sealed`;
/** Messages that one statement lets go of, so that a long history's end does not hold up the rest. */
const EXPIRE_AT_ONCE = 2_000;

/** A search that begins in the past looks at so many messages for each hit before it asks the index, as long as it finds some. */
const NEAR_FACTOR = 4;

/** Where hits are judged once more, so many times the hits that are asked for are looked at in a round. */
const LOOSE_FACTOR = 4;
/** Rounds of a search; it goes on with `next` after that. */
const MAX_ROUNDS = 5;

type Row = Readonly<Record<string, Value>>;

interface Named {
  readonly conversation: BareJid;
  readonly kind: ConversationKind;
}

export class MessageStore {
  readonly #database: Database;
  readonly #recordKey: Uint8Array;
  readonly #days: number;
  readonly #places: Places;
  readonly #references: References;
  readonly #conversations: Numbering;
  readonly #senders: Numbering;
  readonly #labels: Numbering;
  /** Conversations by number. */
  readonly #named = new Map<number, Named>();
  readonly #find: Statement;
  readonly #insert: Statement;
  readonly #change: Statement;
  readonly #row: Statement;
  readonly #lastOfMs: Statement;
  readonly #index: Statement;
  readonly #unindex: Statement;

  private constructor(database: Database, recordKey: Uint8Array, days: number) {
    this.#database = database;
    this.#recordKey = recordKey;
    this.#days = days;
    this.#places = new Places(database);
    this.#references = new References(database);
    this.#conversations = new Numbering(database, 'conversation', 'jid');
    this.#senders = new Numbering(database, 'sender', 'name');
    this.#labels = new Numbering(database, 'label', 'text');
    this.#find = database.prepare(
      'SELECT CAST(number AS INTEGER) AS number FROM message WHERE conversation = ? AND id = ?',
    );
    this.#insert = database.prepare(
      'INSERT INTO message(number, conversation, id, place, unsent, sealed) VALUES(?, ?, ?, ?, ?, ?)',
    );
    this.#change = database.prepare('UPDATE message SET unsent = ?, sealed = ? WHERE number = ?');
    this.#row = database.prepare(`SELECT ${COLUMNS} FROM message WHERE number = ?`);
    this.#lastOfMs = database.prepare(
      'SELECT CAST(max(number) AS INTEGER) AS last FROM message WHERE number BETWEEN ? AND ?',
    );
    this.#index = database.prepare('INSERT INTO words(rowid, body, facts) VALUES(?, ?, ?)');
    this.#unindex = database.prepare('DELETE FROM words WHERE rowid = ?');
  }

  /** Opens or makes it, and lets go of what is too old. Throws what `storeErrorCode` knows. */
  static open({ file, key, days }: StoreAccess): {
    readonly store: MessageStore;
    readonly result: OpenResult;
  } {
    const keys = deriveKeys(key);
    const { database, result } = openDatabase(file, keys.page);
    const isFormer = database.prepare('PRAGMA user_version').get()?.user_version === WITHOUT_REFERENCES;
    if (isFormer) database.exec(`BEGIN; ${REFERENCES}`);
    const store = new MessageStore(database, keys.record, days);
    if (isFormer) store.#referToAll();
    store.expire(Date.now());
    return { store, result };
  }

  /** Ends the transaction that has made the table. */
  #referToAll(): void {
    const rows = this.#database.prepare(
      `SELECT ${COLUMNS} FROM message WHERE number > ? ORDER BY message.number LIMIT ${EXPIRE_AT_ONCE}`,
    );
    let page = rows.all(-1);
    while (page.length > 0) {
      for (const row of page)
        this.#references.add(Number(row.conversation), Number(row.number), this.#open(row).message);
      page = rows.all(Number(page.at(-1)?.number));
    }
    this.#database.exec('COMMIT');
  }

  close(): void {
    this.#recordKey.fill(0);
    try {
      this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // What is in the log beside the file is read from there the next time.
    }
    this.#database.close();
  }

  /** All of it or nothing. Messages that are too old to be kept are left out. */
  put(runs: readonly PutRun[], now = Date.now()): void {
    const oldest = now - this.#days * DAY_MS;
    this.#transaction(() => {
      for (const run of runs) this.#putRun(run, oldest);
    });
  }

  /** Lets go of messages that are older than the policy's days; returns how many went. */
  expire(now: number): number {
    const limit = (now - this.#days * DAY_MS) * PER_MS;
    const old = this.#database.prepare(
      'SELECT CAST(number AS INTEGER) AS number FROM message WHERE number < ? ORDER BY message.number LIMIT ?',
    );
    const remove = this.#database.prepare('DELETE FROM message WHERE number = ?');
    let count = 0;
    for (;;) {
      const rows = old.all(limit, EXPIRE_AT_ONCE);
      if (rows.length === 0) break;
      this.#transaction(() => {
        for (const { number = null } of rows) {
          remove.run(number);
          this.#unindex.run(indexRow(Number(number)));
        }
      });
      count += rows.length;
    }
    if (count > 0) this.#transaction(() => this.#references.forgetBelow(limit));
    return count;
  }

  /** The newest messages of each conversation, those first where something was said last. */
  tails(each: number, total: number): readonly StoredTail[] {
    const latest = this.#database.prepare(
      `SELECT number AS conversation,
         (SELECT CAST(number AS INTEGER) FROM message WHERE conversation = conversation.number ORDER BY place DESC LIMIT 1) AS newest
       FROM conversation WHERE newest IS NOT NULL ORDER BY newest DESC`,
    );
    const tails: StoredTail[] = [];
    let left = total;
    for (const { conversation } of latest.all()) {
      if (left <= 0) break;
      const messages = this.#newest(Number(conversation), Math.min(each, left));
      left -= messages.length;
      tails.push({ ...this.#conversationOf(Number(conversation)), messages });
    }
    return tails;
  }

  unsent(): readonly SearchHit[] {
    const rows = this.#database
      .prepare(`SELECT ${COLUMNS} FROM message WHERE unsent = 1 ORDER BY number`)
      .all();
    // The column is not under the seal; what the message itself says is.
    return rows.map((row) => this.#hit(row)).filter(({ message }) => isUnsent(message));
  }

  /** Messages before message `before` (the newest without it), oldest first; none for one that is not kept. */
  older(conversation: BareJid, before: string | undefined, limit: number): readonly StoredMessage[] {
    const number = this.#conversations.known(conversation);
    if (number === undefined) return [];
    if (before === undefined) return this.#newest(number, limit);
    const place = this.#places.of(number, before);
    return place === undefined ? [] : this.#newest(number, limit, place);
  }

  around(conversation: BareJid, id: string, each: number): readonly StoredMessage[] {
    const number = this.#conversations.known(conversation);
    const place = number === undefined ? undefined : this.#places.of(number, id);
    if (number === undefined || place === undefined) return [];
    const behind = this.#database
      .prepare(`SELECT ${COLUMNS} FROM message WHERE conversation = ? AND place >= ? ORDER BY place LIMIT ?`)
      .all(number, place, each + 1);
    return [...this.#newest(number, each, place), ...behind.map((row) => this.#open(row))];
  }

  called(conversation: BareJid, space: ReferenceSpace, id: string): readonly StoredMessage[] {
    const number = this.#conversations.known(conversation);
    if (number === undefined) return [];
    const rows = this.#references
      .find(number, space, id)
      .map((one) => this.#row.get(one))
      .filter((row) => row !== undefined);
    return rows.map((row) => this.#open(row)).filter(({ message }) => isCalled(message, space, id));
  }

  /** Newest first. `from`: `next` of the page before. */
  search(query: SearchQuery, limit: number, from?: number): SearchPage {
    const conversations = this.#narrow(this.#conversations, query.in);
    const senders = this.#narrow(this.#senders, query.from);
    const labels = this.#narrow(this.#labels, query.label);
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
    const hits: SearchHit[] = [];
    const wanted = loose ? limit * LOOSE_FACTOR : limit;
    let next = from;
    for (let rounds = 0; rounds < MAX_ROUNDS && hits.length < limit; rounds += 1) {
      const rows = this.#rows(match, query, wanted, next);
      for (const row of rows) {
        const hit = this.#hit(row);
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
    const hits: SearchHit[] = [];
    let last = highest + 1;
    for (let looked = 0; looked < limit * NEAR_FACTOR; looked += limit) {
      const rows = this.#between(lowest, last - 1, limit);
      for (const row of rows) {
        const hit = this.#hit(row);
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
    return this.#database
      .prepare(
        `SELECT ${COLUMNS} FROM message WHERE number BETWEEN ? AND ? ORDER BY message.number DESC LIMIT ?`,
      )
      .all(lowest, highest, limit);
  }

  #matching(match: string, lowest: number, highest: number, limit: number): readonly Row[] {
    const numbers = this.#database
      .prepare(
        'SELECT rowid AS row FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid LIMIT ?',
      )
      .all(match, indexRow(highest), indexRow(lowest), limit);
    return numbers
      .map(({ row }) => this.#row.get(indexRow(Number(row))))
      .filter((found) => found !== undefined);
  }

  /** `undefined`: not narrowed. */
  #narrow(numbering: Numbering, parts: readonly string[]): Numbers | undefined {
    return parts.length === 0 ? undefined : numbering.containing(parts);
  }

  #transaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      try {
        this.#database.exec('ROLLBACK');
      } catch {
        // A full disk has rolled it back already.
      }
      this.#forgetNumbers();
      throw error;
    }
  }

  /** What a transaction that failed has numbered is not there. */
  #forgetNumbers(): void {
    for (const numbering of [this.#conversations, this.#senders, this.#labels]) numbering.forget();
    this.#named.clear();
  }

  #putRun({ conversation, kind, messages, place }: PutRun, oldest: number): void {
    // A change says nothing of what the conversation is, and alone makes none.
    if (place.at === 'there' && this.#conversations.known(conversation) === undefined) return;
    const number = this.#conversations.numberOf(conversation, kind);
    const fresh: StoredMessage[] = [];
    for (const stored of messages) {
      const row = this.#find.get(number, stored.message.id);
      if (row !== undefined) this.#replace(number, Number(row.number), stored);
      else if (place.at !== 'there' && stored.message.at >= oldest) fresh.push(stored);
    }
    if (fresh.length === 0) return;
    const places = this.#places.make(number, place, fresh.length);
    for (const [index, stored] of fresh.entries()) this.#add(number, stored, places[index] ?? 0);
  }

  #add(conversation: number, stored: StoredMessage, place: number): void {
    const { message } = stored;
    const number = this.#freeNumber(message.at);
    const sealed = this.#seal(conversation, stored);
    this.#insert.run(number, conversation, message.id, place, isUnsent(message) ? 1 : 0, sealed);
    this.#references.add(conversation, number, message);
    this.#indexWords(number, conversation, message);
  }

  /** The text may have changed, its time has not. */
  #replace(conversation: number, number: number, stored: StoredMessage): void {
    const row = this.#row.get(number);
    const former = row === undefined ? undefined : this.#open(row);
    const keys = stored.keys.length > 0 ? stored.keys : (former?.keys ?? []);
    const sealed = this.#seal(conversation, { message: stored.message, keys });
    this.#change.run(isUnsent(stored.message) ? 1 : 0, sealed, number);
    this.#references.add(conversation, number, stored.message);
    if (former?.message.body === stored.message.body && former.message.shownAs === stored.message.shownAs)
      return;
    this.#unindex.run(indexRow(number));
    this.#indexWords(number, conversation, stored.message);
  }

  #indexWords(number: number, conversation: number, message: ChatMessage): void {
    const { sender, shownAs, label, body } = message;
    const name = shownAs === undefined ? sender : `${sender}\n${shownAs}`;
    const facts = [factWord('c', conversation), factWord('s', this.#senders.numberOf(name))];
    if (label !== undefined && label.text !== '')
      facts.push(factWord('l', this.#labels.numberOf(label.text)));
    this.#index.run(indexRow(number), wordsOf(body).join(' '), facts.join(' '));
  }

  /** The first number of that millisecond that is not taken; a full one goes on in the next. */
  #freeNumber(at: number): number {
    const first = Math.max(0, Math.floor(at)) * PER_MS;
    const row = this.#lastOfMs.get(first, first + PER_MS - 1);
    if (row === undefined || row.last === null || row.last === undefined) return first;
    return Number(row.last) + 1 < first + PER_MS ? Number(row.last) + 1 : this.#freeNumber(at + 1);
  }

  #seal(conversation: number, { message, keys }: StoredMessage): Uint8Array {
    const place = placeName(this.#conversationOf(conversation).conversation, message.id);
    return seal(this.#recordKey, place, JSON.stringify({ message, keys }));
  }

  #open({ conversation = null, id = null, sealed = null }: Row): StoredMessage {
    const place = placeName(this.#conversationOf(Number(conversation)).conversation, textIn(id));
    const text = unseal(this.#recordKey, place, bytesIn(sealed));
    if (text === undefined) throw new AppError('HISTORY_STORE_DAMAGED');
    return JSON.parse(text) as StoredMessage;
  }

  #hit(row: Row): SearchHit {
    return { ...this.#conversationOf(Number(row.conversation)), message: this.#open(row).message };
  }

  #conversationOf(number: number): Named {
    const known = this.#named.get(number);
    if (known !== undefined) return known;
    const row = this.#database
      .prepare(
        'SELECT CAST(jid AS BLOB) AS jid, CAST(kind AS BLOB) AS kind FROM conversation WHERE number = ?',
      )
      .get(number);
    if (row === undefined) throw new AppError('HISTORY_STORE_DAMAGED');
    const named: Named = {
      conversation: textIn(row.jid) as BareJid,
      kind: textIn(row.kind) === 'room' ? 'room' : 'contact',
    };
    this.#named.set(number, named);
    return named;
  }

  /** Oldest first. */
  #newest(conversation: number, limit: number, before?: number): readonly StoredMessage[] {
    const rows =
      before === undefined
        ? this.#database
            .prepare(`SELECT ${COLUMNS} FROM message WHERE conversation = ? ORDER BY place DESC LIMIT ?`)
            .all(conversation, limit)
        : this.#database
            .prepare(
              `SELECT ${COLUMNS} FROM message WHERE conversation = ? AND place < ? ORDER BY place DESC LIMIT ?`,
            )
            .all(conversation, before, limit);
    return rows.map((row) => this.#open(row)).reverse();
  }
}
