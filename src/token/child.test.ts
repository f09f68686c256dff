import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { type UtilityProcessLike, utilityTokenChild } from './child.ts';

/** A process that the system has taken away already and of which Electron has not told yet. */
async function endedPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
  await once(child, 'exit');
  if (child.pid === undefined) throw new Error('not started');
  return child.pid;
}

describe('utilityTokenChild', () => {
  it('survives that the process ended before its end was told', async () => {
    const gone: UtilityProcessLike<never> = {
      pid: await endedPid(),
      postMessage: () => undefined,
      on: () => undefined,
      once: () => undefined,
      kill: () => false,
    };
    const child = utilityTokenChild(gone, (_value): _value is never => false);
    expect(() => child.kill()).not.toThrow();
  });
});
