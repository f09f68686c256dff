/** The local history on a real disk: order, search, damage, crashes, and that nothing of it can be read without its key. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../src/shared/chat-model.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import { fits, parseQuery, type SearchQuery } from '../../src/shared/search-query.ts';
import type { Place, PutRun } from '../../src/store/contract.ts';
import { openDatabase } from '../../src/store/database.ts';
import { StoreClient } from '../../src/store/index.ts';
import { deriveKeys } from '../../src/store/keys.ts';
import { MessageStore } from '../../src/store/message-store.ts';
import { bundleForTest, bundleStoreWorker } from '../support/bundle-worker.ts';

const BOB = 'bob@chat.mil' as BareJid;
const ROOM = 'watch@rooms.chat.mil' as BareJid;
const START = Date.UTC(2026, 10, 29, 12);
const KEY = randomBytes(32);

let directory: string;
let file: string;
const opened: MessageStore[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-store-'));
  file = join(directory, 'history.db');
});

afterEach(() => {
  for (const store of opened.splice(0)) store.close();
  rmSync(directory, { recursive: true, force: true });
});

function openStore(key: Uint8Array = KEY, days = 3650): { store: MessageStore; result: string } {
  const made = MessageStore.open({ file, key: Uint8Array.from(key), days });
  opened.push(made.store);
  return made;
}

function closeStore(store: MessageStore): void {
  opened.splice(opened.indexOf(store), 1);
  store.close();
}

function message(
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

function run(messages: readonly ChatMessage[], place: Place = { at: 'end' }, conversation = BOB): PutRun {
  const kind = conversation === ROOM ? 'room' : 'contact';
  return { conversation, kind, messages: messages.map((one) => ({ message: one, keys: [] })), place };
}

function idsOf(store: MessageStore, conversation = BOB): readonly string[] {
  return store.older(conversation, undefined, 10_000).map(({ message: { id } }) => id);
}

function query(text: string): SearchQuery {
  const parsed = parseQuery(text);
  if (parsed.kind !== 'query') throw new Error(`${text} is ${parsed.kind}`);
  return parsed.query;
}

function found(store: MessageStore, text: string): readonly string[] {
  return store.search(query(text), 100).hits.map((hit) => hit.message.id);
}

describe('messages by the ids under which others know them', () => {
  const called = (id: string, archive?: string): Partial<ChatMessage> => ({
    reference: { id, stanza: `stanza-${id}`, ...(archive === undefined ? {} : { archive }) },
  });
  const idsCalled = (store: MessageStore, space: 'archive' | 'sender', id: string, conversation = BOB) =>
    store.called(conversation, space, id).map((one) => one.message.id);

  it('are found by each of them, in their conversation, also where an id became known later', () => {
    const { store } = openStore();
    store.put([
      run([message('a', 1, 'x', called('w1')), message('b', 2, 'x', called('w1')), message('c', 3)]),
      run([message('d', 1, 'x', called('w1', 'place'))], { at: 'end' }, ROOM),
    ]);
    expect(idsCalled(store, 'sender', 'w1')).toEqual(['a', 'b']);
    expect(idsCalled(store, 'sender', 'stanza-w1')).toEqual(['a', 'b']);
    expect(idsCalled(store, 'sender', 'w1', ROOM)).toEqual(['d']);
    expect(idsCalled(store, 'archive', 'place', ROOM)).toEqual(['d']);
    expect([idsCalled(store, 'archive', 'w1'), idsCalled(store, 'sender', 'none')]).toEqual([[], []]);
    store.put([run([message('c', 3, 'x', called('w3', 'later'))], { at: 'there' })]);
    expect(idsCalled(store, 'archive', 'later')).toEqual(['c']);
  });

  it('are no longer found once they are too old, and those of a file of before are', () => {
    const { store } = openStore();
    store.put([run([message('a', 1, 'x', called('w1')), message('b', 2, 'x', called('w2'))])]);
    closeStore(store);
    const { database } = openDatabase(file, deriveKeys(KEY).page);
    database.exec('DROP TABLE reference; PRAGMA user_version = 1');
    database.close();
    const again = openStore();
    expect(again.result).toBe('opened');
    expect(idsCalled(again.store, 'sender', 'w2')).toEqual(['b']);
    expect(again.store.expire(START + 60_000 + 3650 * 86_400_000 + 1)).toBe(1);
    expect([idsCalled(again.store, 'sender', 'w1'), idsCalled(again.store, 'sender', 'w2')]).toEqual([
      [],
      ['b'],
    ]);
  });
});

describe('the local history', () => {
  it('keeps messages in the order of their conversation, wherever a run is put, and each once', () => {
    const { store } = openStore();
    store.put([run([message('c', 2), message('f', 5)])]);
    store.put([run([message('d', 3), message('e', 3)], { at: 'before', id: 'f' })]);
    store.put([run([message('a', 0), message('b', 1)], { at: 'start' })]);
    store.put([run([message('d', 3, 'changed'), message('g', 6)])]);
    store.put([run([message('z', 9)], { at: 'end' }, ROOM)]);
    expect(idsOf(store)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    expect(store.older(BOB, 'c', 1).map((stored) => stored.message.id)).toEqual(['b']);
    expect(store.older(BOB, 'unknown', 5)).toEqual([]);
    expect(store.around(BOB, 'd', 2).map((stored) => stored.message.id)).toEqual(['b', 'c', 'd', 'e', 'f']);
    expect(store.older(BOB, 'e', 1)[0]?.message.body).toBe('changed');
    expect(store.tails(2, 3).map(({ conversation, messages }) => [conversation, messages.length])).toEqual([
      [ROOM, 1],
      [BOB, 2],
    ]);
  });

  it('finds room between two messages as often as somebody asks for it', () => {
    const { store } = openStore();
    store.put([run([message('first', 0), message('last', 1)])]);
    for (let n = 0; n < 80; n += 1) store.put([run([message(`m${n}`, 0)], { at: 'before', id: 'last' })]);
    expect(idsOf(store)).toEqual(['first', ...Array.from({ length: 80 }, (_, n) => `m${n}`), 'last']);
  });

  it('has messages, keys and search after a restart, and knows what was not sent', () => {
    const first = openStore().store;
    const out = { direction: 'out', sender: 'me@chat.mil' } as const;
    first.put([
      {
        conversation: BOB,
        kind: 'contact',
        messages: [{ message: message('k', 0), keys: [{ archiveId: 'x1', strong: ['s'] }] }],
        place: { at: 'end' },
      },
      run([
        message('q1', 1, 'first', { ...out, delivery: 'queued' }),
        message('q2', 2, 'second', { ...out, delivery: 'sent' }),
        message('done', 3, 'third', { ...out, delivery: 'stored' }),
      ]),
    ]);
    closeStore(first);
    const { store, result } = openStore();
    expect(result).toBe('opened');
    expect(store.older(BOB, 'q1', 1)[0]?.keys).toEqual([{ archiveId: 'x1', strong: ['s'] }]);
    expect(store.unsent().map((hit) => hit.message.id)).toEqual(['q1', 'q2']);
    store.put([run([message('q1', 1, 'first', { ...out, delivery: 'stored' })])]);
    expect(store.unsent().map((hit) => hit.message.id)).toEqual(['q2']);
    expect(found(store, 'second')).toEqual(['q2']);
  });

  it('lets go of what is older than the policy’s days, in search as well', () => {
    const { store } = openStore(KEY, 30);
    const now = START + 31 * 24 * 60 * 60_000;
    store.put(
      [run([message('old', 0, 'ancient word'), message('young', 3 * 24 * 60, 'recent word')])],
      START,
    );
    expect(store.expire(now)).toBe(1);
    expect(idsOf(store)).toEqual(['young']);
    expect(found(store, 'word')).toEqual(['young']);
    store.put([run([message('late', 1)])], now);
    expect(idsOf(store)).toEqual(['young']);
  });

  it('writes nothing that can be read without the key', () => {
    const { store } = openStore();
    store.put([
      run([message('secret-id', 0, 'Rendezvous at Quebec tonight', { label: { text: 'SECRET//NOFORN' } })]),
    ]);
    const written = readdirSync(directory).map((name) =>
      readFileSync(join(directory, name)).toString('latin1'),
    );
    for (const word of [
      'Rendezvous',
      'rendezvous',
      'quebec',
      'secret-id',
      'NOFORN',
      'bob@chat.mil',
      'SQLite format',
    ]) {
      expect(written.some((text) => text.includes(word))).toBe(false);
    }
    closeStore(store);
    const bare = readFileSync(file).toString('latin1');
    expect(bare.includes('SQLite format')).toBe(false);
  });

  it('puts a file aside that another key was used for, or that is no database', () => {
    const first = openStore().store;
    first.put([run([message('a', 0)])]);
    closeStore(first);
    const { store, result } = openStore(randomBytes(32));
    expect(result).toBe('set-aside');
    expect(idsOf(store)).toEqual([]);
    closeStore(store);
    writeFileSync(file, randomBytes(8192));
    expect(openStore().result).toBe('set-aside');
    expect(readdirSync(directory).filter((name) => name.endsWith('.damaged'))).toEqual([
      'history.db.damaged',
    ]);
  });

  it('never shows a message that was changed on the disk', () => {
    const first = openStore().store;
    const many = Array.from({ length: 200 }, (_, n) =>
      message(`m${n}`, n, `the text number ${n} ${'x'.repeat(400)}`),
    );
    first.put([run(many)]);
    closeStore(first);
    const whole = readFileSync(file);
    let refused = 0;
    for (let at = 4096 + 50; at < whole.length; at += 4096 + 701) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(file, changed);
      try {
        const { store } = openStore();
        for (const { message: read } of store.older(BOB, undefined, 1000))
          expect(many.find(({ id }) => id === read.id)).toEqual(read);
        closeStore(store);
      } catch {
        for (const store of opened.splice(0)) store.close();
        refused += 1;
      }
      for (const name of readdirSync(directory)) if (name !== 'history.db') rmSync(join(directory, name));
    }
    expect(refused).toBeGreaterThan(0);
  });
});

describe('search in the local history', () => {
  it('finds words, phrases, senders, rooms, labels and times, the newest first', () => {
    const { store } = openStore();
    store.put([
      run([
        message('a', 0, 'Convoy left Alpha'),
        message('b', 1, 'left the convoy'),
        message('c', 2, 'Café résumé'),
      ]),
      run(
        [
          message('r', 3, 'convoy halted', {
            sender: 'hawk',
            shownAs: 'Hawk Two',
            label: { text: 'SECRET' },
          }),
          message('s', 4, 'nothing', { sender: 'owl', label: { text: 'CUI' } }),
        ],
        { at: 'end' },
        ROOM,
      ),
    ]);
    expect(found(store, 'convoy')).toEqual(['r', 'b', 'a']);
    expect(found(store, '"left convoy" ')).toEqual([]);
    expect(found(store, '"convoy left"')).toEqual(['a']);
    expect(found(store, 'conv')).toEqual(['r', 'b', 'a']);
    expect(found(store, 'cafe resume ')).toEqual(['c']);
    expect(found(store, 'from:"hawk two"')).toEqual(['r']);
    expect(found(store, 'in:watch')).toEqual(['s', 'r']);
    expect(found(store, 'label:secret convoy')).toEqual(['r']);
    expect(found(store, 'after:2026-11-29T12:02')).toEqual(['s', 'r', 'c']);
    expect(found(store, 'convoy before:2026-11-29T12:01')).toEqual(['a']);
    expect(found(store, 'from:nobody convoy')).toEqual([]);
  });

  it('goes on where the page before ended', () => {
    const { store } = openStore();
    store.put([run(Array.from({ length: 250 }, (_, n) => message(`m${n}`, 0, 'same word')))]);
    const ids: string[] = [];
    let from: number | undefined;
    do {
      const page = store.search(query('word'), 100, from);
      ids.push(...page.hits.map((hit) => hit.message.id));
      from = page.next;
    } while (from !== undefined);
    expect(ids).toEqual(Array.from({ length: 250 }, (_, n) => `m${249 - n}`));
  });

  it.each([
    'word',
    'third',
    'rare',
    'word rare',
    'nobody',
    '',
    'after:2026-11-29T12:40 third',
    'in:watch word',
    'from:bob third wo',
  ])('finds the same from any time in the past, page by page, however common it is: %s', (words) => {
    const { store } = openStore();
    const all = Array.from({ length: 400 }, (_, n) => {
      const body = ['word', ...(n % 3 === 0 ? ['third'] : []), ...(n % 41 === 0 ? ['rare'] : [])].join(' ');
      return { one: message(`m${n}`, n / 4, body), conversation: n % 5 === 0 ? ROOM : BOB };
    });
    for (const { one, conversation } of all) store.put([run([one], { at: 'end' }, conversation)]);
    for (const [before, limit] of [
      ['13:30', 20],
      ['13:00', 7],
      ['12:10', 50],
      ['12:00', 10],
    ] as const) {
      const asked = query(`${words} before:2026-11-29T${before}`);
      const expected = all
        .filter(({ one, conversation }) => fits(asked, { ...one, conversation, label: '' }))
        .map(({ one }) => one.id)
        .reverse();
      const ids: string[] = [];
      let from: number | undefined;
      do {
        const page = store.search(asked, limit, from);
        expect(page.hits.length).toBeLessThanOrEqual(limit);
        ids.push(...page.hits.map((hit) => hit.message.id));
        from = page.next;
      } while (from !== undefined);
      expect(ids).toEqual(expected);
    }
  });

  it('answers what the plain comparison answers, whatever is said and asked', () => {
    const word = fc.constantFrom(
      'alpha',
      'bravo',
      'Ärger',
      'café',
      'x1',
      'ALPHA',
      'near',
      'NEAR',
      'or',
      'привет',
      '東京',
    );
    const text = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' '));
    const asked = fc.array(
      fc.oneof(
        word,
        text.map((words) => `"${words}"`),
        word.map((one) => `${one.slice(0, 3)}*`),
        fc.constantFrom('from:b', 'label:cui'),
      ),
      { minLength: 1, maxLength: 4 },
    );
    const { store } = openStore();
    let count = 0;
    const all: ChatMessage[] = [];
    fc.assert(
      fc.property(text, fc.boolean(), asked, (body, labelled, parts) => {
        count += 1;
        const one = message(`p${count}`, count, body, labelled ? { label: { text: 'CUI' } } : {});
        all.push(one);
        store.put([run([one])]);
        const parsed = parseQuery(`${parts.join(' ')} `);
        if (parsed.kind !== 'query') return;
        const expected = all
          .filter((each) => fits(parsed.query, { ...each, conversation: BOB, label: each.label?.text ?? '' }))
          .map(({ id }) => id)
          .reverse();
        expect(store.search(parsed.query, 10_000).hits.map((hit) => hit.message.id)).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });
});

describe('the store’s thread', () => {
  it('loses nothing that was answered for when its process is killed, and opens again', async () => {
    const writer = await bundleForTest('test/support/store-writer.ts', 'store-writer');
    const answered: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      const child = spawn(process.execPath, [writer, file, KEY.toString('hex'), String(round)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const gone = new Promise((resolve) => child.once('exit', resolve));
      for await (const line of createInterface(child.stdout)) {
        answered.push(line);
        // Whatever is under way now is cut off in the middle.
        if (line.endsWith(`-${20 + round * 7}`)) child.kill('SIGKILL');
      }
      await gone;
    }
    const { store, result } = openStore();
    expect(result).toBe('opened');
    const ids = idsOf(store);
    expect(new Set(ids).size).toBe(ids.length);
    expect(answered.length).toBeGreaterThan(80);
    expect(answered.filter((id) => !ids.includes(id))).toEqual([]);
    expect(found(store, 'crash').length).toBe(Math.min(100, ids.length));
  });

  it('says that it is not there any more', async () => {
    const client = new StoreClient(await bundleStoreWorker());
    await expect(client.call('unsent', undefined)).rejects.toThrow('HISTORY_STORE_FAILED');
    await client.close();
    await expect(client.call('unsent', undefined)).rejects.toThrow('HISTORY_STORE_FAILED');
  });
});
