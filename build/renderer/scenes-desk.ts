/** Scenes of the desk that come in groups: actions on messages, the policy, the palette, search, labels. */
import type { Page } from 'playwright-core';
import { chat, goTo, open, openFloor, openPolicy, openRamirez, type Scene } from './scene.ts';

/** Messages and what was done with them: as they stand, opened, by menu, by key and while writing. */
export function actionScenes(): readonly Scene[] {
  const select = async (page: Page, text: string) => {
    await openFloor(page);
    await page.locator('.message', { hasText: text }).first().focus();
  };
  return [
    { ...chat('desk-actions'), name: 'desk-actions', act: openFloor },
    {
      ...chat('desk-actions'),
      name: 'desk-actions-open',
      act: async (page) => {
        await openFloor(page);
        await page.getByRole('button', { name: 'edited' }).click();
        await page.getByRole('button', { name: 'Show what was there' }).first().click();
        await page.getByRole('button', { name: /^Acknowledged by Lt Baker/u }).click();
      },
    },
    {
      ...chat('desk-actions'),
      name: 'desk-actions-menu',
      act: async (page) => {
        await select(page, 'Logged: bridge clear');
        await page.keyboard.press('Enter');
        await page.getByRole('menu').waitFor();
      },
    },
    {
      ...chat('desk-actions'),
      name: 'desk-actions-react',
      act: async (page) => {
        await select(page, 'See above');
        await page.keyboard.press('e');
        await page.getByRole('menu').waitFor();
      },
    },
    {
      ...chat('desk-actions'),
      name: 'desk-actions-reply',
      act: async (page) => {
        await select(page, 'Convoy at the north gate');
        await page.keyboard.press('r');
        await page.keyboard.type('@bra');
      },
    },
    {
      ...chat('desk-actions'),
      name: 'desk-actions-take-back',
      act: async (page) => {
        await select(page, 'Logged: bridge clear');
        await page.keyboard.press('Delete');
        await page.getByRole('dialog').waitFor();
      },
    },
    {
      ...chat('desk-actions'),
      name: 'desk-actions-typing',
      act: async (page) => {
        await openRamirez(page);
        await page.getByText('is writing').waitFor();
      },
    },
  ];
}

export function policyScenes(): readonly Scene[] {
  const search = (text: string) => async (page: Page) => {
    await openPolicy(page);
    await page.getByLabel('Search settings').fill(text);
  };
  return [
    { ...chat('desk'), name: 'dialog-policy-loading', act: openPolicy },
    { ...chat('desk-policy'), name: 'dialog-policy', act: openPolicy },
    { ...chat('desk-policy'), name: 'dialog-policy-search', act: search('card') },
    { ...chat('desk-policy'), name: 'dialog-policy-nothing', act: search('no such words') },
    {
      ...chat('desk-policy'),
      name: 'dialog-policy-exported',
      act: async (page) => {
        await openPolicy(page);
        await page.getByRole('button', { name: 'Export…' }).click();
        await page.getByText('signed with your card').waitFor();
      },
    },
    { ...chat('desk-update'), act: openRamirez },
    {
      ...chat('desk-update-long'),
      size: { width: 720, height: 560 },
      act: openRamirez,
    },
    {
      ...chat('desk-update'),
      name: 'desk-update-dismissed',
      act: async (page) => {
        await openRamirez(page);
        await page.getByRole('region', { name: 'Update' }).getByRole('button', { name: 'Dismiss' }).click();
      },
    },
    { ...chat('desk-policy-troubles'), name: 'desk-policy-troubles', act: openRamirez },
    { ...chat('desk-policy-troubles'), name: 'dialog-policy-troubles', act: openPolicy },
    {
      ...chat('desk-policy-troubles'),
      name: 'dialog-policy-narrow',
      size: { width: 720, height: 560 },
      act: openPolicy,
    },
  ];
}

export function paletteScenes(): readonly Scene[] {
  const palette = (typed: string) => async (page: Page) => {
    await openFloor(page);
    await page.keyboard.press('Control+Shift+P');
    await page.getByRole('combobox').waitFor();
    await page.keyboard.type(typed);
  };
  return [
    { ...chat('desk'), name: 'dialog-palette', act: palette('') },
    { ...chat('desk'), name: 'dialog-palette-search', act: palette('go') },
    { ...chat('desk'), name: 'dialog-palette-nothing', act: palette('no such command') },
  ];
}

export function searchScenes(): readonly Scene[] {
  const search =
    (typed: string, first: (page: Page) => Promise<void> = openFloor) =>
    async (page: Page) => {
      await first(page);
      await page.keyboard.press('Control+f');
      await page.getByRole('combobox', { name: 'Search' }).fill(typed);
      await page.waitForTimeout(400);
    };
  /** The conversation is opened at the hit; `gap`: and scrolled to where what was opened ends. */
  const jump =
    (typed: string, gap = false) =>
    async (page: Page) => {
      await search(typed, (crowded) => goTo(crowded, 'Ramirez'))(page);
      await page.getByRole('listbox').getByText(typed).waitFor();
      await page.keyboard.press('Enter');
      await page.locator('.messages-item-found').waitFor();
      await page.waitForTimeout(700);
      if (gap) await page.locator('.gap-island').scrollIntoViewIfNeeded();
    };
  return [
    { ...chat('desk'), name: 'dialog-search', act: search('') },
    { ...chat('desk'), name: 'dialog-search-hits', act: search('the') },
    { ...chat('desk-labels'), name: 'dialog-search-labels', act: search('after:2020-01-01') },
    {
      ...chat('desk-labels'),
      name: 'dialog-search-server',
      act: async (page) => {
        await search('the')(page);
        await page.getByRole('button', { name: 'Search the server’s archives' }).click();
        await page.getByText('could not be searched').waitFor();
        await page.getByRole('combobox', { name: 'Search' }).focus();
        for (let presses = 0; presses < 60; presses += 1) await page.keyboard.press('ArrowDown');
      },
    },
    { ...chat('desk-crowded'), name: 'desk-jumped', act: jump('40001') },
    { ...chat('desk-crowded'), name: 'desk-jumped-gap', act: jump('40001', true) },
    { ...chat('desk'), name: 'dialog-search-nothing', act: search('no-such-word-anywhere ') },
    { ...chat('desk'), name: 'dialog-search-invalid', act: search('before:tomorrow') },
    { ...chat('desk'), name: 'dialog-search-narrow', size: { width: 720, height: 560 }, act: search('the') },
  ];
}

/** Labels: rows, banner and chooser. */
export function labelScenes(): readonly Scene[] {
  const choose = async (page: Page) => {
    await openRamirez(page);
    await page.keyboard.press('Control+Shift+L');
    await page.getByRole('dialog', { name: 'Label' }).waitFor();
  };
  return [
    { ...chat('desk-labels'), act: openRamirez },
    { ...chat('desk-labels'), name: 'desk-labels-low', act: (page) => open(page, 'Okafor') },
    {
      ...chat('desk-labels'),
      name: 'desk-labels-narrow',
      size: { width: 720, height: 560 },
      act: openRamirez,
    },
    { ...chat('desk-labels-none'), act: openRamirez },
    {
      ...chat('desk-labels-required'),
      act: async (page) => {
        await openRamirez(page);
        await page.getByRole('textbox', { name: 'Message to' }).fill('no label yet');
        await page.keyboard.press('Enter');
        await page.getByText('Not sent').waitFor();
      },
    },
    { ...chat('desk-labels'), name: 'dialog-label', act: choose },
    { ...chat('desk-labels-many'), name: 'dialog-label-many', act: choose },
    {
      ...chat('desk-labels-many'),
      name: 'dialog-label-nothing',
      act: async (page) => {
        await choose(page);
        await page.keyboard.type('no such label');
        await page.getByText('No label has this').waitFor();
      },
    },
  ];
}
