/** Puts one scene on a page. */
import type { Page } from 'playwright-core';
import type { Theme } from '../../src/shared/preferences.ts';
import type { Browser } from './browser.ts';
import { bridgeScript, type Pages } from './pages.ts';
import type { Scene } from './scenes.ts';
import { NOW } from './talk.ts';

export interface Look {
  readonly name: string;
  readonly colorScheme: 'dark' | 'light';
  readonly contrast?: 'more';
  readonly forcedColors?: 'active';
  /** A theme that the user chose; otherwise the page follows the system. */
  readonly theme?: Theme;
}

export const LOOKS = {
  dark: { name: 'dark', colorScheme: 'dark' },
  light: { name: 'light', colorScheme: 'light' },
  contrast: { name: 'contrast', colorScheme: 'dark', contrast: 'more' },
  'contrast-light': { name: 'contrast-light', colorScheme: 'light', contrast: 'more' },
  night: { name: 'night', colorScheme: 'dark', theme: 'night' },
  forced: { name: 'forced', colorScheme: 'dark', forcedColors: 'active' },
} as const satisfies Readonly<Record<string, Look>>;

const DEFAULT_SIZE = { width: 1280, height: 800 };

/**
 * Opens the scene's page with its fixture, at the harness's time, and does what the scene does.
 *
 * @param prepare is called with the page before anything is loaded
 */
export async function stage(
  browser: Browser,
  pages: Pages,
  scene: Scene,
  look: Look = LOOKS.dark,
  prepare?: (page: Page) => void,
): Promise<Page> {
  const page = await browser.context.newPage();
  prepare?.(page);
  await page.setViewportSize(scene.size ?? DEFAULT_SIZE);
  await emulate(page, look);
  await page.clock.setFixedTime(NOW);
  await page.addInitScript({ content: await bridgeScript(scene.fixture, look.theme) });
  await page.goto(`${pages.origin}/${scene.window}.html`);
  await page.locator('.banner, .frame').first().waitFor();
  await scene.act?.(page);
  return page;
}

/** Shows an open page in another look, and waits until it is. */
export async function setLook(page: Page, look: Look): Promise<void> {
  await emulate(page, look);
  if (look.forcedColors === 'active') return;
  const followed = look.theme === undefined ? look.name : look.colorScheme;
  await page.locator(`html[data-theme="${followed}"]`).waitFor({ state: 'attached' });
  if (look.theme === undefined) return;
  await page.evaluate(`document.documentElement.dataset.theme = ${JSON.stringify(look.theme)}`);
}

function emulate(page: Page, look: Look): Promise<void> {
  return page.emulateMedia({
    colorScheme: look.colorScheme,
    contrast: look.contrast ?? 'no-preference',
    forcedColors: look.forcedColors ?? 'none',
    reducedMotion: 'reduce',
  });
}

/** What the page did that its Content-Security-Policy or Trusted Types forbid, and errors it logged. */
export interface Complaints {
  readonly seen: readonly string[];
}

/** Listens on a page before it is opened. */
export function watch(page: Page): Complaints {
  const seen: string[] = [];
  page.on('pageerror', (error) => seen.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') seen.push(message.text());
  });
  return { seen };
}
