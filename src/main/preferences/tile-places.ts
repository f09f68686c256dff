/** Where torn-off windows stood, for each set of conversations: a bounded file, the place that was used last at its end. */
import { createHash } from 'node:crypto';
import type { WatchTile } from '../../shared/watch-contract.ts';
import { fileWriter, type KeptPlace } from './kept-place.ts';
import { readSmallFile } from './small-file.ts';
import { placeFrom, type WindowPlace } from './window-place.ts';

/** Places that are kept; 32 of the longest are well below what is read of a small file. */
export const MAX_PLACES = 32;

/** Of a SHA-256, in hexadecimal: the file does not list conversations. */
const KEY_LENGTH = 16;
const KEY = /^[0-9a-f]{16}$/u;

export type Places = ReadonlyMap<string, WindowPlace>;

/** What conversations are known by here, in whatever order they stand. */
export function tilesKey(tiles: readonly WatchTile[]): string {
  const names = tiles.map(({ jid }) => jid).sort();
  return createHash('sha256').update(names.join('\n')).digest('hex').slice(0, KEY_LENGTH);
}

/** Reads what {@link placesText} wrote; what is not in order is left out. */
export function readPlaces(text: string): Places {
  const places = new Map<string, WindowPlace>();
  try {
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value)) return places;
    for (const item of value.slice(-MAX_PLACES)) {
      const [key, kept] = Array.isArray(item) ? (item as readonly unknown[]) : [];
      const place = placeFrom(kept);
      if (typeof key === 'string' && KEY.test(key) && place !== undefined) places.set(key, place);
    }
  } catch {
    // Not ours, or cut short: the windows stand where the system puts them.
  }
  return places;
}

/** The places with one more, which is the last; the one that was not used for longest goes. */
export function withPlace(places: Places, key: string, place: WindowPlace): Places {
  const others = [...places].filter(([other]) => other !== key);
  return new Map([...others.slice(-(MAX_PLACES - 1)), [key, place]]);
}

export function placesText(places: Places): string {
  return `${JSON.stringify([...places])}\n`;
}

export class TilePlaces {
  readonly #path: string;
  readonly #write: (text: string) => void;
  #places: Places | undefined;

  constructor(path: string) {
    this.#path = path;
    this.#write = fileWriter(path);
  }

  /** The place of the window with these conversations. */
  of(tiles: readonly WatchTile[]): KeptPlace {
    const key = tilesKey(tiles);
    return {
      read: () => this.#read().get(key),
      write: (place) => {
        this.#places = withPlace(this.#read(), key, place);
        this.#write(placesText(this.#places));
      },
    };
  }

  #read(): Places {
    this.#places ??= readPlaces(readSmallFile(this.#path));
    return this.#places;
  }
}
