/** Every word that the main process says to people stands in `text.ts`, or in the catalogue of errors. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { expect, it } from 'vitest';
import { ownWords } from '../../test/support/own-words.ts';

/** Reads like language and is none: names in file systems and protocols, marks of key derivation, types of C and of the web. */
const NO_LANGUAGE: ReadonlySet<string> = new Set([
  ...['Sallyport', '/Library/Application Support/Sallyport', 'Zone.Identifier'],
  ...['text/html; charset=utf-8', 'text/javascript; charset=utf-8', 'text/css; charset=utf-8'],
  ...['int setxattr(const char *, const char *, const void *, size_t, uint32_t, int)'],
  ...['int setxattr(const char *, const char *, const void *, size_t, int)'],
  ...['Sallyport history key 1\\n \\n \\n', 'sallyport history wrap 1', 'sallyport sign-in record 1'],
  'Auxclick',
]);

const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .map((path) => path.split(sep).join('/'))
  .filter((path) => /(?<!\.test|\.d)\.ts$/u.test(path) && path !== 'text.ts');

it.each(sources)('has no words of its own: %s', (path) => {
  expect(ownWords(path, readFileSync(join(import.meta.dirname, path), 'utf8'), NO_LANGUAGE)).toEqual([]);
});
