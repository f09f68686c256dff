/** This user's preferences in a small file of their own. */
import { writeFileAtomically } from '../../platform/atomic-file.ts';
import { AppError } from '../../shared/errors.ts';
import { DEFAULT_PREFERENCES, type Preferences, readPreferences } from '../../shared/preferences.ts';
import { readSmallFile } from './small-file.ts';

/** What is in the file; the defaults when there is none or it cannot be read. */
function load(path: string): Preferences {
  try {
    return readPreferences(JSON.parse(readSmallFile(path)));
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
