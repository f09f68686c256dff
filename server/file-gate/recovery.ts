/** After a crash: what was half received is removed, what nobody judged is judged again, and each file is where its record says. */
import type { Journal } from './journal.ts';
import type { Store } from './store.ts';

/** Puts things right; returns the ids that have to be scanned. */
export async function recover(store: Store, journal: Journal): Promise<readonly string[]> {
  const removed = await store.clearUnfinished();
  let moved = 0;
  let gone = 0;
  for (const folder of ['released', 'quarantine'] as const) {
    for (const id of await store.list(folder)) {
      const record = await store.record(id).catch(() => undefined);
      const wanted = record?.state === 'released' ? 'released' : 'quarantine';
      if (record?.state === 'expired' || record?.state === 'deleted') {
        await store.remove(id, folder);
        gone += 1;
      } else if (wanted !== folder) {
        await store.move(id, folder, wanted);
        moved += 1;
      }
    }
  }
  const waiting = await store.list('scanning');
  await journal.write('recovered', { removed, moved, gone, waiting: waiting.length });
  return waiting;
}
