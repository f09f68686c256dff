/** What the harness photographs and the tests look at: a fixture, and what the user did then. */
import type { Page } from 'playwright-core';
import { adHocScenes } from './adhoc.ts';
import { peopleScenes } from './contacts.ts';
import { feedScenes } from './feeds.ts';
import { passwordScenes } from './passwords.ts';
import { roomScenes } from './rooms.ts';
import { templateScenes } from './templates.ts';
import { watchScenes } from './watch.ts';
import { boardScenes } from './whiteboard.ts';

export interface Scene {
  readonly name: string;
  readonly window: 'chat' | 'tile' | 'pin' | 'password';
  readonly fixture: string;
  readonly size?: { readonly width: number; readonly height: number };
  readonly act?: (page: Page) => Promise<void>;
}

const ZOOMED = { width: 640, height: 400 };
const PIN_SIZE = { width: 420, height: 360 };

async function open(page: Page, name: string): Promise<void> {
  await page.locator('.row', { hasText: name }).first().click();
  await page.locator('.message').first().waitFor();
}

/** For a conversation whose row is not in sight, and so not in the document. */
async function goTo(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill(name);
  await page.keyboard.press('Enter');
  await page.locator('.message').first().waitFor();
}

async function typePin(page: Page, digits: string): Promise<void> {
  await page.locator('#pin:focus').waitFor();
  await page.keyboard.type(digits);
}

const chat = (fixture: string): Scene => ({ name: fixture, window: 'chat', fixture });
const pin = (fixture: string): Scene => ({ name: fixture, window: 'pin', fixture, size: PIN_SIZE });

const openRamirez = (page: Page) => open(page, 'Ramirez');
const openFloor = (page: Page) => open(page, 'watch-floor');

async function openPolicy(page: Page): Promise<void> {
  await openRamirez(page);
  await page.keyboard.press('F2');
  await page.getByRole('dialog').waitFor();
}

/** Messages and what was done with them: as they stand, opened, by menu, by key and while writing. */
function actionScenes(): readonly Scene[] {
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

function policyScenes(): readonly Scene[] {
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

function paletteScenes(): readonly Scene[] {
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

function searchScenes(): readonly Scene[] {
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
function labelScenes(): readonly Scene[] {
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
        await page.getByText('No label fits').waitFor();
      },
    },
  ];
}

export const SCENES: readonly Scene[] = [
  ...passwordScenes(),
  ...[
    'locked-tampered',
    'locked-absent',
    'consent',
    'consent-test-build',
    'card-reading',
    'card-no-reader',
    'card-no-card',
    'card-unreadable',
    'card-module-hash',
    'certificate',
    'pin',
    'connecting',
    'connecting-again',
    'connecting-waiting',
    'stopped',
    'stopped-error',
    'stopped-conflict',
    'cover-idle',
    'cover-pin',
    'loading',
    'desk-empty',
  ].map(chat),
  { name: 'desk-strict', window: 'chat', fixture: 'desk-strict', act: openRamirez },
  {
    name: 'cover-card',
    window: 'chat',
    fixture: 'desk',
    act: async (page) => {
      await openRamirez(page);
      await page.evaluate('harness.setFixture("cover-card")');
      await page.getByText('Your card was removed').waitFor();
    },
  },
  { ...chat('desk'), name: 'desk-nothing-open' },
  { ...chat('desk'), name: 'desk-contact', act: openRamirez },
  { ...chat('desk'), name: 'desk-room', act: openFloor },
  ...actionScenes(),
  {
    ...chat('desk'),
    name: 'desk-unread',
    act: async (page) => {
      await open(page, 'sector-north');
      await page.getByText('since you were here').waitFor();
    },
  },
  {
    ...chat('desk'),
    name: 'desk-hover',
    act: async (page) => {
      await openRamirez(page);
      await page.getByText('Copy. Six vehicles').hover();
    },
  },
  {
    ...chat('desk'),
    name: 'desk-scrolled-up',
    act: async (page) => {
      await openFloor(page);
      await page.getByRole('log').focus();
      await page.keyboard.press('Home');
      await page.getByText('To the newest').waitFor();
      await page.evaluate(
        `harness.push([{ type: 'messages', conversation: 'watch-floor@rooms.chat.example.mil', append: [1, 2].map((n) => (
          { id: 'new' + n, direction: 'in', sender: 'Okafor', body: 'New one', at: ${Date.UTC(2026, 10, 22, 3, 14)}, delayed: false })) }])`,
      );
      await page.getByText('2 new messages').waitFor();
    },
  },
  {
    ...chat('desk'),
    name: 'desk-subject',
    act: async (page) => {
      await openFloor(page);
      await page.getByRole('button', { name: 'Change the subject' }).click();
    },
  },
  {
    ...chat('desk'),
    name: 'desk-draft',
    act: async (page) => {
      await openRamirez(page);
      await page
        .getByRole('textbox', { name: 'Message to' })
        .fill(`${'Several lines of a draft.\n'.repeat(6)}`);
    },
  },
  {
    ...chat('desk'),
    name: 'desk-over-limit',
    act: async (page) => {
      await openRamirez(page);
      await page.getByRole('textbox', { name: 'Message to' }).fill('x'.repeat(16_500));
    },
  },
  {
    ...chat('desk'),
    name: 'desk-room-left',
    act: async (page) => {
      await page.getByRole('navigation').getByRole('button', { name: 'exercise-24' }).click();
      await page.getByText('You are not in this room').waitFor();
    },
  },
  {
    ...chat('desk'),
    name: 'desk-room-failed',
    act: async (page) => {
      await page.getByRole('navigation').getByRole('button', { name: 'liaison' }).click();
      await page.getByText('You could not enter the room').waitFor();
    },
  },
  {
    ...chat('desk'),
    name: 'desk-filter-nothing',
    act: (page) => page.getByLabel('Filter rooms and contacts').fill('nobody'),
  },
  {
    ...chat('desk'),
    name: 'desk-no-messages',
    act: async (page) => {
      await page.getByRole('navigation').getByRole('button', { name: 'Lind, Eva' }).click();
      await page.getByText('No messages yet').waitFor();
    },
  },
  { ...chat('desk-files'), act: openRamirez },
  { ...chat('desk-files-sending'), act: openRamirez },
  {
    ...chat('desk-files-sending'),
    name: 'desk-files-narrow',
    size: { width: 720, height: 560 },
    act: openRamirez,
  },
  {
    ...chat('desk'),
    name: 'desk-files-drop',
    act: async (page) => {
      await openRamirez(page);
      await page.evaluate(`{
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(['x'], 'x.txt'));
        document.querySelector('main').dispatchEvent(new DragEvent('dragenter', { bubbles: true, cancelable: true, dataTransfer }));
      }`);
      await page.locator('.drop-overlay').waitFor();
    },
  },
  { ...chat('desk-waiting'), act: openRamirez },
  {
    ...chat('desk-troubles'),
    act: async (page) => {
      await openFloor(page);
      await page.getByRole('button', { name: 'Leave' }).click();
      await page.getByText('You are not connected').waitFor();
      await openRamirez(page);
    },
  },
  { ...chat('desk-long-texts'), act: openRamirez },
  { ...chat('desk-long-texts'), name: 'desk-long-room', act: (page) => open(page, 'Ministry') },
  { ...chat('desk-long-texts'), name: 'desk-narrow', size: { width: 720, height: 560 }, act: openRamirez },
  {
    ...chat('desk-crowded'),
    size: { width: 1680, height: 1050 },
    act: (page) => open(page, 'sector-1'),
  },
  { ...chat('desk-100k'), act: openRamirez },
  {
    ...chat('desk'),
    name: 'dialog-switcher',
    act: async (page) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('se');
    },
  },
  ...paletteScenes(),
  ...searchScenes(),
  {
    ...chat('desk'),
    name: 'dialog-settings',
    act: async (page) => {
      await openFloor(page);
      await page.keyboard.press('Control+,');
      await page.getByRole('dialog', { name: 'Display settings' }).waitFor();
    },
  },
  // 1280 by 800 pixels at 200 % are 640 by 400 of the page's own.
  { ...chat('desk'), name: 'zoom-desk', size: ZOOMED, act: openFloor },
  { ...chat('desk-labels'), name: 'zoom-labels', size: ZOOMED, act: openRamirez },
  { ...chat('consent'), name: 'zoom-consent', size: ZOOMED },
  {
    ...chat('desk'),
    name: 'zoom-settings',
    size: ZOOMED,
    act: async (page) => {
      await openFloor(page);
      await page.keyboard.press('Control+,');
      await page.getByRole('dialog', { name: 'Display settings' }).waitFor();
    },
  },
  { ...chat('desk-comfortable'), act: openRamirez },
  { ...chat('desk-dtg'), act: openRamirez },
  { ...chat('desk-last-sign-in'), act: openRamirez },
  { ...chat('desk-last-sign-in-failed'), act: openRamirez },
  { ...chat('desk-last-sign-in-damaged'), act: openRamirez },
  { ...chat('desk-local'), act: openRamirez },
  {
    ...chat('desk'),
    name: 'dialog-shortcuts',
    act: async (page) => {
      await page.keyboard.press('F1');
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    ...chat('desk'),
    name: 'dialog-connection',
    size: { width: 1280, height: 900 },
    act: async (page) => {
      await openRamirez(page);
      await page.getByRole('button', { name: 'lock verified' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    ...chat('desk-waiting'),
    name: 'dialog-connection-waiting',
    act: async (page) => {
      await page.getByRole('button', { name: 'Not connected', exact: true }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    ...chat('desk-participant'),
    name: 'dialog-join',
    act: async (page) => {
      await page.getByRole('button', { name: 'Join a room' }).click();
      await page.getByLabel('Room', { exact: true }).fill('sector-west');
      await page.keyboard.press('Enter');
      await page.getByText('You could not enter the room').waitFor();
    },
  },
  {
    ...chat('desk'),
    name: 'menu-self',
    act: async (page) => {
      await openRamirez(page);
      await page.getByRole('button', { name: 'Your presence and session' }).click();
      await page.getByRole('menu').waitFor();
    },
  },
  {
    ...chat('desk'),
    name: 'dialog-status',
    act: async (page) => {
      await page.getByRole('button', { name: 'Your presence and session' }).click();
      await page.getByRole('menuitem', { name: 'Status message' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  ...labelScenes(),
  ...peopleScenes(),
  ...templateScenes(),
  ...watchScenes(),
  ...roomScenes(),
  ...adHocScenes(),
  ...feedScenes(),
  ...boardScenes(openFloor),
  ...policyScenes(),
  ...['pin-entry', 'pin-error', 'pin-final', 'pin-final-error', 'pin-locked', 'pin-pad', 'pin-long'].map(pin),
  {
    ...pin('pin-entry'),
    name: 'pin-typed',
    act: (page) => typePin(page, '123456'),
  },
  {
    ...pin('pin-entry'),
    name: 'pin-short',
    act: async (page) => {
      await typePin(page, '123');
      await page.keyboard.press('Enter');
    },
  },
  {
    ...pin('pin-entry'),
    name: 'pin-busy',
    act: async (page) => {
      await typePin(page, '123456');
      await page.keyboard.press('Enter');
      await page.getByText('The card is checking').waitFor();
    },
  },
  {
    ...pin('pin-pad'),
    name: 'pin-pad-busy',
    act: async (page) => {
      await page.getByRole('button', { name: 'Start' }).click();
      await page.getByText('Type your PIN on the reader now').waitFor();
    },
  },
];
