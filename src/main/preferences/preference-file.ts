/** This user's preferences in a small file of their own. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { writeFileAtomically } from '../../platform/atomic-file.ts';
import { AppError } from '../../shared/errors.ts';
import { DEFAULT_PREFERENCES, type Preferences, readPreferences } from '../../shared/preferences.ts';

/** The file is some hundred bytes; a larger one is not ours. */
const MAX_BYTES = 4096;

/** What is in the file; the defaults when there is none or it cannot be read. */
function load(path: string): Preferences {
  try {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      if (size > MAX_BYTES) return DEFAULT_PREFERENCES;
      const bytes = Buffer.alloc(size);
      const read = readSync(file, bytes, 0, size, 0);
      return readPreferences(JSON.parse(bytes.toString('utf8', 0, read)));
    } finally {
      closeSync(file);
    }
  } catch {
    return DEFAULT_PREFERENCES;
  }
}

export class PreferenceFile {
  readonly #path: string;
  #current: Preferences;
  /** Writes go one after the other, so that the last choice is what stays. */
  #writing: Promise<void> = Promise.resolve();

  /** Reads the file at once: the first window needs it. */
  constructor(path: string) {
    this.#path = path;
    this.#current = load(path);
  }

  get current(): Preferences {
    return this.#current;
  }

  /**
   * Takes a choice over at once and keeps it.
   *
   * @throws AppError PREFERENCES_NOT_KEPT when the file could not be written; the choice holds until the program ends
   */
  async set(preferences: Preferences): Promise<void> {
    this.#current = preferences;
    const text = `${JSON.stringify(preferences)}\n`;
    const writing = this.#writing.then(() => writeFileAtomically(this.#path, text));
    this.#writing = writing.catch(() => undefined);
    await writing.catch(() => {
      throw new AppError('PREFERENCES_NOT_KEPT');
    });
  }
}
