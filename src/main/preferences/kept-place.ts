/** Where the place of a window is kept. */
import { writeFileAtomically } from '../../platform/atomic-file.ts';
import { readSmallFile } from './small-file.ts';
import { readPlace, type WindowPlace } from './window-place.ts';

export interface KeptPlace {
  /** Where the window was; `undefined` where nothing is known. */
  read(): WindowPlace | undefined;
  /** A place that cannot be written is not worth a word. */
  write(place: WindowPlace): void;
}

/** Writes a file again and again, one version after the other. */
export function fileWriter(path: string): (text: string) => void {
  let writing = Promise.resolve();
  return (text) => {
    writing = writing.then(() => writeFileAtomically(path, text)).catch(() => undefined);
  };
}

/** A file that has the place of one window and nothing else. */
export function placeFile(path: string): KeptPlace {
  const write = fileWriter(path);
  return {
    read: () => readPlace(readSmallFile(path)),
    write: (place) => write(`${JSON.stringify(place)}\n`),
  };
}
