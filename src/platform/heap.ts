/**
 * Memory of a process that was busy and is not any more: V8 keeps what its heap has grown to, and gives it back to the system only
 * when it is told to. Starting and signing in are such times; with 5,000 contacts they leave 20 MB in the session process.
 */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { IdleTrim, TRIM_LOOK_MS } from '../shared/idle-trim.ts';

/** A process that took more than this share of a processor since the last look is not idle. */
const BUSY = 0.1;

type Collect = (options?: { readonly type: 'major'; readonly flavor: 'last-resort' }) => void;

/** The V8 of Node 20 takes any argument for the wish to collect only what is young. */
const TAKES_OPTIONS = Number.parseInt(process.versions.v8, 10) >= 12;

/**
 * V8's own function, which is nobody's by default. An engine that does not have it goes on without. The flag speaks to contexts that are
 * made while it is set, so nothing that runs is changed by it; Electron lets V8's flags be changed after its start
 * (`--no-freeze-flags-after-init`). docs/performance.md says which other ways there are.
 */
function collector(): Collect | undefined {
  setFlagsFromString('--expose-gc');
  try {
    const found: unknown = runInNewContext('typeof gc === "function" ? gc : undefined');
    return found === undefined ? undefined : (found as Collect);
  } finally {
    setFlagsFromString('--no-expose-gc');
  }
}

/** Gives back what this thread's heap does not need. Nothing else runs in the thread meanwhile. */
export function trimHeap(): void {
  const collect = collector();
  if (TAKES_OPTIONS) collect?.({ type: 'major', flavor: 'last-resort' });
  else collect?.();
}

/**
 * Looks every few seconds whether the process has become idle and this thread's heap has grown, and trims it then, once a
 * minute at most. Each thread has a heap of its own. Keeps nothing alive. Returns what ends it.
 */
export function keepHeapSmall(): () => void {
  const trim = new IdleTrim();
  let before = process.cpuUsage();
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(before);
    before = process.cpuUsage();
    const idle = user + system <= BUSY * TRIM_LOOK_MS * 1_000;
    if (!trim.isDue(idle, getHeapStatistics().total_heap_size)) return;
    trimHeap();
    trim.trimmed(getHeapStatistics().total_heap_size);
  }, TRIM_LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
