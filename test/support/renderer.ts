/** What the tests of the windows' pages share. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type Browser, startBrowser } from '../../build/renderer/browser.ts';
import type { Harness } from '../../build/renderer/fake-bridge.ts';
import { type Pages, servePages } from '../../build/renderer/pages.ts';
import { type Complaints, stage, watch } from '../../build/renderer/stage.ts';

declare global {
  /** Set by the stand-in for the preloads, in the page. */
  var harness: Harness;
}

export interface Stage {
  /** Opens a window's page with a fixture. */
  open(window: 'chat' | 'pin', fixture: string): Promise<Page>;
  /** Errors and breaches of the security policy on the page opened last. */
  complaints(): readonly string[];
}

/** One browser for the tests of a file; every test opens its own page, which is closed after it. */
export function setUpStage(): Stage {
  let browser: Browser | undefined;
  let pages: Pages | undefined;
  let complaints: Complaints = { seen: [] };
  const opened: Page[] = [];
  beforeAll(async () => {
    pages = await servePages();
    browser = await startBrowser();
  });
  afterEach(async () => {
    for (const page of opened.splice(0)) await page.close();
  });
  afterAll(async () => {
    await browser?.close();
    await pages?.close();
  });
  return {
    async open(window, fixture) {
      if (browser === undefined || pages === undefined) throw new Error('the browser did not start');
      const page = await stage(browser, pages, { name: fixture, window, fixture }, undefined, (fresh) => {
        opened.push(fresh);
        complaints = watch(fresh);
      });
      return page;
    },
    complaints: () => complaints.seen,
  };
}

/** The names of what the page asked of the bridge so far. */
export function calls(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => harness.calls.map((call) => call.name));
}

/** The commands of one type that the page sent, in order. */
export function commands(page: Page, type: string): Promise<readonly unknown[]> {
  return page.evaluate(
    (name) => harness.calls.filter((call) => call.name === name).map((call) => call.detail),
    type,
  );
}

export function focusedLabel(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    return element?.getAttribute('aria-label') ?? element?.textContent ?? '';
  });
}
