/** Keeping what a process holds in memory to itself. */
import koffi from 'koffi';

/** prctl's option, see prctl(2). */
const PR_SET_DUMPABLE = 4;

/**
 * Marks this process as not dumpable: a crash writes no core file, and another program of the same user can neither
 * attach to it nor read `/proc/<pid>/mem`. Linux only; Windows and macOS decide this by the signature of the program.
 * Throws where the kernel refuses, so that a process that is to hold a secret does not start without it.
 */
export function keepMemoryPrivate(): void {
  if (process.platform !== 'linux') return;
  const prctl = koffi
    .load('libc.so.6')
    .func('int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)');
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) !== 0) throw new Error('prctl failed');
}
