/** The classification is above and below everything that can be opened. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { SCENES } from '../../build/renderer/scenes.ts';
import { forScenes } from '../support/accessibility.ts';

function setOverlays(page: Page, visibility: 'hidden' | 'visible'): Promise<void> {
  return page.locator('.modal-overlay, .popover').evaluateAll((overlays, value) => {
    for (const overlay of overlays) if (overlay instanceof HTMLElement) overlay.style.visibility = value;
  }, visibility);
}

forScenes(SCENES, (page) => {
  it('shows the classification above and below, whatever is open', async () => {
    const size = page().viewportSize() ?? { width: 0, height: 0 };
    const banners = await page().locator('.banner').all();
    expect(banners).toHaveLength(2);
    for (const banner of banners) {
      const box = await banner.boundingBox();
      expect(box?.width).toBe(size.width);
      // Nothing that is open covers it: without dialogs and menus it looks the same to the last pixel.
      const seen = await banner.screenshot();
      await setOverlays(page(), 'hidden');
      expect(seen.equals(await banner.screenshot())).toBe(true);
      await setOverlays(page(), 'visible');
    }
    const [top, bottom] = await Promise.all(banners.map((banner) => banner.boundingBox()));
    expect(top?.y).toBe(0);
    expect((bottom?.y ?? 0) + (bottom?.height ?? 0)).toBe(size.height);
  });
});
