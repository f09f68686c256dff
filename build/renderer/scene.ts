/** What one scene is, and what scenes begin with. */
import type { Page } from 'playwright-core';

export interface Scene {
  readonly name: string;
  readonly window: 'chat' | 'tile' | 'pin' | 'password';
  readonly fixture: string;
  readonly size?: { readonly width: number; readonly height: number };
  readonly act?: (page: Page) => Promise<void>;
}

export const ZOOMED = { width: 640, height: 400 };
export const PIN_SIZE = { width: 420, height: 360 };

export async function open(page: Page, name: string): Promise<void> {
  await page.locator('.row', { hasText: name }).first().click();
  await page.locator('.message').first().waitFor();
}

/** For a conversation whose row is not in sight, and so not in the document. */
export async function goTo(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill(name);
  await page.keyboard.press('Enter');
  await page.locator('.message').first().waitFor();
}

export async function typePin(page: Page, digits: string): Promise<void> {
  await page.locator('#pin:focus').waitFor();
  await page.keyboard.type(digits);
}

export const chat = (fixture: string): Scene => ({ name: fixture, window: 'chat', fixture });
export const pin = (fixture: string): Scene => ({ name: fixture, window: 'pin', fixture, size: PIN_SIZE });

export const openRamirez = (page: Page) => open(page, 'Ramirez');
export const openFloor = (page: Page) => open(page, 'watch-floor');

export async function openPolicy(page: Page): Promise<void> {
  await openRamirez(page);
  await page.keyboard.press('F2');
  await page.getByRole('dialog').waitFor();
}
