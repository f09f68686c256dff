/** Files that have had their time: the file goes, its record stays. */
import type { Journal } from './journal.ts';
import type { FileRecord } from './records.ts';
import type { Store } from './store.ts';

/** Removes one file that is over; returns false when it is to be looked at again later. */
async function expire(
  store: Store,
  journal: Journal,
  record: FileRecord | undefined,
  now: number,
): Promise<boolean> {
  if (record === undefined || record.state === 'expired' || record.state === 'deleted') return true;
  if (Date.parse(record.expires) > now) {
    await store.noteExpiry(record);
    return false;
  }
  // Nobody has judged it yet; the verdict says how long it is kept.
  if (record.state === 'scanning') return false;
  const { id, name, sha256, sender, state } = record;
  await journal.write('expired', { id, name, sha256, sender, was: state });
  await store.writeRecord({ ...record, state: 'expired' });
  await store.remove(id, state === 'released' ? 'released' : 'quarantine');
  return true;
}

/** Expires what is due. One file's trouble does not keep the others; returns the first error. */
export async function sweep(store: Store, journal: Journal, now: number): Promise<unknown> {
  let trouble: unknown;
  for await (const { id, done } of store.due(now)) {
    try {
      if (await expire(store, journal, await store.record(id), now)) await done();
    } catch (error) {
      trouble ??= error;
    }
  }
  return trouble;
}
