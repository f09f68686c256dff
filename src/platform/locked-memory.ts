/** Keeping others' code from locking memory that Chromium's allocator has lent to it. */
import koffi from 'koffi';

/** setrlimit's resource, see setrlimit(2). */
const RLIMIT_MEMLOCK = 8;

/**
 * Has mlock(2) fail in this process from now on. Electron lends every library Chromium's allocator in place of malloc, and that gives
 * pages back with `madvise(MADV_DONTNEED)`, also ones that nobody has allocated any more. For a page that is still locked the kernel
 * refuses it (EINVAL), which Chromium takes for the end of the world: the process is gone. OpenSC locks what it keeps a PIN in, and
 * unlocks less of it than it locked. It goes on where locking fails. What is lost is little: the PIN came through memory that nobody
 * locked. Linux only; throws where the kernel refuses.
 */
export function lockNoMemory(): void {
  if (process.platform !== 'linux') return;
  const setrlimit = koffi.load('libc.so.6').func('int setrlimit(int, const void *)');
  // struct rlimit: the limit and the most that it may be raised to, both none.
  if (setrlimit(RLIMIT_MEMLOCK, Buffer.alloc(16)) !== 0) throw new Error('setrlimit failed');
}
