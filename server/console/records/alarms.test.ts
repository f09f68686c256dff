import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alarmsOf, OPEN, openAlarms } from './alarms.ts';
import { type IndexDb, openIndex } from './index-db.ts';
import { Indexer, sourcesOf } from './indexer.ts';
import type { AlarmQuery } from './query.ts';
import { Reader } from './reader.ts';

const NOW = Date.UTC(2026, 2, 1, 8);
const SERVER = 'audit-2026-03-01.ndjson';
const CONSOLE = 'console-2026-03-01.ndjson';
const RECEIVED = 'received.jsonl';

let directory: string;
let db: IndexDb;
let indexer: Indexer;
let reader: Reader;
let seconds: number;

function open(): void {
  db = openIndex(join(directory, 'index.db'));
  indexer = new Indexer(db, () => sourcesOf(directory, [join(directory, RECEIVED)]));
  reader = new Reader(db);
}

/** Writes lines, a second apart, and indexes them. */
function happens(log: string, ...lines: readonly object[]): void {
  for (const line of lines) {
    const time = new Date(NOW + seconds * 1000).toISOString();
    appendFileSync(join(directory, log), `${JSON.stringify({ time, ...line })}\n`);
    seconds += 1;
  }
  while (indexer.step());
}

const page = (limit = 100, cursor?: number) => ({ limit, cursor, order: 'newest' }) as const;
const found = (query: AlarmQuery) => reader.alarms(query, page()).alarms;
const events = (query: AlarmQuery) => found(query).map(({ record }) => record.event);
const idOf = (event: string): string => found({}).find(({ record }) => record.event === event)?.id ?? '';
const seen = (alarm: string, reason = 'a drill') => ({
  event: 'console.alarm.seen',
  user: 'sato',
  detail: { alarm, reason },
});

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-alarms-'));
  seconds = 0;
  open();
  happens(
    SERVER,
    { event: 'lock.refused', reason: 'timeout', machine: 'WS-1' },
    { event: 'sign-in.accepted' },
    { event: 'sign-in.refused', user: 'bob@chat.example.mil' },
    { event: 'lock.refused', reason: 'wrong-proof', machine: 'WS-2' },
  );
  happens(RECEIVED, { event: 'policy.refused', machine: 'WS-3' });
});
afterEach(() => {
  db.close();
  rmSync(directory, { recursive: true, force: true });
});

describe('alarms', () => {
  const ALL = ['policy.refused', 'lock.refused', 'sign-in.refused', 'lock.refused'];

  it.each<[string, AlarmQuery, readonly string[]]>([
    ['all, newest first', {}, ALL],
    ['a kind', { kind: 'lock.refused' }, ['lock.refused']],
    ['whoever claims to be somebody else', { kind: 'impersonation' }, ['lock.refused']],
    ['a kind that there is none of', { kind: 'audit' }, []],
    ['those that nobody has seen', { state: 'open' }, ALL],
    ['those that somebody has', { state: 'seen' }, []],
    ['a time', { since: NOW + 2000, until: NOW + 4000 }, ['lock.refused', 'sign-in.refused']],
  ])('are found by %s', (_what, query, expected) => {
    expect(events(query)).toEqual(expected);
  });

  it('that somebody has seen are told from open ones, with who and why, and go from the present', () => {
    happens(CONSOLE, seen(idOf('sign-in.refused'), 'bob forgot his card'));
    expect(events({ state: 'open' })).toEqual(['policy.refused', 'lock.refused', 'lock.refused']);
    expect(found({ state: 'seen' })).toMatchObject([
      {
        kind: 'sign-in.refused',
        seen: { by: 'sato', reason: 'bob forgot his card', time: expect.any(String) },
      },
    ]);
    expect(events({})).toEqual(ALL);
    const now = alarmsOf(db, NOW + 60_000);
    expect(now.counts).toEqual({ impersonation: 1, 'lock.refused': 1, 'policy.refused': 1 });
    expect(now.newest.length).toBe(3);
    expect(openAlarms(db, [...found({}).map(({ id }) => id), '0'.repeat(32)]).length).toBe(3);
  });

  it('are seen by what the console says, and by nobody else', () => {
    const line = seen(idOf('sign-in.refused'));
    happens(RECEIVED, line);
    happens(SERVER, line);
    happens('admin-2026-03-01.ndjson', line);
    happens(
      CONSOLE,
      seen('x'),
      { event: 'console.alarm.seen' },
      { event: 'console.alarm.seen', detail: 'x' },
    );
    expect(events({ state: 'seen' })).toEqual([]);
  });

  it('stay seen when the index is made anew, by whoever was first', () => {
    const id = idOf('policy.refused');
    happens(CONSOLE, seen(id, 'first'), seen(id, 'second'));
    const before = found({});
    db.close();
    rmSync(join(directory, 'index.db'));
    open();
    while (indexer.step());
    expect(found({})).toEqual(before);
    expect(found({ state: 'seen' })).toMatchObject([{ kind: 'policy.refused', seen: { reason: 'first' } }]);
  });

  it('go with their log, and are open again when the log goes that says they were seen', () => {
    happens(CONSOLE, seen(idOf('policy.refused')));
    const log = join(directory, SERVER);
    const kept = readFileSync(log, 'utf8').split('\n').slice(3).join('\n');
    writeFileSync(`${log}.new`, kept);
    renameSync(`${log}.new`, log);
    while (indexer.step());
    expect(events({})).toEqual(['policy.refused', 'lock.refused']);
    rmSync(join(directory, CONSOLE));
    while (indexer.step());
    expect(events({ state: 'open' })).toEqual(['policy.refused', 'lock.refused']);
  });

  it('come in pages that meet without a gap and without doubles, whatever their state', () => {
    happens(CONSOLE, seen(idOf('sign-in.refused')));
    const first = reader.alarms({}, page(3));
    const second = reader.alarms({}, page(3, first.next));
    expect([...first.alarms, ...second.alarms].map(({ record }) => record.event)).toEqual(ALL);
    expect(second.next).toBeUndefined();
  });

  it('are looked up by their hash, however many are open', () => {
    const plan = db.prepare(`EXPLAIN QUERY PLAN ${OPEN}`).all(['']) as { detail: string }[];
    expect(plan.map(({ detail }) => detail).join()).toContain('alarms_by_hash');
  });

  it.each([
    ['a state', 'seen = ?', [0], 'alarms_by_state'],
    ['a kind and a state', 'kind = ? AND seen = ?', [1, 0], 'alarms_by_kind'],
  ])('by %s are walked in the order of time, not sorted', (_what, where, values, index) => {
    const plan = db
      .prepare(
        `EXPLAIN QUERY PLAN SELECT id FROM alarms WHERE ${where} AND id >= ? ORDER BY id DESC LIMIT 100`,
      )
      .all([...values, 0]) as { detail: string }[];
    const text = plan.map(({ detail }) => detail).join();
    expect(text).toContain(index);
    expect(text).not.toContain('TEMP B-TREE');
  });
});
