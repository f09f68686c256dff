import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sealLine } from '../../../src/audit/index.ts';
import { writeExport } from './export-file.ts';
import { type IndexDb, openIndex } from './index-db.ts';
import { Indexer, sourcesOf } from './indexer.ts';
import { type EventQuery, ftsWords, type MessageQuery } from './query.ts';
import { Reader } from './reader.ts';

let directory: string;
let db: IndexDb;
let indexer: Indexer;
let reader: Reader;
const at = (name: string) => join(directory, name);
const line = (value: unknown) => `${JSON.stringify(value)}\n`;
const day = (hour: string) => `2026-03-01T${hour}.000Z`;
const message = (time: string, fields: Readonly<Record<string, unknown>>) =>
  line({ time, type: 'chat', from: 'alice@chat.example.mil', to: 'bob@chat.example.mil', ...fields });

function indexAll(): void {
  while (indexer.step());
}
const bodies = (query: MessageQuery, limit = 100) =>
  reader.messages(query, { limit, order: 'newest' }).records.map(({ body }) => body);
const events = (query: EventQuery, limit = 100) =>
  reader.events(query, { limit, order: 'newest' }).records.map(({ event }) => event);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-records-'));
  db = openIndex(at('index.db'));
  indexer = new Indexer(db, () => sourcesOf(directory, [at('received.jsonl')]));
  reader = new Reader(db);
});
afterEach(() => {
  db.close();
  rmSync(directory, { recursive: true, force: true });
});

describe('messages', () => {
  const LOG = 'messages-2026-03-01.ndjson';
  beforeEach(() => {
    writeFileSync(
      at(LOG),
      [
        message(day('08:00:00'), { body: 'Convoy leaves at dawn', label: 'SECRET' }),
        message(day('09:00:00'), {
          body: 'convoys are late',
          from: 'Bob@chat.example.mil',
          to: 'carol@chat.example.mil',
        }),
        message(day('10:00:00'), {
          body: 'Größe der Lage',
          type: 'groupchat',
          to: undefined,
          room: 'ops@conference.chat.example.mil',
        }),
        message(day('10:00:00'), { body: 'same moment', subject: 'dawn' }),
        'half a line',
      ].join(''),
    );
    indexAll();
  });

  it.each<[string, MessageQuery, readonly string[]]>([
    [
      'everything, newest first',
      {},
      ['same moment', 'Größe der Lage', 'convoys are late', 'Convoy leaves at dawn'],
    ],
    ['a word, in whatever case', { words: 'CONVOY' }, ['Convoy leaves at dawn']],
    ['what a word begins with', { words: 'convoy*' }, ['convoys are late', 'Convoy leaves at dawn']],
    ['a word without its marks', { words: 'grosse' }, []],
    ['an umlaut', { words: 'größe' }, ['Größe der Lage']],
    ['two words, both', { words: 'dawn leaves' }, ['Convoy leaves at dawn']],
    ['a word of the subject', { words: 'dawn moment' }, ['same moment']],
    ['a user by name', { user: 'bob' }, ['same moment', 'convoys are late', 'Convoy leaves at dawn']],
    ['a user by address', { user: 'carol@chat.example.mil' }, ['convoys are late']],
    ['not the beginning of a name', { user: 'car' }, []],
    ['a room', { room: 'ops' }, ['Größe der Lage']],
    ['a label, exactly', { label: 'SECRET' }, ['Convoy leaves at dawn']],
    ['not a label’s part', { label: 'SEC' }, []],
    ['a time', { since: Date.UTC(2026, 2, 1, 9), until: Date.UTC(2026, 2, 1, 10) }, ['convoys are late']],
    [
      'all at once',
      { words: 'convoy', user: 'alice', label: 'SECRET', until: Date.UTC(2026, 2, 1, 9) },
      ['Convoy leaves at dawn'],
    ],
  ])('are found by %s', (_what, query, expected) => {
    expect(bodies(query)).toEqual(expected);
  });

  it.each([
    '"',
    '" OR "',
    'who : x',
    '(',
    'NEAR(a b)',
    '*',
    '-',
    'a" : "b',
    "'; DROP TABLE messages; --",
    '\u{1f600}',
  ])('a search for %j is a search', (words) => {
    expect(Array.isArray(bodies({ words }))).toBe(true);
    expect(reader.counts().messages).toBe(4);
  });

  it('pages meet without a gap and without doubles', () => {
    const first = reader.messages({}, { limit: 2, order: 'newest' });
    const second = reader.messages({}, { limit: 2, order: 'newest', cursor: first.next });
    expect([...first.records, ...second.records].map(({ body }) => body)).toEqual(bodies({}));
    const oldest = reader.messages({}, { limit: 3, order: 'oldest' });
    const rest = reader.messages({}, { limit: 3, order: 'oldest', cursor: oldest.next });
    expect([...oldest.records, ...rest.records].map(({ body }) => body).reverse()).toEqual(bodies({}));
    expect(rest.next).toBeUndefined();
  });

  it('half a line is taken when its other half is there', () => {
    writeFileSync(at(LOG), readFileSync(at(LOG), 'utf8').replace('half a line', ''));
    const whole = message(day('11:00:00'), { body: 'in two parts' });
    indexAll();
    appendFileSync(at(LOG), whole.slice(0, 30));
    indexAll();
    expect(bodies({ words: 'parts' })).toEqual([]);
    appendFileSync(at(LOG), whole.slice(30));
    indexAll();
    expect(bodies({ words: 'parts' })).toEqual(['in two parts']);
    expect(indexer.behind()).toBe(0);
  });

  it('what retention took out of a log is not found any more', () => {
    const kept = readFileSync(at(LOG), 'utf8').split('\n').slice(2, 3).join('');
    writeFileSync(at('new'), `${kept}\n`);
    renameSync(at('new'), at(LOG));
    indexAll();
    expect(bodies({})).toEqual(['Größe der Lage']);
    expect(bodies({ words: 'convoy*' })).toEqual([]);
    rmSync(at(LOG));
    indexAll();
    expect(reader.counts().messages).toBe(0);
  });

  it('an index is made anew when it is gone', () => {
    db.close();
    rmSync(at('index.db'));
    db = openIndex(at('index.db'));
    indexer = new Indexer(db, () => sourcesOf(directory, []));
    reader = new Reader(db);
    indexAll();
    expect(bodies({}).length).toBe(4);
  });
});

describe('events', () => {
  beforeEach(() => {
    writeFileSync(
      at('audit-2026-03-01.ndjson'),
      [
        line({
          time: day('08:00:00'),
          event: 'sign-in.accepted',
          user: 'alice@chat.example.mil',
          machine: 'WS-1',
        }),
        line({
          time: day('08:00:01'),
          event: 'sign-in.refused',
          user: 'bob@chat.example.mil',
          machine: 'WS-2',
        }),
        line({ time: day('08:00:02'), event: 'sign-input', machine: 'WS-1' }),
      ].join(''),
    );
    writeFileSync(
      at('admin-2026-03-01.ndjson'),
      line({ time: day('08:00:03'), event: 'admin.search', user: 'root' }),
    );
    writeFileSync(
      at('received.jsonl'),
      line({ time: day('07:00:00'), event: 'signin.done', user: 'Alice', machine: 'WS-1' }),
    );
    writeFileSync(at('other.ndjson'), line({ time: day('07:00:00'), event: 'no.log' }));
    indexAll();
  });

  it.each<[string, EventQuery, readonly string[]]>([
    [
      'everything, of all logs',
      {},
      ['admin.search', 'sign-input', 'sign-in.refused', 'sign-in.accepted', 'signin.done'],
    ],
    ['an event', { event: 'sign-in.refused' }, ['sign-in.refused']],
    ['events of one kind', { event: 'sign-in' }, ['sign-in.refused', 'sign-in.accepted']],
    ['a user, at the servers and the clients', { user: 'alice' }, ['sign-in.accepted', 'signin.done']],
    ['a machine', { machine: 'WS-1' }, ['sign-input', 'sign-in.accepted', 'signin.done']],
    ['a machine and an event', { machine: 'WS-1', event: 'sign-in' }, ['sign-in.accepted']],
    ['somebody who is not there', { user: 'nobody', event: 'sign-in' }, []],
    ['a time', { since: Date.UTC(2026, 2, 1, 8, 0, 2) }, ['admin.search', 'sign-input']],
  ])('are found by %s', (_what, query, expected) => {
    expect(events(query)).toEqual(expected);
  });
});

describe('a chain', () => {
  it('that was changed is found out', async () => {
    const context = { machine: 'WS-1', user: 'u', session: 's' };
    const first = sealLine({ event: 'a', outcome: 'success', detail: {} }, context, undefined, 1);
    const second = sealLine({ event: 'b', outcome: 'success', detail: {} }, context, first, 2);
    writeFileSync(at('received.jsonl'), line(first) + line(second));
    expect(await reader.chain([at('received.jsonl')])).toMatchObject({ lines: 2, findings: [], whole: true });
    writeFileSync(at('received.jsonl'), line(first) + line({ ...second, event: 'c' }));
    expect((await reader.chain([at('received.jsonl')])).findings).toMatchObject([
      { problem: 'changed', row: 2 },
    ]);
  });
});

describe('an export', () => {
  it('says what it is, holds everything, and counts labels', () => {
    writeFileSync(
      at('messages-2026-03-01.ndjson'),
      message(day('08:00:00'), { body: 'one', label: 'CUI' }) + message(day('09:00:00'), { body: 'two' }),
    );
    indexAll();
    const written = writeExport(at('out.ndjson'), { marking: 'CUI' }, (page) => reader.messages({}, page));
    const lines = readFileSync(at('out.ndjson'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text));
    expect(lines.map(({ body }) => body)).toEqual([undefined, 'one', 'two', undefined]);
    expect(lines.at(-1)).toEqual({ end: true, records: 2, labels: { CUI: 1, '': 1 }, marking: 'CUI' });
    expect(written.count).toBe(2);
    expect(() => writeExport(at('out.ndjson'), {}, (page) => reader.messages({}, page))).toThrow(/EEXIST/);
  });

  it('that fails leaves nothing behind', () => {
    expect(() =>
      writeExport(at('out.ndjson'), {}, () => {
        throw new Error('no disk');
      }),
    ).toThrow('no disk');
    expect(() => readFileSync(at('out.ndjson'))).toThrow();
  });
});

describe('words for FTS5', () => {
  it('are quoted, every one', () => {
    expect(ftsWords('a" OR  b*')).toBe('text : "a""" AND text : "OR" AND text : "b" *');
  });
});
