/**
 * Memory of a page that was busy and is not any more. Chromium keeps what a page has used until the whole computer runs short of
 * memory; a page that stands still behind other windows all day gives it back before that. Starting leaves 8 MB of it.
 */
import { webFrame } from 'electron';
import { IdleTrim, TRIM_LOOK_MS } from '../shared/idle-trim.ts';

/** What an Electron renderer's `process` gives a sandboxed preload. */
declare const process: { getHeapStatistics(): { readonly totalHeapSize: number } };

/** What a person does with a page. */
const INPUT = ['keydown', 'pointermove', 'pointerdown', 'wheel'] as const;
/** Somebody's presence now and then does not make a page busy: so many arrays of events may come between two looks. */
const MAX_ARRAYS = 4;

const KILOBYTE = 1024;

export interface PageMemory {
  /** An array of events came. */
  eventsCame(): void;
}

/**
 * Looks every few seconds whether the page was left alone and its heap has grown, and has Chromium let go then, once a minute at
 * most, in a moment in which there is nothing to draw. It takes some 50 ms. A page that is still alone at the next look is asked once
 * more, because a text that was looked at since (the script itself) is only packed when it has not been for a while.
 */
export function keepPageSmall(): PageMemory {
  const trim = new IdleTrim();
  // Starting is work.
  let busy = true;
  let arrays = 0;
  let waiting = false;
  let again = false;
  const touched = (): void => {
    busy = true;
  };
  for (const type of INPUT) window.addEventListener(type, touched, { capture: true, passive: true });
  const size = (): number => process.getHeapStatistics().totalHeapSize * KILOBYTE;
  setInterval(() => {
    const idle = !busy && arrays <= MAX_ARRAYS;
    busy = false;
    arrays = 0;
    const due = trim.isDue(idle, size());
    const second = again && idle;
    again = false;
    if (waiting || !(due || second)) return;
    waiting = true;
    requestIdleCallback(() => {
      waiting = false;
      if (busy) return;
      webFrame.clearCache();
      trim.trimmed(size());
      again = !second;
    });
  }, TRIM_LOOK_MS);
  return {
    eventsCame: () => {
      arrays += 1;
    },
  };
}
