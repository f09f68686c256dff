import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Journal } from './journal.ts';
import type { FileRecord } from './records.ts';
import { recover } from './recovery.ts';
import { idOf, Store } from './store.ts';

function recordOf(path: string): FileRecord {
  return {
    format: 'sallyport.file/1',
    id: idOf(path),
    path,
    name: 'a.txt',
    size: 0,
    type: 'text/plain',
    sha256: '0'.repeat(64),
    sender: 'alice@chat.example.mil',
    certificate: '01',
    slot: 'jwt',
    received: '2026-03-01T08:15:02.117Z',
    expires: '2026-03-31T08:15:02.117Z',
    state: 'scanning',
  };
}

describe('recover', () => {
  let directory: string;
  let journal: Journal;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'gate-'));
    journal = await Journal.open(join(directory, 'journal'));
  });
  afterEach(async () => {
    await journal.close();
    rmSync(directory, { recursive: true });
  });

  it('gives the slot back of an upload that a crash caught between its record and its file', async () => {
    const store = await Store.open(directory);
    const [lost, whole] = [recordOf('slot-one/a.txt'), recordOf('slot-two/a.txt')];
    for (const record of [lost, whole]) {
      const incoming = await store.createIncoming(record.id);
      await store.keep(incoming, record);
      if (record === lost) renameSync(store.pathOf('scanning', lost.id), incoming.path);
    }
    expect(await recover(store, journal)).toEqual([whole.id]);
    expect(await store.record(lost.id)).toBeUndefined();
    expect(await store.record(whole.id)).toEqual(whole);
    expect(existsSync(store.pathOf('scanning', whole.id))).toBe(true);
  });
});
