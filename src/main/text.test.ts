/** Every word that other processes than the windows say to people stands in a catalogue: `text.ts`, exports, errors. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ownWords } from '../../test/support/own-words.ts';

const ROOT = join(import.meta.dirname, '..');
const FOLDERS = ['main', 'preload', 'session', 'shared'] as const;
const CATALOGUES = /^(?:main\/text|shared\/export-text|shared\/error-catalogue\/[a-z-]+)\.ts$/u;

/** Reads like language and is none: names in file systems and protocols, marks of key derivation, types of C and of the web. */
const NO_LANGUAGE: ReadonlySet<string> = new Set([
  ...['Sallyport', '/Library/Application Support/Sallyport', 'Zone.Identifier'],
  ...['text/html; charset=utf-8', 'text/javascript; charset=utf-8', 'text/css; charset=utf-8'],
  ...['int setxattr(const char *, const char *, const void *, size_t, uint32_t, int)'],
  ...['int setxattr(const char *, const char *, const void *, size_t, int)'],
  ...['Sallyport history key 1\\n \\n \\n', 'sallyport history wrap 1', 'sallyport sign-in record 1'],
  'Auxclick',
  // In the body of a whiteboard's message, which every client and server compares word for word.
  'taken back',
]);

const sourcesOf = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.split(sep).join('/')}`)
    .filter((path) => /(?<!\.test|\.d)\.ts$/u.test(path) && !CATALOGUES.test(path));

describe.each(FOLDERS)('words of src/%s', (folder) => {
  it.each(sourcesOf(folder))('come from a catalogue in %s', (path) => {
    expect(ownWords(path, readFileSync(join(ROOT, path), 'utf8'), NO_LANGUAGE)).toEqual([]);
  });
});
