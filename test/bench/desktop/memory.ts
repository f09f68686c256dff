/** Memory of the whole process tree, signed in and idle. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Figure, figure } from '../measure.ts';
import type { RunningApplication } from './application.ts';
import { byKind, othersWithProgramOf, type ProcessFacts, processesOf } from './processes.ts';

const MEGABYTE = 2 ** 20;

export interface MemoryOptions {
  /** Nobody touches the application this long before it is measured, milliseconds. */
  readonly idleMs: number;
  readonly contacts: number;
}

/** Megabytes of PSS in all and by kind of process. The windows are let go first: being watched costs memory. */
export async function benchMemory(
  application: RunningApplication,
  { idleMs, contacts }: MemoryOptions,
): Promise<readonly Figure[]> {
  await application.release();
  await sleep(idleMs);
  const name = `memory, idle, ${contacts.toLocaleString('en')} contacts`;
  return memoryFigures(name, application.pid, contacts > 1_000 ? 280 : 250);
}

/** Megabytes of PSS of a process and its descendants, in all and by kind. */
export function memoryFigures(name: string, root: number, target?: number): readonly Figure[] {
  const processes = processesOf(root);
  const kinds = byKind(processes, ({ pss }) => pss / MEGABYTE);
  const total = Object.values(kinds).reduce((sum, each) => sum + each, 0);
  const anonymous = processes.reduce((sum, each) => sum + each.anonymous, 0) / MEGABYTE;
  const options = { name, unit: 'MB', ...(target === undefined ? {} : { target }) } as const;
  return [
    figure({ ...options, note: noteOn(root, processes) }, [total]),
    figure({ name: '  of it no file’s', unit: 'MB' }, [anonymous]),
    ...Object.entries(kinds)
      .sort(([, a], [, b]) => b - a)
      .map(([kind, size]) => figure({ name: `  of it ${kind}`, unit: 'MB' }, [size])),
  ];
}

function noteOn(root: number, processes: readonly ProcessFacts[]): string {
  const notes = ['proportional set size'];
  const hidden = processes.filter(({ exact }) => !exact).length;
  if (hidden > 0) notes.push(`of ${hidden} processes only the unshared part could be read`);
  const others = othersWithProgramOf(root);
  if (others > 0) notes.push(`too low: ${others} other processes share the same program`);
  return notes.join('; ');
}
