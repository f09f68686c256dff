/** What a window sees of itself while something happens, and what it costs the processes. */
import type { Page } from 'playwright-core';
import type { Site } from '../../../build/site/site.ts';
import type { RunningApplication } from './application.ts';
import { byKind, cpuOf, processesOf, waitedOf } from './processes.ts';

export type Seconds = Readonly<Record<string, number>>;

/** What the window saw of itself. */
export interface Watch {
  /** When the condition held in a frame, milliseconds since 1970. */
  readonly shown: number;
  readonly frames: number;
  /** Between two frames, milliseconds. */
  readonly longestFrame: number;
  readonly longestTask: number;
}

/** What has not come by then, milliseconds, does not come. */
const LIMIT_MS = 120_000;

/**
 * Watches frames and tasks of a page until `condition`, an expression that is looked at in each frame, holds; rejects when it does
 * not within two minutes.
 */
export function watchUntil(page: Page, condition: string): Promise<Watch> {
  return page.evaluate<Watch>(`new Promise((resolve, reject) => {
    const begun = performance.now();
    let last = begun, longestFrame = 0, frames = 0, longestTask = 0;
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) longestTask = Math.max(longestTask, entry.duration);
    });
    observer.observe({ entryTypes: ['longtask'] });
    const frame = () => {
      const at = performance.now();
      longestFrame = Math.max(longestFrame, at - last);
      last = at;
      frames += 1;
      if (at - begun > ${LIMIT_MS}) { reject(new Error('not shown in time')); return; }
      if (!(${condition})) { requestAnimationFrame(frame); return; }
      const shown = performance.timeOrigin + at;
      setTimeout(() => { observer.disconnect(); resolve({ shown, frames, longestFrame, longestTask }); }, 100);
    };
    requestAnimationFrame(frame);
  })`);
}

/** The last message in sight says `text`; an expression for {@link watchUntil}. */
export function lastMessageIs(text: string): string {
  return `[...document.querySelectorAll('[role="log"] .message-body')].at(-1)?.textContent === ${JSON.stringify(text)}`;
}

/** Seconds so far, by kind of process: at work, and waiting for a processor. */
export interface Usage {
  /** `server` is Prosody, `sender` this program. */
  readonly cpu: Seconds;
  /** The time in which a thread was ready and no processor was free: what a loaded machine adds. */
  readonly waited: Seconds;
}

export function usageOf(site: Site, application: RunningApplication): Usage {
  const processes = processesOf(application.pid);
  const { pid } = site.server;
  return {
    cpu: { ...byKind(processes, ({ cpu }) => cpu), server: cpuOf(pid), sender: cpuOf(process.pid) },
    waited: {
      ...byKind(processes, ({ waited }) => waited),
      server: waitedOf(pid),
      sender: waitedOf(process.pid),
    },
  };
}

/** `after` less `before`, in hundredths. */
function less(before: Seconds, after: Seconds): Seconds {
  return Object.fromEntries(
    Object.entries(after).map(([kind, seconds]) => [
      kind,
      Math.round((seconds - (before[kind] ?? 0)) * 100) / 100,
    ]),
  );
}

export function spent(before: Usage, after: Usage): Usage {
  return { cpu: less(before.cpu, after.cpu), waited: less(before.waited, after.waited) };
}
