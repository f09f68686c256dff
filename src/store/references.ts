/** Messages by the ids under which others speak of them. */
import { createHash } from 'node:crypto';
import type { ChatMessage } from '../shared/chat-model.ts';
import type { Database, Statement } from './database.ts';

/** How a message is spoken of: by its archive's id, or by its sender's. */
export type ReferenceSpace = 'archive' | 'sender';

/** Messages that share one id of their senders' making and are told apart; the rest of them is not found. */
const MAX_SAME_ID = 16;
/** Octets of a hash that are a whole number here. */
const HASH_BYTES = 6;

/** What the column holds. Two ids may have the same; the message itself says which it has. */
function hashOf(conversation: number, space: ReferenceSpace, id: string): number {
  const name = `${conversation}\n${space}\n${id}`;
  return createHash('sha256').update(name).digest().readUIntBE(0, HASH_BYTES);
}

/** Whether others know the message by that id. */
export function isCalled({ reference }: ChatMessage, space: ReferenceSpace, id: string): boolean {
  if (reference === undefined) return false;
  return space === 'archive' ? reference.archive === id : reference.id === id || reference.stanza === id;
}

export class References {
  readonly #add: Statement;
  readonly #find: Statement;
  readonly #forget: Statement;

  constructor(database: Database) {
    this.#add = database.prepare('INSERT OR IGNORE INTO reference(hash, number) VALUES(?, ?)');
    this.#find = database.prepare(
      'SELECT CAST(number AS INTEGER) AS number FROM reference WHERE hash = ? ORDER BY number LIMIT ?',
    );
    this.#forget = database.prepare('DELETE FROM reference WHERE number < ?');
  }

  /** Adds a message, or what has become known of it. */
  add(conversation: number, number: number, { reference }: ChatMessage): void {
    if (reference === undefined) return;
    const { archive, id, stanza } = reference;
    if (archive !== undefined) this.#add.run(hashOf(conversation, 'archive', archive), number);
    for (const sender of [id, stanza])
      if (sender !== undefined) this.#add.run(hashOf(conversation, 'sender', sender), number);
  }

  /** Numbers of messages that may have that id, oldest first. */
  find(conversation: number, space: ReferenceSpace, id: string): readonly number[] {
    return this.#find.all(hashOf(conversation, space, id), MAX_SAME_ID).map(({ number }) => Number(number));
  }

  /** All messages with lower numbers are gone. */
  forgetBelow(number: number): void {
    this.#forget.run(number);
  }
}
