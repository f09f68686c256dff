/**
 * Memory of a page that was busy and is not any more. Chromium keeps what a page has used until the whole computer runs short of
 * memory; a page that stands still behind other windows all day gives it back before that. Starting leaves 8 MB of it.
 */
import { webFrame } from 'electron';
import { TRIM_LOOK_MS } from '../shared/idle-trim.ts';
import { IdlePage } from './idle-page.ts';

/** What an Electron renderer's `process` gives a sandboxed preload. */
declare const process: { getHeapStatistics(): { readonly totalHeapSize: number } };

/** What a person does with a page. */
const INPUT = ['keydown', 'pointermove', 'pointerdown', 'wheel'] as const;

const KILOBYTE = 1024;

/** Looks every few seconds whether the page was left alone and has grown, and has Chromium let go then, which takes some 50 ms. */
export function keepPageSmall(): Pick<IdlePage, 'eventsCame'> {
  const page = new IdlePage({
    size: () => process.getHeapStatistics().totalHeapSize * KILOBYTE,
    letGo: () => webFrame.clearCache(),
    whenIdle: (callback) => requestIdleCallback(() => callback()),
  });
  const touched = (): void => page.touched();
  for (const type of INPUT) window.addEventListener(type, touched, { capture: true, passive: true });
  setInterval(() => page.look(), TRIM_LOOK_MS);
  return page;
}
