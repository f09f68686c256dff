/**
 * A history on a file system that somebody else fills and empties, in a process of its own: `node full-disk.cjs WORKER DIRECTORY`.
 * Fills the disk, says messages until one cannot be written, goes on saying, frees the disk; then opens it on a full disk, and on one with
 * room again. Prints what was told and what is kept.
 */
import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { LocalHistory } from '../../src/session/store/local-history.ts';
import type { ChatMessage } from '../../src/shared/chat-model.ts';
import type { BareJid } from '../../src/shared/jid.ts';

const [workerFile = '', directory = ''] = process.argv.slice(2);
const BOB = 'bob@chat.mil' as BareJid;
const START = Date.UTC(2026, 10, 29, 12);
const KEY = Buffer.alloc(32, 7);
const access = {
  mode: 'encrypted',
  days: 3650,
  store: { file: join(directory, 'history.db'), key: KEY },
} as const;
const told: string[] = [];

function history(): LocalHistory {
  return new LocalHistory({
    workerFile,
    keysOf: (_conversation, id) => [{ strong: [`o\n${id}`] }],
    onState: (error) => told.push(error?.code ?? 'well'),
  });
}

const message = (n: number, own: boolean): ChatMessage => ({
  id: `m${n}`,
  direction: own ? 'out' : 'in',
  sender: BOB,
  body: `message ${n} ${'x'.repeat(2_000)}`,
  at: START + n,
  delayed: false,
  ...(own ? { delivery: 'queued' } : {}),
});

/** Takes all the room that there is. */
function fill(file: string): void {
  const descriptor = openSync(file, 'w');
  try {
    for (;;) writeSync(descriptor, Buffer.alloc(4_096));
  } catch {
    closeSync(descriptor);
  }
}

async function until(check: () => boolean): Promise<void> {
  while (!check()) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function main(): Promise<void> {
  const first = history();
  await first.open(access);
  let said = 0;
  const say = (own = false): void => {
    first.placed(BOB, 'contact', [message(said, own)], { at: 'end' });
    said += 1;
  };
  for (let n = 0; n < 5; n += 1) say();
  await first.flush();
  const filler = join(directory, 'filler');
  fill(filler);
  while (!told.includes('HISTORY_STORE_FULL')) {
    for (let n = 0; n < 50; n += 1) say();
    await first.flush();
  }
  // What is said meanwhile, and what becomes of what waits.
  for (let n = 0; n < 10; n += 1) say(true);
  first.changed(BOB, { ...message(said - 1, true), body: 'changed' });
  await first.flush();
  unlinkSync(filler);
  await until(() => told.includes('HISTORY_STORE_HEALED'));
  await first.close();

  const second = history();
  const { unsent } = await second.open(access);
  const kept = await second.older(BOB, 10_000, undefined);
  await second.close();

  const before = told.length;
  fill(filler);
  const third = history();
  await third.open(access);
  await third.close();
  unlinkSync(filler);
  const fourth = history();
  const again = await fourth.open(access);
  await fourth.close();
  console.log(
    JSON.stringify({
      told: told.slice(0, before),
      atOpening: told.slice(before),
      unsentAgain: again.unsent.length,
      said,
      kept: kept.map((one) => one.message.id),
      keys: kept.every(({ keys }) => keys.length > 0),
      last: kept.at(-1)?.message.body,
      unsent: unsent.length,
    }),
  );
}

void main();
