/**
 * One console to a directory. Two that write the same audit log would fork its chain, and two on one state would each do
 * what was approved once. The lock is SQLite's own, on a file that holds nothing: the system lets go of it with the
 * process, however that ends, so that nobody has to clean up.
 */
import { join } from 'node:path';
import Database from 'libsql';

const FILE = 'console.lock';

export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning';
  readonly code = 'already-running';

  constructor(directory: string) {
    super(`another console is running on ${directory}; stop it, or give this one directories of its own`);
  }
}

/**
 * Takes the directories for this process; what it answers gives them back.
 *
 * @throws AlreadyRunning when another process has one of them; then none is kept
 */
export function holdAlone(directories: readonly string[]): () => void {
  const held: Database.Database[] = [];
  const release = () => {
    for (const lock of held.splice(0)) lock.close();
  };
  try {
    for (const directory of directories) held.push(take(directory));
  } catch (error) {
    release();
    throw error;
  }
  return release;
}

function take(directory: string): Database.Database {
  const lock = new Database(join(directory, FILE));
  try {
    // Held until the database is closed: there is no COMMIT.
    lock.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
    return lock;
  } catch (error) {
    lock.close();
    const code: unknown = Reflect.get(Object(error), 'code');
    throw typeof code === 'string' && code.startsWith('SQLITE_BUSY') ? new AlreadyRunning(directory) : error;
  }
}
