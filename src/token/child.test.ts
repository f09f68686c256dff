import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { killAtOnce } from './child.ts';

/** A process that the system has taken away already and of which Electron has not told yet. */
async function endedPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
  await once(child, 'exit');
  if (child.pid === undefined) throw new Error('not started');
  return child.pid;
}

describe('killAtOnce', () => {
  it('survives that the process ended before its end was told', async () => {
    const pid = await endedPid();
    expect(() => killAtOnce(pid)).not.toThrow();
  });

  it('ends a process that does not listen to requests', async () => {
    const child = spawn(process.execPath, [
      '-e',
      "process.on('SIGTERM', () => {}); setInterval(() => {}, 1e6)",
    ]);
    const ended = once(child, 'exit');
    killAtOnce(child.pid ?? 0);
    expect(await ended).toEqual([null, 'SIGKILL']);
  });
});
