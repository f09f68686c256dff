import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DEFAULT_PREFERENCES, THEMES } from '../../shared/preferences.ts';
import { backgroundOf, nativeThemeOf, promptSize } from './appearance.ts';

it('gives windows the ground of their theme, so that nothing flashes', () => {
  const css = readFileSync(join(import.meta.dirname, '../../renderer/styles/tokens.css'), 'utf8');
  for (const theme of THEMES.filter((name) => name !== 'system')) {
    const start = theme === 'dark' ? css.indexOf(':root {') : css.indexOf(`[data-theme="${theme}"] {`);
    expect(start, theme).toBeGreaterThan(-1);
    const ground = /--ground: (#[0-9a-f]{6});/.exec(css.slice(start))?.[1];
    expect(backgroundOf(theme, true), theme).toBe(ground);
  }
  expect(backgroundOf('system', true)).toBe(backgroundOf('dark', false));
  expect(backgroundOf('system', false)).toBe(backgroundOf('light', true));
});

it('has menus and file dialogs go with the theme', () => {
  expect(THEMES.map(nativeThemeOf)).toEqual(['system', 'light', 'dark', 'dark', 'light', 'dark']);
});

it('lets the small windows grow with their text, within the screen', () => {
  const size = { width: 460, height: 480 };
  const screen = { width: 1280, height: 700 };
  expect(promptSize(size, DEFAULT_PREFERENCES, screen)).toEqual(size);
  expect(promptSize(size, { ...DEFAULT_PREFERENCES, zoom: 200 }, screen)).toEqual({
    width: 920,
    height: 700,
  });
});
