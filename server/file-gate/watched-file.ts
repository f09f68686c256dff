/** Files that may change while the gate runs: looked at every few seconds, the last good content stays in force. */
import { stat } from 'node:fs/promises';

export interface Watch {
  stop(): void;
}

async function stampOf(paths: readonly string[]): Promise<string> {
  const stats = await Promise.all(paths.map((path) => stat(path)));
  return stats.map(({ mtimeMs, ino, size }) => `${mtimeMs}:${ino}:${size}`).join(' ');
}

/**
 * Calls `changed` after any of the files was replaced. An error of `changed`, or a file that is gone, is reported once
 * until something changes again.
 */
export async function watchFiles(
  paths: readonly string[],
  everyMs: number,
  changed: () => Promise<void>,
  failed: (error: unknown) => void,
): Promise<Watch> {
  let last = await stampOf(paths);
  let missing = false;
  let looking = false;
  const look = async (): Promise<void> => {
    let stamp: string;
    try {
      stamp = await stampOf(paths);
      missing = false;
    } catch (error) {
      if (!missing) failed(error);
      missing = true;
      return;
    }
    if (stamp === last) return;
    last = stamp;
    await changed().catch(failed);
  };
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    void look().finally(() => {
      looking = false;
    });
  }, everyMs);
  return { stop: () => clearInterval(timer) };
}
