/** Signing in with thousands of contacts: from the PIN until all of them stand in the window with their presence, and memory. */
import type { Figure } from '../measure.ts';
import { figure } from '../measure.ts';
import type { Desktop, RunningApplication } from './application.ts';
import { benchMemory } from './memory.ts';
import { startAndSignIn } from './start.ts';

export interface PeopleOptions {
  readonly contacts: number;
  readonly runs: number;
  /** Before memory is measured, milliseconds. */
  readonly idleMs: number;
}

/**
 * The list counts everybody, and the contact whose presence comes last (`prosody/mod_bench_online.lua`) is shown as available: an
 * expression for the page.
 */
function settled(contacts: number): string {
  return `(() => {
    const list = document.querySelector('[data-pane="contacts"]');
    const count = list?.querySelector('.section-count')?.textContent;
    const last = [...(list?.querySelectorAll('.row-contact') ?? [])].find((row) => row.querySelector('.row-name')?.textContent === 'Colleague 1');
    return Number(count) >= ${contacts} && last !== undefined && !last.classList.contains('row-quiet');
  })()`;
}

export async function benchPeople(
  desktop: Desktop,
  { contacts, runs, idleMs }: PeopleOptions,
): Promise<readonly Figure[]> {
  const times: number[] = [];
  let last: RunningApplication | undefined;
  try {
    for (let run = 0; run <= runs; run++) {
      await last?.stop();
      const { application, times: measured } = await startAndSignIn(desktop, settled(contacts));
      last = application;
      // The first start after the server's does not count.
      if (run > 0) times.push(measured.online);
    }
    const size = contacts.toLocaleString('en');
    const name = `PIN to usable and settled, ${size} contacts`;
    const memory = last === undefined ? [] : await benchMemory(last, { idleMs, contacts });
    return [
      figure({ name, unit: 'ms', target: 1_500, note: 'every second contact comes online' }, times),
      ...memory,
    ];
  } finally {
    await last?.stop();
  }
}
