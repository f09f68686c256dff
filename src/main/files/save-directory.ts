/** Where received files go: the first of the policy's folders that is there, else Downloads where it names none. */
import { stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { AppError } from '../../shared/errors.ts';

export interface SavePlaces {
  /** This platform's folders by the policy; `~/` stands for the user's home. */
  readonly directories: readonly string[];
  readonly home: string;
  readonly downloads: string;
}

/** The folders that may be written to, in order. A policy that names folders has no other. Pure. */
export function candidates({ directories, home, downloads }: SavePlaces): readonly string[] {
  if (directories.length === 0) return [downloads];
  return directories
    .map((path) => (path.startsWith('~/') ? join(home, path.slice(2)) : path))
    .filter(isAbsolute);
}

/** Throws FILE_SAVE_DIRECTORY when none of them is a folder. */
export async function saveDirectory(places: SavePlaces): Promise<string> {
  for (const path of candidates(places)) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() === true) return path;
  }
  throw new AppError('FILE_SAVE_DIRECTORY');
}
