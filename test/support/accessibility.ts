/**
 * Every screen, in every look: no accessibility violation, nothing that the page's security policy had to stop, and the
 * classification above and below everything that can be opened. The scenes are dealt out over several files, so that they are
 * looked at side by side.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, startBrowser } from '../../build/renderer/browser.ts';
import { type Pages, servePages } from '../../build/renderer/pages.ts';
import { SCENES, type Scene } from '../../build/renderer/scenes.ts';
import { type Complaints, LOOKS, setLook, stage, watch } from '../../build/renderer/stage.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Files that the scenes are dealt out over. */
const SHARDS = 3;

let browser: Browser;
let pages: Pages;

/** A browser and the pages, for the time of one file. */
function openPages(): void {
  beforeAll(async () => {
    pages = await servePages();
    browser = await startBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await pages?.close();
  });
}

async function violations(page: Page, options: RunOptions = {}): Promise<readonly string[]> {
  const results: AxeResults = await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`);
  return results.violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
  );
}

const CONTRAST_ONLY: RunOptions = { runOnly: { type: 'rule', values: ['color-contrast'] } };

/** What opens above the rest of the window. */
const OVERLAYS = '.modal-overlay, .popover';

function setOverlays(page: Page, visibility: 'hidden' | 'visible'): Promise<void> {
  return page.locator(OVERLAYS).evaluateAll((overlays, value) => {
    for (const overlay of overlays) if (overlay instanceof HTMLElement) overlay.style.visibility = value;
  }, visibility);
}

/** Nothing that is open covers a banner: without dialogs and menus it looks the same to the last pixel. */
export async function expectBanners(page: Page): Promise<void> {
  const size = page.viewportSize() ?? { width: 0, height: 0 };
  const banners = await page.locator('.banner').all();
  expect(banners).toHaveLength(2);
  // Where nothing is open there is nothing to take away: the picture would be compared with itself.
  const open = await page.locator(OVERLAYS).count();
  for (const banner of banners) {
    expect((await banner.boundingBox())?.width).toBe(size.width);
    if (open === 0) continue;
    const seen = await banner.screenshot();
    await setOverlays(page, 'hidden');
    expect(seen.equals(await banner.screenshot())).toBe(true);
    await setOverlays(page, 'visible');
  }
  const [top, bottom] = await Promise.all(banners.map((banner) => banner.boundingBox()));
  expect(top?.y).toBe(0);
  expect((bottom?.y ?? 0) + (bottom?.height ?? 0)).toBe(size.height);
}

/** The page itself would tell. */
export function testThePolicy(): void {
  it('sees what the security policy stops', async () => {
    let complaints: Complaints = { seen: [] };
    const scene = { name: 'breaches', window: 'chat', fixture: 'consent' } as const;
    const page = await stage(browser, pages, scene, LOOKS.dark, (opened) => {
      complaints = watch(opened);
    });
    await page.evaluate(() => {
      const style = document.createElement('style');
      style.textContent = 'body { color: red }';
      document.head.append(style);
      const image = document.createElement('img');
      image.src = 'http://127.0.0.1:9/x.png';
      document.body.append(image);
    });
    await expect.poll(() => complaints.seen.length).toBeGreaterThanOrEqual(2);
    const markup = page.evaluate(() => {
      document.body.innerHTML = '<b>bold</b>';
    });
    await expect(markup).rejects.toThrow(/TrustedHTML/);
    await page.close();
  });
}

/** Stages each of these scenes and has its tests defined; `page` is for the time of a test. */
function forScenes(
  scenes: readonly Scene[],
  define: (page: () => Page, seen: () => Complaints) => void,
): void {
  openPages();
  describe.each(scenes)('$name', (scene) => {
    let page: Page;
    let complaints: Complaints = { seen: [] };

    beforeAll(async () => {
      page = await stage(browser, pages, scene, LOOKS.dark, (opened) => {
        complaints = watch(opened);
      });
    });

    afterAll(() => page?.close());

    define(
      () => page,
      () => complaints,
    );
  });
}

/** Every third scene, from `shard` (0 to 2) on. @param more what else holds for every scene, by its title */
export function testScenes(
  shard: number,
  more: Readonly<Record<string, (page: Page) => Promise<void>>>,
): void {
  const scenes = SCENES.filter((_scene, index) => index % SHARDS === shard);
  forScenes(scenes, (page, complaints) => {
    it('breaks no security rule', () => {
      expect(complaints().seen).toEqual([]);
    });

    for (const [title, holds] of Object.entries(more)) it(title, () => holds(page()));

    it('has no accessibility violation in any look', async () => {
      await page().evaluate(AXE);
      expect(await violations(page())).toEqual([]);
      for (const look of [LOOKS.light, LOOKS.contrast, LOOKS['contrast-light'], LOOKS.night]) {
        await setLook(page(), look);
        expect(await violations(page(), CONTRAST_ONLY), look.name).toEqual([]);
      }
    });
  });
}
