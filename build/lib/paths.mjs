/** Where the build keeps things. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The repository's root. */
export const ROOT = resolve(import.meta.dirname, '../..');

/** True when we are root: programs are then started as an ordinary user, and what they read must be readable by all. */
export const IS_ROOT = process.getuid?.() === 0;

/**
 * The cache outside of the repository: for root a directory that the ordinary user of the demo can read, else the
 * user's own cache directory.
 */
export function cacheDirectory() {
  if (process.env.SALLYPORT_CACHE) return resolve(process.env.SALLYPORT_CACHE);
  if (IS_ROOT) return '/var/cache/sallyport';
  if (process.platform === 'win32')
    return join(process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Sallyport', 'Cache');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'sallyport');
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sallyport');
}
