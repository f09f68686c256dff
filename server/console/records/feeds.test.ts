import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { knownFeeds, noticesOf } from './feeds.ts';
import { type IndexDb, openIndex } from './index-db.ts';
import { Indexer, sourcesOf } from './indexer.ts';
import { Reader } from './reader.ts';

const ALICE = 'alice@chat.example.mil';
const OWN = { to: ALICE, feed: 'urn:xmpp:microblog:0' };
let directory: string;
let db: IndexDb;
let indexer: Indexer;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-feeds-'));
  db = openIndex(join(directory, 'index.db'));
  indexer = new Indexer(db, () => sourcesOf(directory, []));
});
afterEach(() => {
  db.close();
  rmSync(directory, { recursive: true, force: true });
});

const LOG = 'messages-2026-03-01.ndjson';
const minute = (count: number): string => new Date(Date.UTC(2026, 2, 1, 8, count)).toISOString();

function index(...records: readonly Readonly<Record<string, unknown>>[]): void {
  const lines = records.map((fields, count) =>
    JSON.stringify({
      time: minute(count),
      type: 'feed',
      from: ALICE,
      to: 'feeds.chat.example.mil',
      feed: 'weather',
      payloads: '<entry/>',
      ...fields,
    }),
  );
  writeFileSync(join(directory, LOG), `${lines.join('\n')}\n`);
  while (indexer.step());
}

const ids = (feed: string) => new Reader(db).read(noticesOf(db, feed)).map(({ id }) => id);

it('are known by what was published last and by what is in them still, a person’s own by the address', () => {
  index(
    { id: 'w1', from: 'feeds.chat.example.mil', subscribers: 3 },
    { ...OWN, to: 'Alice@chat.example.mil', id: 'a1', subscribers: 2 },
    { id: 'w2', subscribers: 4 },
    { id: 'w1', from: 'feeds.chat.example.mil', payloads: undefined },
    // Published anew under its id it is one notice, at its new place.
    { id: 'w3' },
    // Bob is told that it is not his; the log has what he asked for.
    { id: 'w3', from: 'bob@chat.example.mil', payloads: undefined },
    { id: 'w2' },
    { ...OWN, id: 'a1', payloads: undefined },
    { type: 'chat', feed: 'notam', id: 'x' },
    { feed: undefined, id: 'y' },
    { feed: { toString: 0 }, id: 'z' },
  );
  expect(knownFeeds(db, 10)).toEqual([
    { name: 'weather', last: minute(6), publisher: ALICE, subscribers: 4, notices: 2 },
    { name: ALICE, last: minute(1), publisher: ALICE, subscribers: 2, notices: 0 },
  ]);
  expect(knownFeeds(db, 1)).toHaveLength(1);
  expect(ids('weather')).toEqual(['w2', 'w3']);
  expect(ids(ALICE)).toEqual([]);
});

it('keep as many notices as a server does, and none whose log is gone', () => {
  index(...Array.from({ length: 300 }, (_, count) => ({ id: `n${count}` })));
  expect(ids('weather')).toEqual(Array.from({ length: 256 }, (_, count) => `n${299 - count}`));
  unlinkSync(join(directory, LOG));
  while (indexer.step());
  expect(knownFeeds(db, 10)).toMatchObject([{ name: 'weather', notices: 0 }]);
});
