/** Everything that is measured of the running application, under Xvfb. */
import { startDisplay } from '../../../build/site/display.ts';
import type { Site } from '../../../build/site/site.ts';
import type { Workstation } from '../../../build/site/workstation.ts';
import type { Figure } from '../measure.ts';
import { benchMemory } from './memory.ts';
import { benchMessages, type MessageRun } from './messages.ts';
import { benchStart, startAndSignIn } from './start.ts';

export interface DesktopOptions {
  readonly site: Site;
  readonly workstation: Workstation;
  /** Electron's executable. */
  readonly executable: string;
  readonly contacts: number;
  readonly quick: boolean;
  readonly note: (text: string) => void;
}

export interface DesktopResults {
  readonly figures: readonly Figure[];
  readonly messageRuns: readonly MessageRun[];
}

export async function benchDesktop(options: DesktopOptions): Promise<DesktopResults> {
  const { site, workstation, executable, contacts, quick, note } = options;
  const display = await startDisplay();
  try {
    const desktop = { executable, app: site.app, display: display.name, workstation };
    note('starting and signing in …');
    const start = await benchStart(desktop, quick ? 1 : 9);
    const { application } = await startAndSignIn(desktop);
    try {
      note('memory …');
      const memory = await benchMemory(application, { idleMs: quick ? 1_000 : 15_000, contacts });
      note('messages …');
      const { figures, runs } = await benchMessages({
        site,
        application,
        count: quick ? 500 : 5_000,
        runs: quick ? 1 : 3,
      });
      return { figures: [...start, ...figures, ...memory], messageRuns: runs };
    } finally {
      await application.stop();
    }
  } finally {
    await display.stop();
  }
}
