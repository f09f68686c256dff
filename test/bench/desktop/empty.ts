/** What Electron takes before there is anything of ours in it: as many processes, nothing in them. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { atExit } from '../../../build/lib/at-exit.ts';
import {
  asUser,
  makeUserDirectory,
  ordinaryUser,
  userEnvironment,
} from '../../../build/lib/ordinary-user.ts';
import { siteDirectory } from '../../../build/site/places.ts';
import type { Figure } from '../measure.ts';
import { memoryFigures } from './memory.ts';
import { processesOf } from './processes.ts';

export interface EmptyOptions {
  /** Electron's executable. */
  readonly executable: string;
  /** `DISPLAY`. */
  readonly display: string;
  /** After all processes have come and before memory is measured, milliseconds. */
  readonly idleMs: number;
}

/** Main, renderer, GPU, network, two services, three zygotes and their helper. */
const PROCESSES = 10;
const START_MS = 30_000;

export async function benchEmpty({ executable, display, idleMs }: EmptyOptions): Promise<readonly Figure[]> {
  const user = ordinaryUser();
  const directory = siteDirectory('bench-empty');
  const app = join(directory, 'app');
  makeUserDirectory(user, join(directory, 'data'));
  const source = join(import.meta.dirname, 'empty');
  await build({
    entryPoints: [join(source, 'main.ts'), join(source, 'service.ts')],
    outdir: app,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['electron'],
    logLevel: 'warning',
  });
  writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'empty', main: 'main.cjs' }));
  const { command, args } = asUser(user, executable, [app]);
  const child = spawn(command, [...args], {
    env: userEnvironment(user, { DISPLAY: display }),
    stdio: 'ignore',
  });
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  const takeBack = atExit(kill);
  try {
    const deadline = Date.now() + START_MS;
    while (processesOf(child.pid ?? 0).length < PROCESSES) {
      if (Date.now() > deadline) throw new Error('the empty application does not start');
      await sleep(100);
    }
    await sleep(idleMs);
    return memoryFigures('memory of an empty Electron', child.pid ?? 0);
  } finally {
    takeBack();
    child.kill('SIGTERM');
  }
}
