/** The local history on a real disk: order, damage, crashes, and that nothing of it can be read without its key. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../src/shared/chat-model.ts';
import { openDatabase } from '../../src/store/database.ts';
import { StoreClient } from '../../src/store/index.ts';
import { deriveKeys } from '../../src/store/keys.ts';
import type { MessageStore } from '../../src/store/message-store.ts';
import { bundleForTest, bundleStoreWorker } from '../support/bundle-worker.ts';
import { BOB, found, idsOf, KEY, LocalStore, message, ROOM, run, START } from '../support/local-store.ts';

let local: LocalStore;

beforeEach(() => {
  local = new LocalStore();
});
afterEach(() => local.remove());

describe('messages by the ids under which others know them', () => {
  const called = (id: string, archive?: string): Partial<ChatMessage> => ({
    reference: { id, stanza: `stanza-${id}`, ...(archive === undefined ? {} : { archive }) },
  });
  const idsCalled = (store: MessageStore, space: 'archive' | 'sender', id: string, conversation = BOB) =>
    store.called(conversation, space, id).map((one) => one.message.id);

  it('are found by each of them, in their conversation, also where an id became known later', () => {
    const { store } = local.open();
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
    const { store } = local.open();
    store.put([run([message('a', 1, 'x', called('w1')), message('b', 2, 'x', called('w2'))])]);
    local.close(store);
    const { database } = openDatabase(local.file, deriveKeys(KEY).page);
    database.exec('DROP TABLE reference; PRAGMA user_version = 1');
    database.close();
    const again = local.open();
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
    const { store } = local.open();
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
    expect(
      store
        .tails({ least: 2, each: 2, total: 3 })
        .map(({ conversation, messages }) => [conversation, messages.length]),
    ).toEqual([
      [ROOM, 1],
      [BOB, 2],
    ]);
  });

  it('begins with few of each conversation, and with more where none of these has a place in the archive', () => {
    const { store } = local.open();
    const placed = (n: number) => ({ ...message(`p${n}`, n) });
    const all = Array.from({ length: 50 }, (_, n) => ({
      message: placed(n),
      keys: [{ archiveId: `a${n}`, strong: [] }],
    }));
    store.put([{ conversation: ROOM, kind: 'room', messages: all, place: { at: 'end' } }]);
    store.put([run(Array.from({ length: 50 }, (_, n) => message(`m${n}`, n)))]);
    const count = (least: number, total = 1_000) =>
      Object.fromEntries(
        store
          .tails({ least, each: 40, total })
          .map(({ conversation, messages }) => [conversation, messages.length]),
      );
    expect(count(10)).toEqual({ [ROOM]: 10, [BOB]: 40 });
    expect(count(10, 45)).toEqual({ [BOB]: 40, [ROOM]: 5 });
  });

  it('finds room between two messages as often as somebody asks for it', () => {
    const { store } = local.open();
    store.put([run([message('first', 0), message('last', 1)])]);
    for (let n = 0; n < 80; n += 1) store.put([run([message(`m${n}`, 0)], { at: 'before', id: 'last' })]);
    expect(idsOf(store)).toEqual(['first', ...Array.from({ length: 80 }, (_, n) => `m${n}`), 'last']);
  });

  it('has messages, keys and search after a restart, and knows what was not sent', () => {
    const first = local.open().store;
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
    local.close(first);
    const { store, result } = local.open();
    expect(result).toBe('opened');
    expect(store.older(BOB, 'q1', 1)[0]?.keys).toEqual([{ archiveId: 'x1', strong: ['s'] }]);
    expect(store.unsent().map((hit) => hit.message.id)).toEqual(['q1', 'q2']);
    store.put([run([message('q1', 1, 'first', { ...out, delivery: 'stored' })])]);
    expect(store.unsent().map((hit) => hit.message.id)).toEqual(['q2']);
    expect(found(store, 'second')).toEqual(['q2']);
  });

  it('lets go of what is older than the policy’s days, in search as well', () => {
    const { store } = local.open(KEY, 30);
    const now = START + 31 * 24 * 60 * 60_000;
    store.put(
      [run([message('old', 0, 'ancient word'), message('young', 3 * 24 * 60, 'recent word')])],
      [],
      START,
    );
    expect(store.expire(now)).toBe(1);
    expect(idsOf(store)).toEqual(['young']);
    expect(found(store, 'word')).toEqual(['young']);
    store.put([run([message('late', 1)])], [], now);
    expect(idsOf(store)).toEqual(['young']);
  });

  it('writes nothing that can be read without the key', () => {
    const { store } = local.open();
    store.put([
      run([message('secret-id', 0, 'Rendezvous at Quebec tonight', { label: { text: 'SECRET//NOFORN' } })]),
    ]);
    const written = readdirSync(local.directory).map((name) =>
      readFileSync(join(local.directory, name)).toString('latin1'),
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
    local.close(store);
    const bare = readFileSync(local.file).toString('latin1');
    expect(bare.includes('SQLite format')).toBe(false);
  });

  it('puts a file aside that another key was used for, or that is no database', () => {
    const first = local.open().store;
    first.put([run([message('a', 0)])]);
    local.close(first);
    const { store, result } = local.open(randomBytes(32));
    expect(result).toBe('set-aside');
    expect(idsOf(store)).toEqual([]);
    local.close(store);
    writeFileSync(local.file, randomBytes(8192));
    expect(local.open().result).toBe('set-aside');
    expect(readdirSync(local.directory).filter((name) => name.endsWith('.damaged'))).toEqual([
      'history.db.damaged',
    ]);
  });

  it('never shows a message that was changed on the disk', () => {
    const first = local.open().store;
    const many = Array.from({ length: 200 }, (_, n) =>
      message(`m${n}`, n, `the text number ${n} ${'x'.repeat(400)}`),
    );
    first.put([run(many)]);
    local.close(first);
    const whole = readFileSync(local.file);
    let refused = 0;
    for (let at = 4096 + 50; at < whole.length; at += 4096 + 701) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(local.file, changed);
      try {
        const { store } = local.open();
        for (const { message: read } of store.older(BOB, undefined, 1000))
          expect(many.find(({ id }) => id === read.id)).toEqual(read);
        local.close(store);
      } catch {
        local.closeAll();
        refused += 1;
      }
      for (const name of readdirSync(local.directory))
        if (name !== 'history.db') rmSync(join(local.directory, name));
    }
    expect(refused).toBeGreaterThan(0);
  });
});

describe('how far archives are known', () => {
  const place = (n: number) => ({ id: `a${n}`, at: START + n });
  const ranges = (n: number) => ({
    newest: place(n),
    holes: [{ after: place(1), until: place(3), from: 1, to: 3, tails: [[BOB, 'm1'] as const] }],
  });

  it('is written with the messages that came of them, all of it or nothing, and forgotten one by one', () => {
    const { store } = local.open();
    store.put([run([message('a', 1)])], [{ name: '', ranges: ranges(5) }]);
    store.put([], [{ name: ROOM, ranges: { holes: [] } }]);
    const broken = { name: 'x', ranges: { holes: [], cycle: {} as unknown } };
    broken.ranges.cycle = broken.ranges;
    expect(() => store.put([run([message('b', 2)])], [{ name: '', ranges: ranges(6) }, broken])).toThrow();
    expect(idsOf(store)).toEqual(['a']);
    local.close(store);
    const again = local.open().store;
    expect(again.archives()).toEqual([
      { name: '', ranges: ranges(5) },
      { name: ROOM, ranges: { holes: [] } },
    ]);
    again.put([], [{ name: '' }]);
    expect(again.archives().map(({ name }) => name)).toEqual([ROOM]);
  });

  it('is sealed to its archive: what was put in another’s place, or changed, is not read', () => {
    const { store } = local.open();
    store.put([], [{ name: '', ranges: ranges(5) }]);
    store.put([], [{ name: ROOM, ranges: { holes: [] } }]);
    local.close(store);
    const { database } = openDatabase(local.file, deriveKeys(KEY).page);
    database.exec("UPDATE archive SET sealed = (SELECT sealed FROM archive WHERE name = '')");
    database.close();
    expect(() => local.open().store.archives()).toThrow('HISTORY_STORE_DAMAGED');
  });

  it('has room in a file of before, whose messages stay', () => {
    const { store } = local.open();
    store.put([run([message('a', 1)])]);
    local.close(store);
    const { database } = openDatabase(local.file, deriveKeys(KEY).page);
    database.exec('DROP TABLE archive; PRAGMA user_version = 2');
    database.close();
    const again = local.open();
    expect([again.result, idsOf(again.store), again.store.archives()]).toEqual(['opened', ['a'], []]);
    again.store.put([], [{ name: '', ranges: ranges(5) }]);
    expect(again.store.archives()).toHaveLength(1);
  });
});

describe('the store’s thread', () => {
  it('loses nothing that was answered for when its process is killed, and opens again', async () => {
    const writer = await bundleForTest('test/support/store-writer.ts', 'store-writer');
    const answered: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      const child = spawn(process.execPath, [writer, local.file, KEY.toString('hex'), String(round)], {
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
    const { store, result } = local.open();
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
