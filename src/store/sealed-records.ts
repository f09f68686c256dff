/** Rows of messages, and what is under their seals. */
import { seal, unseal } from '../platform/seal.ts';
import type { ConversationKind } from '../shared/chat-model.ts';
import { AppError } from '../shared/errors.ts';
import type { BareJid } from '../shared/jid.ts';
import type { SearchHit, StoredMessage } from './contract.ts';
import { bytesIn, type Database, type Statement, textIn, type Value } from './database.ts';
import { placeName } from './records.ts';

/** No column is read as another type than it has: see `Value`. */
export const COLUMNS = `CAST(conversation AS INTEGER) AS conversation, CAST(number AS INTEGER) AS number,
  CAST(id AS BLOB) AS id, CAST(sealed AS BLOB) AS sealed`;

/** One row of `message`, with the {@link COLUMNS}. */
export type Row = Readonly<Record<string, Value>>;

export interface Named {
  readonly conversation: BareJid;
  readonly kind: ConversationKind;
}

export class SealedRecords {
  readonly #database: Database;
  readonly #key: Uint8Array;
  /** Conversations by number. */
  readonly #named = new Map<number, Named>();
  readonly #row: Statement;

  /** @param key 32 octets; it is wiped with {@link close} */
  constructor(database: Database, key: Uint8Array) {
    this.#database = database;
    this.#key = key;
    this.#row = database.prepare(`SELECT ${COLUMNS} FROM message WHERE number = ?`);
  }

  row(number: Value): Row | undefined {
    return this.#row.get(number);
  }

  seal(conversation: number, { message, keys }: StoredMessage): Uint8Array {
    const place = placeName(this.conversationOf(conversation).conversation, message.id);
    return seal(this.#key, place, JSON.stringify({ message, keys }));
  }

  open({ conversation = null, id = null, sealed = null }: Row): StoredMessage {
    const place = placeName(this.conversationOf(Number(conversation)).conversation, textIn(id));
    const text = unseal(this.#key, place, bytesIn(sealed));
    if (text === undefined) throw new AppError('HISTORY_STORE_DAMAGED');
    return JSON.parse(text) as StoredMessage;
  }

  hit(row: Row): SearchHit {
    return { ...this.conversationOf(Number(row.conversation)), message: this.open(row).message };
  }

  conversationOf(number: number): Named {
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

  /** What a transaction that failed has numbered is not there. */
  forgetNames(): void {
    this.#named.clear();
  }

  close(): void {
    this.#key.fill(0);
  }
}
