/** The page's files, read once at the start: a fixed list of names, so that no request ever names a file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Asset {
  readonly type: string;
  readonly data: Buffer;
}

const FILES = {
  '': ['index.html', 'text/html; charset=utf-8'],
  'console.js': ['console.js', 'text/javascript; charset=utf-8'],
  'console.css': ['console.css', 'text/css; charset=utf-8'],
  'icon.svg': ['icon.svg', 'image/svg+xml'],
} as const;

export type Assets = ReadonlyMap<string, Asset>;

/** @throws when one is missing */
export function readAssets(directory: string): Assets {
  return new Map(
    Object.entries(FILES).map(([name, [file, type]]) => [
      name,
      { type, data: readFileSync(join(directory, file)) },
    ]),
  );
}
