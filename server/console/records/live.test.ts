import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alarmsOf } from './alarms.ts';
import { findEvents, type IndexDb, openIndex } from './index-db.ts';
import { Indexer, sourcesOf } from './indexer.ts';
import { busyRooms, machineStates, onlineSessions } from './live.ts';
import type { EventQuery } from './query.ts';

let directory: string;
let db: IndexDb;
let indexer: Indexer;
const NOW = Date.UTC(2026, 2, 1, 12);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-live-'));
  db = openIndex(':memory:');
  indexer = new Indexer(db, () => sourcesOf(directory, [join(directory, 'received.jsonl')]));
});
afterEach(() => {
  db.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Writes events, a second apart, and has them taken. */
function happens(file: string, ...events: readonly Readonly<Record<string, unknown>>[]): void {
  for (const [index, event] of events.entries()) {
    const time = new Date(NOW + index * 1000).toISOString();
    appendFileSync(join(directory, file), `${JSON.stringify({ time, server: 'prosody', ...event })}\n`);
  }
  while (indexer.step());
}
const SERVER = 'audit-2026-03-01.ndjson';
const verified = (session: string) => ({
  event: 'lock.verified',
  session,
  machine: 'WS-1',
  ip: '192.0.2.1',
  epoch: 7,
});
const started = (session: string, user: string) => ({
  event: 'session.started',
  session,
  user: `${user}@chat.example.mil`,
  machine: 'WS-1',
  ip: '192.0.2.1',
  resource: 'desk',
});
const users = (text?: string) =>
  onlineSessions(db, { text, offset: 0, limit: 10 }).sessions.map(({ user }) => user.split('@')[0]);

describe('who is online', () => {
  it('is whoever has begun a session and not ended it', () => {
    happens(SERVER, verified('a'), started('a', 'alice'), verified('b'), started('b', 'bob'), verified('c'));
    expect(users()).toEqual(['alice', 'bob']);
    expect(onlineSessions(db, { offset: 0, limit: 1 }).sessions[0]).toMatchObject({
      epoch: 7,
      ip: '192.0.2.1',
    });
    happens(SERVER, { event: 'session.ended', session: 'a' });
    expect(users()).toEqual(['bob']);
  });

  it('nobody, when the server has begun anew; the other server’s people stay', () => {
    happens(
      SERVER,
      started('a', 'alice'),
      { ...started('b', 'bob'), server: 'ejabberd' },
      { event: 'server.started' },
    );
    expect(users()).toEqual(['bob']);
  });

  it('is found by a part, and what means something to SQL is text', () => {
    happens(SERVER, started('a', 'alice'), started('b', 'bob_'));
    expect(users('ali')).toEqual(['alice']);
    expect(users('192.0')).toEqual(['alice', 'bob_']);
    expect(users('%')).toEqual([]);
    expect(users('b_')).toEqual(['bob_']);
    expect(users("' OR 1=1")).toEqual([]);
  });
});

describe('a machine', () => {
  it('is as it last said, also when its lines come late', () => {
    happens(SERVER, { ...verified('z'), time: '2026-03-01T13:00:00.000Z' });
    happens(
      'received.jsonl',
      { event: 'app.started', machine: 'WS-1', detail: { version: '1.2.0' } },
      { event: 'policy.activated', machine: 'WS-1', detail: { policyId: 'p', sequence: 9 } },
      {
        event: 'policy.activated',
        machine: 'WS-1',
        detail: { policyId: 'p', sequence: 8 },
        time: '2026-02-01T00:00:00.000Z',
      },
    );
    happens(SERVER, verified('a'));
    expect(machineStates(db)).toMatchObject([
      { machine: 'WS-1', version: '1.2.0', sequence: 9, policy: 'p' },
    ]);
    happens(SERVER, started('a', 'alice'));
    expect(onlineSessions(db, { offset: 0, limit: 1 }).sessions[0]).toMatchObject({
      version: '1.2.0',
      sequence: 9,
    });
  });

  it('with values that are none is one that has said nothing', () => {
    happens('received.jsonl', {
      event: 'policy.activated',
      machine: 'WS-2',
      detail: { policyId: 5, sequence: 'x' },
    });
    happens('received.jsonl', { event: 'app.started', machine: 'WS-3', detail: null });
    expect(machineStates(db).map(({ sequence }) => sequence)).toEqual([null, null]);
  });
});

describe('rooms', () => {
  it('are those in which something was said, the latest first, until they are destroyed', () => {
    const room = (name: string) => `${name}@conference.chat.example.mil`;
    happens(
      'messages-2026-03-01.ndjson',
      { room: room('ops'), body: 'a' },
      { room: room('intel'), body: 'b' },
      { body: 'c' },
    );
    happens('messages-2026-03-01.ndjson', { room: room('intel'), body: 'd' });
    expect(busyRooms(db, 10)).toMatchObject([
      { room: room('intel'), messages: 2 },
      { room: room('ops'), messages: 1 },
    ]);
    happens(SERVER, { event: 'room.destroyed', room: room('intel') });
    expect(busyRooms(db, 10).map((each) => each.room)).toEqual([room('ops')]);
  });
});

describe('alarms', () => {
  it('are counted by kind, for a day', () => {
    happens(
      SERVER,
      { event: 'lock.refused', reason: 'proof' },
      { event: 'lock.refused', reason: 'timeout' },
      { event: 'sign-in.refused' },
      { event: 'sign-in.accepted' },
      { event: 'audit.lines-lost' },
    );
    const { counts, newest } = alarmsOf(db, NOW + 10_000);
    expect(counts).toEqual({ 'lock.refused': 2, 'sign-in.refused': 1, audit: 1 });
    expect(newest.length).toBe(4);
    expect(alarmsOf(db, NOW + 2 * 86_400_000).newest).toEqual([]);
  });

  it('tell whoever claims to be somebody else from a failure of the same name', () => {
    happens(
      SERVER,
      { event: 'lock.refused', reason: 'wrong-proof', machine: 'WS-1' },
      { event: 'lock.refused', reason: 'unknown-epoch', machine: 'WS-2' },
      { event: 'sign-in.refused', reason: 'asks for another address', user: 'bob@chat.example.mil' },
      { event: 'sign-in.refused', reason: 'switched off', user: 'bob@chat.example.mil' },
    );
    happens('received.jsonl', { event: 'connection', detail: { code: 'LOCK_SERVER_PROOF_WRONG' } });
    expect(alarmsOf(db, NOW + 10_000).counts).toEqual({
      impersonation: 3,
      'lock.refused': 1,
      'sign-in.refused': 1,
    });
    const page = { limit: 10, order: 'newest' } as const;
    const found = (query: EventQuery) => findEvents(db, query, page).length;
    expect(found({ alarm: 'impersonation' })).toBe(3);
    expect(found({ alarm: 'impersonation', event: 'sign-in', user: 'bob' })).toBe(1);
    expect(found({ alarm: 'policy.refused' })).toBe(0);
    for (const event of ['lock', 'lock.refused']) expect(found({ alarm: 'lock.refused', event })).toBe(1);
    for (const event of ['sign-in', 'lock.refused.x', 'loc'])
      expect(found({ alarm: 'lock.refused', event })).toBe(0);
    const plan = db
      .prepare('EXPLAIN QUERY PLAN SELECT id FROM events WHERE alarm = ? AND id >= ? ORDER BY id DESC')
      .all([1, 0]) as { detail: string }[];
    expect(plan.map(({ detail }) => detail).join()).toMatch(/events_by_alarm/);
  });
});
