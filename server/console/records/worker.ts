/** The records worker: a thread of its own, so that no search and no indexing holds up the console. */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { alarmsOf, messagesSince, openAlarms } from './alarms.ts';
import { writeExport } from './export-file.ts';
import { knownFeeds, noticesOf } from './feeds.ts';
import { openIndex } from './index-db.ts';
import { Indexer, sourcesOf } from './indexer.ts';
import { busyRooms, machineStates, onlineSessions, sessionCounts } from './live.ts';
import type { Answers, Asked, Request, Response, WorkerSettings } from './protocol.ts';
import { Reader } from './reader.ts';

const { index, directory, collected, everyMs } = workerData as WorkerSettings;
/** Message delivery goes first: on Linux this is the thread's own priority. */
const BEHIND_THE_SERVERS = 10;
setPriority(BEHIND_THE_SERVERS);

const db = openIndex(index);
const indexer = new Indexer(db, () => sourcesOf(directory, collected));
const reader = new Reader(db);

async function answer(asked: Asked): Promise<Answers[keyof Answers]> {
  switch (asked.kind) {
    case 'messages':
      return reader.messages(asked.query, asked.page);
    case 'events':
      return reader.events(asked.query, asked.page);
    case 'alarms':
      return reader.alarms(asked.query, asked.page);
    case 'open':
      return openAlarms(db, asked.alarms);
    case 'status':
      return { ...reader.counts(), behind: indexer.behind() };
    case 'now': {
      const now = Date.now();
      const { counts, newest } = alarmsOf(db, now);
      return {
        online: onlineSessions(db, { offset: 0, limit: 0 }).total,
        messagesLastMinute: messagesSince(db, now - 60_000),
        behind: indexer.behind(),
        alarms: { counts, newest: reader.read(newest) },
      };
    }
    case 'online':
      return onlineSessions(db, asked.query);
    case 'machines':
      return machineStates(db);
    case 'rooms':
      return busyRooms(db, asked.limit);
    case 'feeds':
      return knownFeeds(db, asked.limit);
    case 'notices':
      return reader.read(noticesOf(db, asked.feed));
    case 'counts':
      return sessionCounts(db, asked.users);
    case 'chain':
      return reader.chain(asked.paths);
    case 'export':
      while (indexer.step());
      return writeExport(asked.path, asked.head, (page) =>
        asked.of === 'messages' ? reader.messages(asked.query, page) : reader.events(asked.query, page),
      );
  }
}

parentPort?.on('message', ({ id, asked }: Request) => {
  answer(asked).then(
    (value) => parentPort?.postMessage({ id, value } satisfies Response),
    (error: unknown) =>
      parentPort?.postMessage({ id, failed: error instanceof Error ? error.message : String(error) }),
  );
});

/** A piece, then whoever waits for an answer, then the next piece. */
function follow(): void {
  let more = false;
  try {
    more = indexer.step();
  } catch (error) {
    process.stderr.write(`records: ${error instanceof Error ? error.message : String(error)}\n`);
  }
  setTimeout(follow, more ? 0 : everyMs);
}
follow();
