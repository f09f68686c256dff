/** Every word that a person reads stands in `text/`, so that it can be translated in one place. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ownWords } from '../../../test/support/own-words.ts';

const ROOT = join(import.meta.dirname, '..');

/**
 * Reads like language and is none: keys as the table of commands and `KeyboardEvent` spell them, placements of popovers,
 * questions of style sheets.
 */
const NO_LANGUAGE: ReadonlySet<string> = new Set([
  ...['Alt', 'Ctrl', 'Delete', 'Down', 'End', 'Enter', 'Esc', 'Escape', 'Home', 'Shift', 'Tab', 'Up'],
  ...['bottom end', 'bottom start'],
  ...['(prefers-color-scheme: light)', '(prefers-contrast: more)'],
]);

const sources = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .map((path) => path.split(sep).join('/'))
  .filter((path) => /(?<!\.test|\.d)\.tsx?$/u.test(path) && !path.startsWith('text/'));

describe('words of the windows', () => {
  it('are found wherever they stand in what is shown', () => {
    const source = `<p title="One two" className="not shown">Three four{x ? 'five' : \`\${n} six\`} · 12 {TEXT.nine}</p>`;
    expect(ownWords('x.tsx', `export const x = ${source};`, NO_LANGUAGE)).toEqual([
      'x.tsx:1: One two',
      'x.tsx:1: Three four',
      'x.tsx:1: five',
      'x.tsx:1: six',
    ]);
  });

  it('are found where helpers, constants and tables hand them on', () => {
    const source = `import a from 'not shown';
type A = 'Not shown';
const HINT = 'One try is left.';
const TABLE: Readonly<Record<A, string>> = { 'Not shown': 'Waiting' } as const;
function textOf(left: number): string {
  if (left === 'Not shown') throw new RangeError('not shown');
  switch (a) {
    case 'Not shown':
      return \`\${left} characters left\`;
    default:
      return keys.includes('Not shown') ? 'Enter' : 'data-pane';
  }
}
export const title = () => [textOf(1), 'Signed out'].join(' · ');`;
    expect(ownWords('x.ts', source, NO_LANGUAGE)).toEqual([
      'x.ts:3: One try is left.',
      'x.ts:4: Waiting',
      'x.ts:9: characters left',
      'x.ts:14: Signed out',
    ]);
  });

  it.each(sources)('come from the catalogue in %s', (path) => {
    expect(ownWords(path, readFileSync(join(ROOT, path), 'utf8'), NO_LANGUAGE)).toEqual([]);
  });
});
