/** One gate a state directory: a lock file with the owner's process id and the time at which that process began. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { systemCode } from '../../src/shared/system-code.ts';

/** Field 22 of proc(5)'s stat: tells a process from another that has got its number later. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/**
 * Takes the lock; the function that it returns gives it back.
 *
 * @throws Error when another gate that lives has it
 */
export function takeInstanceLock(path: string): () => void {
  const mine = `${process.pid} ${startOf(process.pid) ?? ''}\n`;
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      writeFileSync(path, mine, { flag: 'wx', mode: 0o600 });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
    const [pid = '', start = ''] = readFileSync(path, 'utf8').trim().split(' ');
    if (/^\d+$/.test(pid) && startOf(Number(pid)) === start)
      throw new Error(`another file gate (process ${pid}) uses this state directory`);
    // Renamed first: of two that find the same stale lock, one fails here.
    renameSync(path, `${path}.${process.pid}`);
    rmSync(`${path}.${process.pid}`);
  }
  throw new Error('the lock of the state directory cannot be taken');
}
