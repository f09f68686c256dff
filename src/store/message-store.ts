/** The local history of one account: a database that only one thread uses. Nothing here waits. */
import type { ChatMessage } from '../shared/chat-model.ts';
import type { BareJid } from '../shared/jid.ts';
import { type SearchQuery, wordsOf } from '../shared/search-query.ts';
import { Archives } from './archives.ts';
import type {
  OpenResult,
  PutRun,
  SearchHit,
  SearchPage,
  StoreAccess,
  StoreCalls,
  StoredArchive,
  StoredMessage,
  StoredTail,
} from './contract.ts';
import { type Database, openDatabase, type Statement } from './database.ts';
import { deriveKeys } from './keys.ts';
import { MessageSearch } from './message-search.ts';
import { Numbering } from './numbering.ts';
import { Places } from './places.ts';
import { isUnsent } from './records.ts';
import { isCalled, type ReferenceSpace, References } from './references.ts';
import { ARCHIVES, indexRow, PER_MS, REFERENCES, WITHOUT_ARCHIVES, WITHOUT_REFERENCES } from './schema.ts';
import { COLUMNS, SealedRecords } from './sealed-records.ts';
import { factWord } from './search-sql.ts';

const DAY_MS = 24 * 60 * 60_000;
/** Messages that one statement lets go of, so that a long history's end does not hold up the rest. */
const EXPIRE_AT_ONCE = 2_000;

export class MessageStore {
  readonly #database: Database;
  readonly #records: SealedRecords;
  readonly #days: number;
  readonly #places: Places;
  readonly #references: References;
  readonly #conversations: Numbering;
  readonly #senders: Numbering;
  readonly #labels: Numbering;
  readonly #search: MessageSearch;
  readonly #archives: Archives;
  readonly #find: Statement;
  readonly #insert: Statement;
  readonly #change: Statement;
  readonly #lastOfMs: Statement;
  readonly #index: Statement;
  readonly #unindex: Statement;

  private constructor(database: Database, recordKey: Uint8Array, days: number) {
    this.#database = database;
    this.#records = new SealedRecords(database, recordKey);
    this.#archives = new Archives(database, recordKey);
    this.#days = days;
    this.#places = new Places(database);
    this.#references = new References(database);
    this.#conversations = new Numbering(database, 'conversation', 'jid');
    this.#senders = new Numbering(database, 'sender', 'name');
    this.#labels = new Numbering(database, 'label', 'text');
    this.#search = new MessageSearch({
      database,
      records: this.#records,
      conversations: this.#conversations,
      senders: this.#senders,
      labels: this.#labels,
    });
    this.#find = database.prepare(
      'SELECT CAST(number AS INTEGER) AS number FROM message WHERE conversation = ? AND id = ?',
    );
    this.#insert = database.prepare(
      'INSERT INTO message(number, conversation, id, place, unsent, sealed) VALUES(?, ?, ?, ?, ?, ?)',
    );
    this.#change = database.prepare('UPDATE message SET unsent = ?, sealed = ? WHERE number = ?');
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
    const version = database.prepare('PRAGMA user_version').get()?.user_version;
    const isFormer = version === WITHOUT_REFERENCES;
    if (isFormer) database.exec(`BEGIN; ${REFERENCES}${ARCHIVES}`);
    else if (version === WITHOUT_ARCHIVES) database.exec(`BEGIN; ${ARCHIVES}COMMIT;`);
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
        this.#references.add(Number(row.conversation), Number(row.number), this.#records.open(row).message);
      page = rows.all(Number(page.at(-1)?.number));
    }
    this.#database.exec('COMMIT');
  }

  close(): void {
    this.#records.close();
    try {
      this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // What is in the log beside the file is read from there the next time.
    }
    this.#database.close();
  }

  /** All of it or nothing. Messages that are too old to be kept are left out. */
  put(runs: readonly PutRun[], archives: readonly StoredArchive[] = [], now = Date.now()): void {
    const oldest = now - this.#days * DAY_MS;
    this.#transaction(() => {
      for (const run of runs) this.#putRun(run, oldest);
      for (const archive of archives) this.#archives.put(archive);
    });
  }

  /** How far each archive is known. */
  archives(): readonly StoredArchive[] {
    return this.#archives.all();
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

  /** As `StoreCalls.tails`, those conversations first where something was said last. */
  tails({ least, each, total }: StoreCalls['tails']['args']): readonly StoredTail[] {
    const latest = this.#database.prepare(
      `SELECT number AS conversation,
         (SELECT CAST(number AS INTEGER) FROM message WHERE conversation = conversation.number ORDER BY place DESC LIMIT 1) AS newest
       FROM conversation WHERE newest IS NOT NULL ORDER BY newest DESC`,
    );
    const tails: StoredTail[] = [];
    let left = total;
    for (const { conversation } of latest.all()) {
      if (left <= 0) break;
      const messages = this.#tail(Number(conversation), Math.min(least, left), Math.min(each, left));
      left -= messages.length;
      tails.push({ ...this.#records.conversationOf(Number(conversation)), messages });
    }
    return tails;
  }

  #tail(conversation: number, least: number, each: number): readonly StoredMessage[] {
    const tail = this.#newest(conversation, least);
    const isPlaced = tail.some(({ keys }) => keys.some(({ archiveId }) => archiveId !== undefined));
    return isPlaced || tail.length < least || each <= least ? tail : this.#newest(conversation, each);
  }

  unsent(): readonly SearchHit[] {
    const rows = this.#database
      .prepare(`SELECT ${COLUMNS} FROM message WHERE unsent = 1 ORDER BY number`)
      .all();
    // The column is not under the seal; what the message itself says is.
    return rows.map((row) => this.#records.hit(row)).filter(({ message }) => isUnsent(message));
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
    return [...this.#newest(number, each, place), ...behind.map((row) => this.#records.open(row))];
  }

  called(conversation: BareJid, space: ReferenceSpace, id: string): readonly StoredMessage[] {
    const number = this.#conversations.known(conversation);
    if (number === undefined) return [];
    const rows = this.#references
      .find(number, space, id)
      .map((one) => this.#records.row(one))
      .filter((row) => row !== undefined);
    return rows.map((row) => this.#records.open(row)).filter(({ message }) => isCalled(message, space, id));
  }

  /** As {@link MessageSearch.search}. */
  search(query: SearchQuery, limit: number, from?: number): SearchPage {
    return this.#search.search(query, limit, from);
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
    this.#records.forgetNames();
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
    const sealed = this.#records.seal(conversation, stored);
    this.#insert.run(number, conversation, message.id, place, isUnsent(message) ? 1 : 0, sealed);
    this.#references.add(conversation, number, message);
    this.#indexWords(number, conversation, message);
  }

  /** The text may have changed, its time has not. */
  #replace(conversation: number, number: number, stored: StoredMessage): void {
    const row = this.#records.row(number);
    const former = row === undefined ? undefined : this.#records.open(row);
    const keys = stored.keys.length > 0 ? stored.keys : (former?.keys ?? []);
    const sealed = this.#records.seal(conversation, { message: stored.message, keys });
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
    return rows.map((row) => this.#records.open(row)).reverse();
  }
}
