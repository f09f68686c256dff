/** Files that have had their time: the file goes, its record stays. */
import type { Journal } from './journal.ts';
import type { Due, Store } from './store.ts';

/** Removes one file that is over; returns false when its entry has to stay. */
async function expire(store: Store, journal: Journal, due: Due, now: number): Promise<boolean> {
  const record = await store.record(due.id);
  if (record === undefined || record.state === 'expired' || record.state === 'deleted') return true;
  // Its time has moved (a verdict, a release): there is another entry for it.
  if (!due.holds(record)) return true;
  // Nobody has judged it yet; the verdict says how long it is kept.
  if (Date.parse(record.expires) > now || record.state === 'scanning') return false;
  const { id, name, sha256, sender, state } = record;
  await journal.write('expired', { id, name, sha256, sender, was: state });
  await store.writeRecord({ ...record, state: 'expired' });
  await store.remove(id, state === 'released' ? 'released' : 'quarantine');
  return true;
}

/** Expires what is due. One file's trouble does not keep the others; returns the first error. */
export async function sweep(store: Store, journal: Journal, now: number): Promise<unknown> {
  let trouble: unknown;
  for await (const due of store.due(now)) {
    try {
      if (await expire(store, journal, due, now)) await due.done();
    } catch (error) {
      trouble ??= error;
    }
  }
  return trouble;
}
