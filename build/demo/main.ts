/** The demo: the throw-away site with two analysts, for a person or, with `headless`, for nobody. */
import { join } from 'node:path';
import { ROOT } from '../lib/paths.mjs';
import { progress } from '../lib/progress.mjs';
import type { Runtime } from '../runtime.mjs';
import { ALICE, BOB } from '../site/analysts.ts';
import { siteDirectory } from '../site/places.ts';
import { type Site, startSite } from '../site/site.ts';
import { startDemoConsole } from './console.ts';
import { runHeadless } from './headless.ts';
import { requireDisplay, runInteractive } from './interactive.ts';

/** Signals that end the demo; a second one ends it at once. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Resolves at the first signal. From then on a further one ends this process, and with it what it started. */
function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of SIGNALS)
      process.once(signal, () => {
        process.on(signal, () => process.exit(130));
        resolve();
      });
  });
}

/**
 * Runs the demo to its end; everything it started has ended when this resolves.
 *
 * @returns the exit code
 */
export async function runDemo(runtime: Runtime, headless: boolean): Promise<number> {
  if (!headless) requireDisplay();
  const interrupted = untilSignal();
  progress('starting the demo site');
  const site: Site = await startSite({
    directory: siteDirectory('demo/site'),
    bundle: join(ROOT, 'out', 'app-test'),
    users: [ALICE, BOB],
    keep: true,
    files: true,
  });
  try {
    const console = headless ? undefined : await startDemoConsole(site);
    const run =
      console === undefined
        ? runHeadless(site, runtime).then((ok) => (ok ? 0 : 1))
        : runInteractive(site, runtime, interrupted, console).finally(() => console.stop());
    const ended = interrupted.then(() => (headless ? 130 : run));
    return await Promise.race([run, ended]);
  } finally {
    progress('ending the demo site');
    await site.stop();
  }
}
