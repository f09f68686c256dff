/**
 * The console's search of records: a million messages, and a year of audit records at 50,000 a day. Logs of a server are
 * written, the index is made of them, and what the pages ask for is asked as the records worker asks it.
 */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openIndex } from '../../server/console/records/index-db.ts';
import { Indexer, sourcesOf } from '../../server/console/records/indexer.ts';
import type { AlarmQuery, EventQuery, MessageQuery } from '../../server/console/records/query.ts';
import { Reader } from '../../server/console/records/reader.ts';
import { type Figure, figure, repeat, timed } from './measure.ts';

const FIRST_DAY = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
const USERS = 5000;
const ROOMS = 200;
const LIMIT = 100;
const TARGET_MS = 300;
const WORDS = [
  'convoy',
  'status',
  'report',
  'north',
  'bridge',
  'water',
  'relay',
  'nothing',
  'moved',
  'grid',
  'quiet',
];
const LABELS = ['UNCLASSIFIED', 'CUI', 'SECRET'];
const EVENTS = [
  'sign-in.accepted',
  'session.started',
  'session.ended',
  'lock.verified',
  'sign-in.refused',
  'connection',
];

/** A generator of numbers that is the same in every run (Numerical Recipes' LCG); its low bits repeat, so the high ones choose. */
function numbers(): (below: number) => number {
  let state = 42;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function pick<T>(values: readonly T[], at: number): T {
  const value = values[at];
  if (value === undefined) throw new Error('nothing to pick');
  return value;
}

/** Writes `count` lines into a file a day, `perDay` in each. */
function writeLogs(
  directory: string,
  kind: string,
  count: number,
  perDay: number,
  line: (index: number, time: string) => object,
): void {
  for (let day = 0; day * perDay < count; day += 1) {
    const start = FIRST_DAY + day * DAY_MS;
    const file = openSync(
      join(directory, `${kind}-${new Date(start).toISOString().slice(0, 10)}.ndjson`),
      'w',
    );
    let text = '';
    for (let n = 0; n < perDay && day * perDay + n < count; n += 1) {
      const time = new Date(start + Math.floor((n * DAY_MS) / perDay)).toISOString();
      text += `${JSON.stringify(line(day * perDay + n, time))}\n`;
      if (text.length > 1 << 20) {
        writeSync(file, text);
        text = '';
      }
    }
    writeSync(file, text);
    closeSync(file);
  }
}

/** Writes the message log of people who say much the same, 20,000 a day. */
export function writeMessages(directory: string, count: number): void {
  const next = numbers();
  const person = () => `user${next(USERS)}@chat.example.mil`;
  writeLogs(directory, 'messages', count, 20_000, (index, time) => ({
    time,
    type: index % 3 === 0 ? 'chat' : 'groupchat',
    from: person(),
    ...(index % 3 === 0 ? { to: person() } : { room: `room${next(ROOMS)}@conference.chat.example.mil` }),
    id: `m${index}`,
    label: pick(LABELS, next(LABELS.length)),
    body: `${Array.from({ length: 12 }, () => pick(WORDS, next(WORDS.length))).join(' ')} serial${index}`,
  }));
}

export async function benchConsole(quick: boolean): Promise<readonly Figure[]> {
  const messages = quick ? 20_000 : 1_000_000;
  const events = quick ? 50_000 : 365 * 50_000;
  const runs = quick ? 3 : 20;
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-bench-console-'));
  const db = openIndex(join(directory, 'index.db'));
  try {
    const next = numbers();
    const person = () => `user${next(USERS)}@chat.example.mil`;
    writeMessages(directory, messages);
    writeLogs(directory, 'audit', events, 50_000, (_index, time) => ({
      time,
      event: pick(EVENTS, next(EVENTS.length)),
      server: 'prosody',
      user: person(),
      machine: `WS-${next(USERS)}`,
      ip: `192.0.2.${next(250)}`,
    }));
    const indexer = new Indexer(db, () => sourcesOf(directory, []));
    const indexing = await timed(() => {
      while (indexer.step());
    });
    const reader = new Reader(db);
    const page = { limit: LIMIT, order: 'newest' } as const;
    const of = quick ? '' : ' of 1,000,000 messages';
    const ofEvents = quick ? '' : ' of 18,250,000 events';
    const search = async (name: string, work: () => unknown): Promise<Figure> =>
      figure({ name, unit: 'ms', target: TARGET_MS }, await repeat(runs, 1, () => timed(work)));
    const message = (name: string, query: MessageQuery) =>
      search(`console: ${name}${of}`, () => reader.messages(query, page));
    const event = (name: string, query: EventQuery) =>
      search(`console: ${name}${ofEvents}`, () => reader.events(query, page));
    const alarm = (name: string, query: AlarmQuery) =>
      search(`console: alarms, ${name}${ofEvents}`, () => reader.alarms(query, page));
    const middle = FIRST_DAY + 25 * DAY_MS;
    const oldest = FIRST_DAY + 5 * DAY_MS;
    return [
      figure(
        { name: 'console: index of all records', unit: 's', note: `${messages} messages, ${events} events` },
        [indexing / 1000],
      ),
      await message('the newest', {}),
      await message('a word that many have', { words: 'convoy' }),
      await message('a word that one has', { words: `serial${Math.floor(messages / 2)}` }),
      await message('four words, a user and a time', {
        words: 'convoy bridge water relay',
        user: 'user77',
        since: FIRST_DAY,
        until: middle,
      }),
      await message('what a word of many begins with', { words: 'conv*' }),
      await message('what a word of each message begins with, each another', { words: 'serial*' }),
      await message('one letter that words of each begin with', { words: 's*' }),
      await message('the beginnings of three words', { words: 'convo* nort* serial1*' }),
      await message('a room and a label', { room: 'room7', label: 'SECRET' }),
      await message('a word that many have, of the oldest tenth', { words: 'convoy', until: oldest }),
      await message('what a word of many begins with, of the oldest tenth', { words: 's*', until: oldest }),
      await event('the newest', {}),
      await event('a user', { user: 'user77' }),
      await event('a machine and an event', { machine: 'WS-77', event: 'sign-in.refused' }),
      await event('kinds of events in an old week', {
        event: 'sign-in',
        since: FIRST_DAY,
        until: FIRST_DAY + 7 * DAY_MS,
      }),
      await alarm('all of them', {}),
      await alarm('open ones of a kind in an old week', {
        kind: 'sign-in.refused',
        state: 'open',
        until: FIRST_DAY + 7 * DAY_MS,
      }),
    ];
  } finally {
    db.close();
    rmSync(directory, { recursive: true, force: true });
  }
}
