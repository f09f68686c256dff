/** Files that may change while the gate runs: looked at every few seconds, the last good content stays in force. */
import { stat } from 'node:fs/promises';

export interface Watch {
  stop(): void;
}

/** What tells files from their successors. Taken before they are read: what changes meanwhile is then noticed. */
export async function stampOf(paths: readonly string[]): Promise<string> {
  const stats = await Promise.all(paths.map((path) => stat(path)));
  return stats.map(({ mtimeMs, ino, size }) => `${mtimeMs}:${ino}:${size}`).join(' ');
}

/**
 * Calls `changed` after any of the files was replaced since `stamp`. An error of `changed`, or a file that is gone, is reported once
 * until something changes again.
 */
export function watchFiles(
  paths: readonly string[],
  stamp: string,
  everyMs: number,
  changed: () => Promise<void>,
  failed: (error: unknown) => void,
): Watch {
  let last = stamp;
  let missing = false;
  let looking = false;
  const look = async (): Promise<void> => {
    let now: string;
    try {
      now = await stampOf(paths);
      missing = false;
    } catch (error) {
      if (!missing) failed(error);
      missing = true;
      return;
    }
    if (now === last) return;
    last = now;
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
