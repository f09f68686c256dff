/** A local history on a real disk, one directory a test, and messages for it. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChatMessage } from '../../src/shared/chat-model.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import { parseQuery, type SearchQuery } from '../../src/shared/search-query.ts';
import type { Place, PutRun } from '../../src/store/contract.ts';
import { MessageStore } from '../../src/store/message-store.ts';

export const BOB = 'bob@chat.mil' as BareJid;
export const ROOM = 'watch@rooms.chat.mil' as BareJid;
export const START = Date.UTC(2026, 10, 29, 12);
export const KEY = randomBytes(32);

/** The store of one test; {@link remove} ends it. */
export class LocalStore {
  readonly directory = mkdtempSync(join(tmpdir(), 'sallyport-store-'));
  readonly file = join(this.directory, 'history.db');
  readonly #opened: MessageStore[] = [];

  open(key: Uint8Array = KEY, days = 3650): { store: MessageStore; result: string } {
    const made = MessageStore.open({ file: this.file, key: Uint8Array.from(key), days });
    this.#opened.push(made.store);
    return made;
  }

  close(store: MessageStore): void {
    this.#opened.splice(this.#opened.indexOf(store), 1);
    store.close();
  }

  closeAll(): void {
    for (const store of this.#opened.splice(0)) store.close();
  }

  remove(): void {
    this.closeAll();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

export function message(
  id: string,
  minute: number,
  body = `text of ${id}`,
  more: Partial<ChatMessage> = {},
): ChatMessage {
  return {
    id,
    direction: 'in',
    sender: 'bob@chat.mil',
    body,
    at: START + minute * 60_000,
    delayed: false,
    ...more,
  };
}

export function run(
  messages: readonly ChatMessage[],
  place: Place = { at: 'end' },
  conversation = BOB,
): PutRun {
  const kind = conversation === ROOM ? 'room' : 'contact';
  return { conversation, kind, messages: messages.map((one) => ({ message: one, keys: [] })), place };
}

export function idsOf(store: MessageStore, conversation = BOB): readonly string[] {
  return store.older(conversation, undefined, 10_000).map(({ message: { id } }) => id);
}

export function query(text: string): SearchQuery {
  const parsed = parseQuery(text);
  if (parsed.kind !== 'query') throw new Error(`${text} is ${parsed.kind}`);
  return parsed.query;
}

export function found(store: MessageStore, text: string): readonly string[] {
  return store.search(query(text), 100).hits.map((hit) => hit.message.id);
}
