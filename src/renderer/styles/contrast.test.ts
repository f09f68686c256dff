/** WCAG 2.2, 1.4.3 and 1.4.11, over the colours of every theme. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { THEMES } from '../../shared/preferences.ts';

const CSS = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');

/** The declarations of one block of the file. */
function block(selector: string): ReadonlyMap<string, string> {
  const start = CSS.indexOf(`${selector} {`);
  const body = start === -1 ? '' : CSS.slice(start, CSS.indexOf('\n}', start));
  return new Map(
    [...body.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value]),
  );
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function ratio(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((left, right) => left - right);
  return (light + 0.05) / (dark + 0.05);
}

const GROUNDS = ['--ground', '--field', '--panel', '--surface', '--raised', '--hover', '--selected'];
const TEXTS = ['--text', '--text-2', '--text-3', '--strong', '--accent', '--good', '--warn', '--danger'];
/** Further pairs that the style sheets use. */
const PAIRS: readonly (readonly [string, string])[] = [
  ['--on-accent', '--accent-fill'],
  ['--on-accent', '--accent-fill-hover'],
  ['--text', '--warn-ground'],
  ['--text-2', '--warn-ground'],
  ['--warn', '--warn-ground'],
  ['--text', '--danger-ground'],
  ['--text-2', '--danger-ground'],
  ['--danger', '--danger-ground'],
];
const EDGES = ['--edge', '--focus'];
const INKS = ['--ink-ink', '--ink-red', '--ink-orange', '--ink-green', '--ink-blue', '--ink-purple'];
const EDGE_GROUNDS = ['--ground', '--field', '--panel', '--surface', '--raised'];

const names = THEMES.filter((theme) => theme !== 'system');

describe.each(names)('%s', (theme) => {
  const colours = new Map([
    ...block(':root'),
    ...(theme === 'dark' ? [] : block(`:root[data-theme="${theme}"]`)),
  ]);
  const colour = (name: string): string => {
    const value = colours.get(name) ?? '';
    expect(value, name).toMatch(/^#[0-9a-f]{6}$/);
    return value;
  };
  const least = theme.startsWith('contrast') ? 7 : 4.5;
  const tooClose = (pairs: readonly (readonly [string, string])[], wanted: number) =>
    pairs
      .map(([front, back]) => [front, back, ratio(colour(front), colour(back))] as const)
      .filter(([, , found]) => found < wanted)
      .map(([front, back, found]) => `${front} on ${back}: ${found.toFixed(2)}`);

  it('has every colour of its own, so that none shines through from another theme', () => {
    const own = theme === 'dark' ? colours : block(`:root[data-theme="${theme}"]`);
    const needed = [...GROUNDS, ...TEXTS, ...EDGES, '--line', '--veil', '--shadow'];
    if (theme === 'night') for (const name of needed) expect(own.has(name), name).toBe(true);
    for (const name of needed) expect(colours.has(name), name).toBe(true);
  });

  it(`has texts of at least ${least}:1`, () => {
    const pairs = TEXTS.flatMap((text) => GROUNDS.map((ground) => [text, ground] as const));
    expect(tooClose([...pairs, ...PAIRS], least)).toEqual([]);
  });

  it('has inks of at least 3:1 on the whiteboard', () => {
    expect(
      tooClose(
        INKS.map((ink) => [ink, '--field'] as const),
        3,
      ),
    ).toEqual([]);
  });

  it('has edges of controls and focus of at least 3:1', () => {
    expect(
      tooClose(
        EDGES.flatMap((edge) => EDGE_GROUNDS.map((ground) => [edge, ground] as const)),
        3,
      ),
    ).toEqual([]);
  });
});

it('has hardly anything but red in the night', () => {
  for (const [name, value] of block(':root[data-theme="night"]')) {
    for (const [, , green = '', blue = ''] of value.matchAll(/#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/g)) {
      expect(Number.parseInt(green, 16), name).toBeLessThanOrEqual(0x5a);
      expect(Number.parseInt(blue, 16), name).toBeLessThanOrEqual(0x4c);
    }
  }
});
